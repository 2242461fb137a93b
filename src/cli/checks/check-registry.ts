import type { RegistryRights } from "../../adapters/azure/registry-rights.ts";
import { findingMend } from "../../adapters/teams/finding-mend.ts";
import { findingSentence } from "../../adapters/teams/registry-wording.ts";
import { ifReadable } from "../../application/if-readable.ts";
import { countOf } from "../../application/policy/explain-policy.ts";
import type { Ledger, RegistryRules, RegistryView } from "../../application/ports.ts";
import { findingOfFailure, findingsOf } from "../../application/registry/find-findings.ts";
import type { Store } from "../../application/store.ts";
import type { Finding } from "../../domain/finding.ts";
import { registryNameOf } from "../../domain/ids.ts";
import { readLedger } from "../../domain/ledger.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import { isNearlyFull } from "../../domain/slots.ts";
import { instant } from "../columns.ts";
import { fail, pass, warn, type Check, type Diagnosis } from "./check.ts";

/** The way to Azure, as a worker has it. */
export type RegistryAccess = {
  readonly rules: RegistryRules;
  /** `undefined` with LEDGER=off. */
  readonly ledger: Ledger | undefined;
  readonly rightsOn: (
    registry: RegistryPolicy["id"],
    signal: AbortSignal,
  ) => Promise<RegistryRights>;
};

/** Somebody should know of these; with the others nothing works, or nothing is safe. */
const TOLERABLE: ReadonlySet<Finding["kind"]> = new Set<Finding["kind"]>([
  "anonymous-pull-on",
  "admin-user-on",
  "vnet-rules-present",
  "registry-recreated",
  "rules-recovered",
  "rules-removed",
]);

/** One registry: whether it can be read, what is odd about it, what we may do there, and its ledger. */
export function checkRegistry({ id, name }: RegistryPolicy, access: RegistryAccess): Check {
  return {
    name,
    mend: `az acr show -n ${registryNameOf(id)}`,
    async look(signal) {
      const [read, rights] = await Promise.all([
        access.rules.read(id, signal),
        access.rightsOn(id, signal),
      ]);
      if (read.kind !== "read") {
        const finding = findingOfFailure(read);
        return finding === undefined
          ? [fail(`${name} can't be read (${read.kind}: ${read.code}).`, `az acr show -n ${name}`)]
          : [diagnosisOf(finding, registryNameOf(id))];
      }
      const { view } = read;
      const found = findingsOf(view).map((finding) => diagnosisOf(finding, registryNameOf(id)));
      const seen = pass(`${view.sku}, read as ${view.loginServer}; ${slotsOf(view)}.`);
      // Without a firewall the rest is beside the point.
      if (view.network === undefined) return [seen, ...found];
      return [
        seen,
        ...found,
        ...slotDiagnoses(view, registryNameOf(id)),
        ...rightDiagnoses(rights, id),
        ...ledgerDiagnoses(view, id, access.ledger),
      ];
    },
  };
}

/** A worker looks at each registry every five minutes; after three times that nobody does. */
const FORGOTTEN_AFTER_MS = 15 * 60_000;

/** When a worker has last looked at a registry, and what only its rounds find out. */
export function checkLooked({ id, name }: RegistryPolicy, store: () => Promise<Store>): Check {
  return {
    name: `${name}, worker`,
    async look(signal) {
      const opened = await store();
      const read = await ifReadable(opened.registry(id, signal));
      if (read === undefined) return [fail("Its record can't be read by this version.")];
      const { now, value: record } = read;
      const at = record?.observed?.at;
      const mend = `drawbridge sweep --registry ${name}`;
      if (record === undefined || at === undefined) {
        return [warn("No worker has looked at it yet.", mend)];
      }
      if (now.getTime() - at.getTime() > FORGOTTEN_AFTER_MS) {
        return [fail(`No worker has read it since ${instant(at)}.`, mend)];
      }
      const { failures, lastFailure = "?" } = record;
      if (failures > 0) {
        return [fail(`The last ${String(failures)} looks failed (${lastFailure}).`, mend)];
      }
      const told = record.findings.filter(({ kind }) => ONLY_ROUNDS_TELL.has(kind));
      return [
        pass(`A worker read it ${instant(at)}.`),
        ...told.map((finding) => diagnosisOf(finding, registryNameOf(id))),
      ];
    },
  };
}

const ONLY_ROUNDS_TELL: ReadonlySet<Finding["kind"]> = new Set<Finding["kind"]>([
  "registry-recreated",
  "leases-unreadable",
  "ledger-not-written",
  "rules-recovered",
  "rules-removed",
]);

function diagnosisOf(finding: Finding, name: string): Diagnosis {
  const result = TOLERABLE.has(finding.kind) ? "warn" : "fail";
  return { result, says: findingSentence(finding, name), mend: findingMend(finding, name) };
}

function slotsOf({ slots }: RegistryView): string {
  const { used, limit } = slots;
  return limit === undefined
    ? `${String(used)} rules`
    : `${String(used)} of ${String(limit)} rules`;
}

function slotDiagnoses({ slots }: RegistryView, name: string): readonly Diagnosis[] {
  const { used, limit } = slots;
  if (limit === undefined) {
    const says = "How many rules it takes could not be seen: the role lacks listUsages/read.";
    return [warn(says, `az acr show-usage -n ${name}`)];
  }
  if (!isNearlyFull(slots)) return [];
  const says = `${String(used)} of ${String(limit)} rules are used.`;
  return [warn(says, `az acr network-rule list -n ${name}`)];
}

function rightDiagnoses(
  { missing, locks }: RegistryRights,
  id: RegistryPolicy["id"],
): readonly Diagnosis[] {
  const assignments = `az role assignment list --scope ${id} --include-inherited -o table`;
  const lockList = `az lock list --resource ${id}`;
  return [
    "kind" in missing
      ? warn(
          `Could not look at what we may do there (${missing.code}): the role need not let us. See that it has registries/write and tags/write.`,
          assignments,
        )
      : missing.length === 0
        ? pass("The identity has the rights that it needs.")
        : fail(`The identity lacks ${missing.join(", ")}.`, assignments),
    "kind" in locks
      ? warn(`Could not look for locks (${locks.code}): the role need not let us.`, lockList)
      : locks.includes("ReadOnly")
        ? fail(findingSentence({ kind: "registry-locked" }, registryNameOf(id)), lockList)
        : pass("No lock forbids changes."),
  ];
}

function ledgerDiagnoses(
  view: RegistryView,
  registry: RegistryPolicy["id"],
  ledger: Ledger | undefined,
): readonly Diagnosis[] {
  if (ledger === undefined) return [];
  const { creationDate } = view;
  const scope = { registry, creationDate, seals: ledger.seals };
  const { ends, unverified, outdated } = readLedger(view.tags, scope);
  if (unverified.length > 0) {
    return [diagnosisOf({ kind: "ledger-not-ours", tags: unverified }, registryNameOf(registry))];
  }
  const entries = `The ledger on its tags has ${countOf(ends.size, "entry", "entries")}`;
  return [
    outdated
      ? warn(
          `${entries}, some of it sealed with a former LEDGER_KEY. Keep that key until a worker has looked.`,
        )
      : pass(`${entries}, all sealed with our key.`),
  ];
}
