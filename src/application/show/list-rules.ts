import type { Finding } from "../../domain/finding.ts";
import type { Freeze } from "../../domain/freeze.ts";
import type { RegistryId } from "../../domain/ids.ts";
import { endOf } from "../../domain/lease.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import type { Slots } from "../../domain/slots.ts";
import { ifReadable } from "../if-readable.ts";
import type { ArmFailure, RegistryRules } from "../ports.ts";
import { findingsOf } from "../registry/find-findings.ts";
import type { RegistryRecord, Store } from "../store.ts";
import { rulesOf, type ShownRule } from "./show-rules.ts";

/** One rule; `recovered`: ours as the ledger alone says, and there until its end. */
export type ListedRule = Omit<ShownRule, "whose"> & {
  readonly whose: ShownRule["whose"] | "recovered";
  /** When the last lease that needs it ends, or the ledger's entry of it; `undefined` when it is not ours. */
  readonly until: Date | undefined;
};

/** What is on a registry: as Azure says now, or as a worker last saw it and why that has to do. */
export type RuleList =
  | {
      readonly kind: "rules";
      readonly from: "azure" | "observed";
      readonly at: Date;
      readonly instead: ArmFailure | undefined;
      readonly sku: string;
      readonly defaultAction: "Allow" | "Deny" | undefined;
      readonly publicNetworkAccess: boolean;
      readonly slots: Slots;
      readonly rules: readonly ListedRule[];
      readonly findings: readonly Finding[];
      readonly freeze: Freeze | undefined;
    }
  | { readonly kind: "never-seen"; readonly instead: ArmFailure | undefined };

/** The whole list of one registry, for an operator. `azure` is left out where nobody may read there. */
export async function listRules(
  { store, azure }: { readonly store: Store; readonly azure: RegistryRules | undefined },
  { id, policy }: { readonly id: RegistryId; readonly policy: RegistryPolicy | undefined },
  signal: AbortSignal,
): Promise<RuleList> {
  const [read, { value: leases, now }, recorded, frozen] = await Promise.all([
    azure?.read(id, signal),
    store.leasesFor(id, signal),
    ifReadable(store.registry(id, signal)),
    ifReadable(store.freeze(id, signal)),
  ]);
  const record = recorded?.value;
  const view = read?.kind === "read" ? read.view : undefined;
  const instead = read === undefined || read.kind === "read" ? undefined : read;
  const seen = view ?? record?.observed;
  if (seen === undefined) return { kind: "never-seen", instead };
  const values = view === undefined ? (record?.observed?.rules ?? []) : (view.network?.rules ?? []);
  const shown = rulesOf(policy ?? { baseline: [] }, record ?? { owned: [] }, values, leases);
  return {
    kind: "rules",
    from: view === undefined ? "observed" : "azure",
    at: view === undefined ? (record?.observed?.at ?? now) : (view.answeredAt ?? now),
    instead,
    sku: seen.sku,
    defaultAction:
      view === undefined ? record?.observed?.defaultAction : view.network?.defaultAction,
    publicNetworkAccess: seen.publicNetworkAccess,
    slots: seen.slots,
    rules: shown.map((rule) => listed(rule, record)),
    findings: view === undefined ? (record?.findings ?? []) : bothOf(findingsOf(view), record),
    freeze: frozen?.value?.freeze,
  };
}

function listed(rule: ShownRule, record: RegistryRecord | undefined): ListedRule {
  const recovered = record?.recovered.find(({ address }) => address === rule.value);
  if (rule.whose === "ours" && recovered !== undefined) {
    return { ...rule, whose: "recovered", until: recovered.end };
  }
  const ends = rule.leases.map((lease) => endOf(lease).getTime());
  const isOurs = rule.whose === "ours" && ends.length > 0;
  return { ...rule, until: isOurs ? new Date(Math.max(...ends)) : undefined };
}

/** What a read shows is as it was read; what only a worker's round finds out is as that last said. */
const SEEN_BY_READING: ReadonlySet<Finding["kind"]> = new Set<Finding["kind"]>([
  "not-premium",
  "public-access-disabled",
  "default-action-allow",
  "anonymous-pull-on",
  "admin-user-on",
  "slots-full",
  "vnet-rules-present",
  "registry-not-found",
]);

function bothOf(fresh: readonly Finding[], record: RegistryRecord | undefined): readonly Finding[] {
  const older = record?.findings ?? [];
  return [...fresh, ...older.filter(({ kind }) => !SEEN_BY_READING.has(kind))];
}
