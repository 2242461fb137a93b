import { listEnded, listLeases } from "../application/show/list-leases.ts";
import type { RegistryId } from "../domain/ids.ts";
import { isOverdue, type Lease } from "../domain/lease.ts";
import type { Call, Command, ExitCode } from "./command.ts";
import { columns } from "./columns.ts";
import { withStore } from "./command-store.ts";
import { leaseColumns, leaseData } from "./lease-words.ts";
import { asNamed, namedRegistry } from "./named-registry.ts";

/** `drawbridge leases`. */
export const leasesCommand: Command = {
  name: "leases",
  summary: "Who has what open, on which registry, and for how long still.",
  usage: ["[--registry NAME] [--all]"],
  operands: { least: 0, most: 0 },
  options: {
    registry: { value: "NAME", says: "Only this registry: its name in the policy, or its ARM id." },
    all: { value: undefined, says: "Those that ended within the last seven days, too." },
  },
  about: [
    "Lists every lease that has not ended, by registry: who, address, how it stands, the time left, and on what basis it was let in. What is past its end by two minutes and was not seen gone is marked OVERDUE.",
  ],
  settings: "DRAWBRIDGE_POLICY and those of the store (REDIS_URL or SQLITE_FILE).",
  examples: [
    { line: "leases", says: "Everything that is open now." },
    { line: "leases --registry acrdemomagic --all", says: "One registry, with its last week." },
    { line: "leases --json", says: "For a script." },
  ],
  json: {
    now: "the store's time",
    leases:
      "a list of id, registry, address, who, status, basis, approvers, endsAt, leftMs, overdue, endReason",
    unreadable: "how many more there are that this version can't read",
    cut: "whether there are more than were read",
  },
  exits: { 0: "nothing is overdue", 1: "something is overdue, or can't be read" },
  run: listAll,
};

async function listAll(call: Call): Promise<ExitCode> {
  return withStore(call, async ({ store, policy }) => {
    const name = call.option("registry");
    const registry = name === undefined ? undefined : namedRegistry(policy(), name).id;
    const live = await listLeases(store, registry, call.signal);
    const ended = call.flag("all") ? await listEnded(store, registry, call.signal) : undefined;
    const { now } = live;
    const leases = [...live.leases, ...(ended?.leases ?? [])];
    const unreadable = live.unreadable + (ended?.unreadable ?? 0);
    const cut = live.cut || ended?.cut === true;
    if (call.json) {
      const data = leases.map((lease) => leaseData(lease, now));
      call.print(JSON.stringify({ now, leases: data, unreadable, cut }));
    } else {
      printByRegistry(leases, (id) => asNamed(policy(), id).name, now, call.print);
      if (unreadable > 0) call.print(`${String(unreadable)} more can't be read by this version.`);
      if (cut) call.print("There are more than are shown.");
    }
    const late = leases.some((lease) => isOverdue(lease, now));
    return late || live.unreadable > 0 ? 1 : 0;
  });
}

function printByRegistry(
  leases: readonly Lease[],
  nameOf: (registry: RegistryId) => string,
  now: Date,
  print: (line: string) => void,
): void {
  if (leases.length === 0) print("Nothing is open.");
  for (const [registry, theirs] of Map.groupBy(leases, (lease) => lease.registry)) {
    print(nameOf(registry));
    for (const line of columns(theirs.map((lease) => leaseColumns(lease, now)))) print(`  ${line}`);
  }
}
