import {
  FORGOTTEN_AFTER_MS,
  sweepFromLedger,
  type Swept,
} from "../application/registry/sweep-from-ledger.ts";
import { registryNameOf } from "../domain/ids.ts";
import type { RegistryPolicy } from "../domain/policy.ts";
import type { Call, Command, ExitCode } from "./command.ts";
import { connectLedger, LEDGER_SETTINGS } from "./ledger-connection.ts";
import { sweepWithStore } from "./sweep-with-store.ts";

const AT_ONCE = 8;

/** `drawbridge sweep`. */
export const sweepCommand: Command = {
  name: "sweep",
  summary: "Have every registry looked at now; or close what is forgotten, without the store.",
  usage: ["[--registry NAME]", "--from-ledger"],
  operands: { least: 0, most: 0 },
  options: {
    registry: { value: "NAME", says: "Only this registry of the policy." },
    "from-ledger": {
      value: undefined,
      says: "Needs no store and no worker: closes every rule of ours that is 15 minutes past its end in the ledger on the registries' tags.",
    },
  },
  about: [
    "With the store: puts every registry of the policy at the head of the workers' list, waits up to a minute until each was looked at, and says what that came to.",
    "With --from-ledger: for a scheduled job, for the day on which the workers or the store are down. What the ledger does not name is never touched.",
  ],
  settings: `DRAWBRIDGE_POLICY and those of the store; with --from-ledger ${LEDGER_SETTINGS}.`,
  examples: [
    { line: "sweep", says: "Every registry, now." },
    { line: "sweep --registry acrdemomagic", says: "One of them." },
    { line: "sweep --from-ledger --json", says: "The dead man's handle." },
  ],
  json: {
    registries: "a list of name, looked, at, overdue, failure, findings",
    swept: "with --from-ledger instead: a list of registry, kind (done or failed), closed",
  },
  exits: {
    0: "each was looked at, and nothing is left that should be closed",
    1: "something could not be closed or looked at",
  },
  run: (call) => (call.flag("from-ledger") ? sweepTheLedger(call) : sweepWithStore(call)),
};

async function sweepTheLedger(call: Call): Promise<ExitCode> {
  const { json, print, progress, signal } = call;
  const { policy, rules, ledger } = await connectLedger(call);
  const swept: Swept[] = [];
  const waiting = [...policy.registries];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const one = await sweepFromLedger({ rules, ledger }, next, signal);
      swept.push(one);
      progress(`${String(swept.length)} of ${String(policy.registries.length)} registries …`);
      if (!json) print(lineOf(one, next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (json) print(JSON.stringify({ swept }));
  return swept.some(({ kind }) => kind === "failed") ? 1 : 0;
}

function lineOf(swept: Swept, { name, id }: RegistryPolicy): string {
  const closed = swept.closed.map((address) => `closed ${address}`);
  if (swept.kind === "failed") {
    const azName = registryNameOf(id);
    const { kind, code } = swept.failure;
    const what = `could not be swept (${kind}: ${code}). Look by hand: az acr network-rule list -n ${azName}`;
    return `${name}: ${[...closed, what].join(", ")}`;
  }
  const nothing = `nothing is ${String(FORGOTTEN_AFTER_MS / 60_000)} minutes past its end`;
  return `${name}: ${closed.length > 0 ? closed.join(", ") : nothing}`;
}
