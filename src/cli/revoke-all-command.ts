import { pause, within } from "../application/deadline.ts";
import { revokeAll } from "../application/leases/revoke-all.ts";
import { sweepFromLedger } from "../application/registry/sweep-from-ledger.ts";
import type { Store } from "../application/store.ts";
import { registryNameOf } from "../domain/ids.ts";
import { wantsRule, type Lease } from "../domain/lease.ts";
import { required, type Call, type Command, type ExitCode } from "./command.ts";
import { columns } from "./columns.ts";
import { withStore } from "./command-store.ts";
import { leaseColumns, leaseData } from "./lease-words.ts";
import { connectLedger, LEDGER_SETTINGS } from "./ledger-connection.ts";
import { namedRegistry, type NamedRegistry } from "./named-registry.ts";
import { BY, operatorOf } from "./operator-name.ts";

const GONE_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 250;

/** `drawbridge revoke-all`. */
export const revokeAllCommand: Command = {
  name: "revoke-all",
  summary: "End everything that is open on a registry, now; also without the store.",
  usage: [
    "--registry NAME [--reason TEXT] [--by NAME] --yes",
    "--registry NAME --from-ledger --yes",
  ],
  operands: { least: 0, most: 0 },
  options: {
    registry: { value: "NAME", says: "This registry: its name in the policy, or its ARM id." },
    reason: { value: "TEXT", says: "Why, for those who had it open and for the audit trail." },
    by: BY,
    "from-ledger": {
      value: undefined,
      says: "Needs no store: removes every rule that the ledger on the registry's tags names as ours.",
    },
    yes: {
      value: undefined,
      says: "Do it. Without it nothing is changed, and it says what would be.",
    },
  },
  about: [
    "With the store: every live lease of the registry is ended, with its audit entry; their people are told. It then waits up to a minute until the workers have seen the rules gone.",
    "With --from-ledger: the rules go at once, with one PATCH of this command's own. Stop the workers first: one that still has the store puts back what its leases want. Foreign rules and the baseline stay.",
    "Others can ask again at once; drawbridge freeze stops that.",
  ],
  settings: `DRAWBRIDGE_POLICY and those of the store; with --from-ledger ${LEDGER_SETTINGS}.`,
  examples: [
    {
      line: 'revoke-all --registry acrdemomagic --reason "leaked token" --yes',
      says: "Everybody is out.",
    },
    {
      line: "revoke-all --registry acrdemomagic --from-ledger --yes",
      says: "When the store is gone, and the workers are stopped.",
    },
  ],
  json: {
    registry: "its name",
    leases: "those that were live, as drawbridge leases --json has them",
    ended: "how many are ending because of this",
    left: "how many of them were not seen closed in time",
    unreadable: "how many more there are that this version can't read: they stay",
    closed: "with --from-ledger instead: the addresses whose rules are gone",
    failure: "with --from-ledger: why something is left, or null",
  },
  exits: {
    0: "nothing that was open is left",
    1: "something is still open, or could not be looked at",
  },
  run: async (call) => {
    required(call, "registry");
    return call.flag("from-ledger") ? revokeFromLedger(call) : revokeWithStore(call);
  },
};

async function revokeWithStore(call: Call): Promise<ExitCode> {
  return withStore(call, async (deps) => {
    const { signal, print, json } = call;
    const registry = namedRegistry(deps.policy(), required(call, "registry"));
    const { now, value, unreadable } = await deps.store.leasesFor(registry.id, signal);
    const live = value.filter(wantsRule);
    const rows = columns(live.map((lease) => leaseColumns(lease, now)));
    if (!call.flag("yes")) {
      call.tell(`This would end ${String(live.length)} on ${registry.name}:`);
      for (const row of rows) call.tell(`  ${row}`);
      if (unreadable.length > 0) call.tell(unreadableSentence(unreadable.length));
      call.tell("Nothing was changed. Say it again with --yes.");
      return 2;
    }
    const wish = {
      registry: registry.id,
      by: operatorOf(call),
      // What comes in meanwhile goes as well: an operator means everything.
      shown: Number.MAX_SAFE_INTEGER,
      why: call.option("reason"),
    };
    const outcome = await revokeAll(deps, wish, signal);
    if (outcome.kind !== "ended") throw new Error(`Nothing was revoked: ${outcome.kind}`);
    call.progress(`${String(outcome.ended)} ending; waiting until their rules are seen gone …`);
    const left = await leftOf(deps.store, registry, live, within(GONE_WITHIN_MS, signal), signal);
    if (json) {
      const leases = live.map((lease) => leaseData(lease, now));
      const { ended } = outcome;
      const data = { registry: registry.name, leases, ended, left, unreadable: unreadable.length };
      print(JSON.stringify(data));
    } else {
      print(`${registry.name}: ended ${String(outcome.ended)} of ${String(live.length)}.`);
      for (const row of rows) print(`  ${row}`);
      if (unreadable.length > 0) print(unreadableSentence(unreadable.length));
      if (left > 0) {
        print(
          `${String(left)} not seen closed within a minute. Is a worker running? By hand: az acr network-rule list -n ${registryNameOf(registry.id)}`,
        );
      }
    }
    return left + outcome.failed + unreadable.length === 0 ? 0 : 1;
  });
}

/** A newer version may have written them: what they opened is open. */
function unreadableSentence(count: number): string {
  return `${String(count)} more can't be read by this version, and stay as they are.`;
}

/** How many of them have still not ended when they all have, or when time is over. */
async function leftOf(
  store: Store,
  { id }: NamedRegistry,
  leases: readonly Lease[],
  deadline: AbortSignal,
  signal: AbortSignal,
): Promise<number> {
  const meant = new Set(leases.map((lease) => lease.id));
  for (;;) {
    const { value } = await store.leasesFor(id, signal);
    const left = value.filter((lease) => meant.has(lease.id)).length;
    if (left === 0 || deadline.aborted) return left;
    await pause(ASK_EVERY_MS, deadline);
  }
}

async function revokeFromLedger(call: Call): Promise<ExitCode> {
  const { policy, ...deps } = await connectLedger(call);
  const registry = namedRegistry(policy, required(call, "registry"));
  const dryRun = !call.flag("yes");
  const target = { id: registry.id, baseline: registry.policy?.baseline ?? [] };
  const swept = await sweepFromLedger(deps, target, call.signal, { what: "everything", dryRun });
  const failure = swept.kind === "failed" ? `${swept.failure.kind}: ${swept.failure.code}` : null;
  if (dryRun) {
    const closed = swept.closed.join(", ");
    call.tell(
      failure === null
        ? `This would remove ${closed === "" ? "nothing" : closed} from ${registry.name}. Nothing was changed. Say it again with --yes.`
        : `${registry.name} could not be looked at (${failure}). Nothing was changed.`,
    );
    return 2;
  }
  if (call.json) {
    call.print(JSON.stringify({ registry: registry.name, closed: swept.closed, failure }));
  } else {
    for (const address of swept.closed) call.print(`${registry.name}: closed ${address}`);
    if (swept.closed.length === 0) call.print(`${registry.name}: nothing was closed.`);
    if (failure !== null) {
      call.print(
        `Something may be left (${failure}). Look by hand: az acr network-rule list -n ${registryNameOf(registry.id)}`,
      );
    }
  }
  return failure === null ? 0 : 1;
}
