import { forgetPerson, type Forgotten } from "../application/audit/forget-person.ts";
import { createIds } from "../create-ids.ts";
import { parsePersonId } from "../domain/ids.ts";
import { neededKeys, onAuditStore, type Environment } from "./audit-store.ts";
import { AuditUsageError } from "./audit-usage-error.ts";
import type { Words } from "./audit-verify-command.ts";

/**
 * `drawbridge forget PERSON`: removes what is known of somebody, but for what lasts. Answers the exit code: 0 nothing
 * is left, 1 something lasts and needs them. Throws AuditUsageError and ConfigError.
 */
export async function forgetCommand(
  environment: Environment,
  text: string,
  json: boolean,
  { print, warn }: Words,
  signal: AbortSignal,
): Promise<0 | 1> {
  const person = parsePersonId(text);
  if (person === undefined) {
    throw new AuditUsageError(
      "Say who by their Entra object id: drawbridge forget 00000000-0000-4000-8000-000000000001",
    );
  }
  return onAuditStore(environment, warn, signal, async (opened) => {
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
