import { forgetPerson, type Forgotten } from "../application/audit/forget-person.ts";
import { createIds } from "../create-ids.ts";
import { parsePersonId } from "../domain/ids.ts";
import { neededKeys, onAuditStore } from "./audit-store.ts";
import { UsageError, type Call, type Command } from "./command.ts";

/** `drawbridge forget`. */
export const forgetCommand: Command = {
  name: "forget",
  summary: "Remove what is known of a person, but for what lasts; the audit trail still verifies.",
  usage: ["PERSON"],
  operands: { least: 1, most: 1 },
  options: {},
  about: [
    "PERSON is an Entra object id. Names, addresses and free text of theirs go from audit entries and finished requests, and so does what the bot needs to write to them. What lasts (an open lease, a pending request) is left and named: forget them again when it is over. Logs and copies of the store are not reached.",
  ],
  settings: "those of the store, AUDIT_KEY or LEDGER_KEY, AUDIT_KEPT_DAYS.",
  examples: [
    {
      line: "forget 00000000-0000-4000-8000-000000000001",
      says: "Answer a request under data protection law.",
    },
  ],
  json: {
    entries: "in how many audit entries something was forgotten",
    records: "how many records were removed",
    left: "what lasts, a list of kind and id, or registry",
  },
  exits: { 0: "nothing is left", 1: "something lasts and needs them" },
  run: forget,
};

/** Throws UsageError and ConfigError. */
async function forget(call: Call): Promise<0 | 1> {
  const { json, print, signal } = call;
  const [text = ""] = call.operands;
  const person = parsePersonId(text);
  if (person === undefined) {
    throw new UsageError(
      "Say who by their Entra object id: drawbridge forget 00000000-0000-4000-8000-000000000001",
    );
  }
  return onAuditStore(call, async (opened) => {
    const { store, keptMs } = opened;
    const deps = { store, ids: createIds(), keys: neededKeys(opened), keptMs };
    const forgotten = await forgetPerson(deps, person, signal);
    if (json) print(JSON.stringify(forgotten));
    else for (const line of linesOf(forgotten)) print(line);
    return forgotten.left.length === 0 ? 0 : 1;
  });
}

function linesOf({ entries, records, left }: Forgotten): readonly string[] {
  return [
    `Forgotten in ${String(entries)} audit entries; ${String(records)} records removed.`,
    ...left.map((each) =>
      each.kind === "freeze"
        ? `! It still says that they froze ${each.registry}: unfreeze it, then forget them again.`
        : `! Their ${each.kind} ${each.id} lasts: forget them again when it is over.`,
    ),
    ...(left.length === 0 ? ["Logs and copies of the store are not reached from here."] : []),
  ];
}
