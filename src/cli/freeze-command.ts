import { randomUUID } from "node:crypto";
import { freezeSentence } from "../adapters/teams/change-wording.ts";
import { setFreeze, type FreezeOutcome } from "../application/leases/freeze.ts";
import { required, UsageError, type Call, type Command, type ExitCode } from "./command.ts";
import { withStore } from "./command-store.ts";
import { namedRegistries } from "./named-registry.ts";
import { BY, operatorOf } from "./operator-name.ts";

/** `drawbridge freeze`. */
export const freezeCommand: Command = {
  name: "freeze",
  summary: "Stop every opening on a registry, or on all; what is open still closes in time.",
  ...takes("Why, for approvers and the audit trail."),
  about: [
    "Nothing is added, moved, put back or given more time on a frozen registry, by approval or by policy. What is open stays until its end: drawbridge revoke-all ends that. It works without Teams, from the next look of a worker on.",
  ],
  examples: [
    {
      line: 'freeze --registry acrdemomagic --reason "leaked token"',
      says: "Nothing opens there any more.",
    },
    { line: 'freeze --all --reason "incident 4711" --by "Dana"', says: "Nothing opens anywhere." },
  ],
  run: (call) => freezeOrEnd(call, true),
};

/** `drawbridge unfreeze`. */
export const unfreezeCommand: Command = {
  name: "unfreeze",
  summary: "Let a frozen registry, or all of them, be opened again.",
  ...takes("Why it is over."),
  about: ["Ends what drawbridge freeze, or a freeze in the chat, began."],
  examples: [
    { line: 'unfreeze --registry acrdemomagic --reason "token rotated"', says: "As before." },
    { line: 'unfreeze --all --reason "incident over" --json', says: "Everywhere, for a script." },
  ],
  run: (call) => freezeOrEnd(call, false),
};

function takes(why: string) {
  return {
    usage: ["--registry NAME --reason TEXT [--by NAME]", "--all --reason TEXT [--by NAME]"],
    operands: { least: 0, most: 0 },
    options: {
      registry: { value: "NAME", says: "This registry of the policy." },
      all: { value: undefined, says: "Every registry of the policy." },
      reason: { value: "TEXT", says: why },
      by: BY,
    },
    settings: "DRAWBRIDGE_POLICY and those of the store (REDIS_URL or SQLITE_FILE).",
    json: { registries: "a list of name, outcome (frozen, not-frozen, store-busy), before" },
    exits: { 0: "it is so now", 1: "it could not be written for some registry: say it again" },
  } as const;
}

async function freezeOrEnd(call: Call, frozen: boolean): Promise<ExitCode> {
  const name = call.option("registry");
  if ((name === undefined) === !call.flag("all")) {
    throw new UsageError("Say which: --registry NAME, or --all.");
  }
  const why = required(call, "reason");
  const by = operatorOf(call);
  return withStore(call, async (deps) => {
    const done: { readonly name: string; readonly outcome: FreezeOutcome }[] = [];
    for (const registry of namedRegistries(deps.policy(), name)) {
      // By its name alone another registry could be meant that the policy calls so.
      if (registry.policy === undefined) throw new UsageError("The policy does not name it.");
      const messageId = `command ${randomUUID()}`;
      const wish = { by, registryName: registry.name, frozen, why, messageId };
      done.push({ name: registry.name, outcome: await setFreeze(deps, wish, call.signal) });
    }
    if (call.json) call.print(JSON.stringify({ registries: done.map(dataOf) }));
    else for (const each of done) call.print(freezeSentence(each.outcome, each.name));
    const isSo = ({ outcome: { kind } }: (typeof done)[number]): boolean =>
      kind === (frozen ? "frozen" : "not-frozen");
    return done.every(isSo) ? 0 : 1;
  });
}

function dataOf({ name, outcome }: { readonly name: string; readonly outcome: FreezeOutcome }) {
  return {
    name,
    outcome: outcome.kind,
    before: "before" in outcome && outcome.before,
    freeze: outcome.kind === "frozen" ? outcome.freeze : null,
  };
}
