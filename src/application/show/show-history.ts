import type { Address } from "../../domain/address.ts";
import type { AuditEntry, AuditEvent } from "../../domain/audit.ts";
import type { Person, PersonId, RegistryId } from "../../domain/ids.ts";
import type { EndReason } from "../../domain/lease.ts";
import { registryNamed, type Policy } from "../../domain/policy.ts";
import { recentAudit } from "./recent-audit.ts";
import type { Store } from "../store.ts";

/** What the audit trail tells of one request and the lease that it made. What happened before the period is undefined. */
export type HistoryItem = {
  readonly id: string;
  readonly who: Person | undefined;
  readonly asks: "open" | "extend" | "replace" | "adopt" | "emergency" | undefined;
  readonly address: Address | undefined;
  readonly reason: string | undefined;
  readonly askedAt: Date | undefined;
  readonly approvedBy: readonly Person[];
  readonly deniedBy: Person | undefined;
  /** What the denial gave as its reason. */
  readonly denialWhy: string | undefined;
  /** Nobody decided it: the policy did, by a rule of its own or as an emergency. */
  readonly automatic: "policy" | "emergency" | undefined;
  readonly cameToNothing: "lapsed" | "cancelled" | undefined;
  readonly openedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly endReason: EndReason | undefined;
};

/** The registry's past, newest first; or why it can't be shown. */
export type HistoryOutcome =
  | {
      readonly kind: "history";
      readonly registryName: string;
      readonly periodMs: number;
      readonly items: readonly HistoryItem[];
      /** Older entries of the period were not read. */
      readonly cut: boolean;
    }
  | { readonly kind: "which-registry"; readonly known: readonly string[] }
  | { readonly kind: "unknown-registry"; readonly name: string }
  | { readonly kind: "not-an-approver" };

const WEEK_MS = 7 * 24 * 3_600_000;

/** The answer to `history`, from the audit trail: who had what, when, and who decided it. For its approvers only. */
export async function showHistory(
  { store, policy }: { readonly store: Store; readonly policy: () => Policy },
  wish: {
    readonly by: PersonId;
    readonly registryName: string | undefined;
    readonly periodMs: number | undefined;
  },
  signal: AbortSignal,
): Promise<HistoryOutcome> {
  const { by, registryName, periodMs = WEEK_MS } = wish;
  const theirs = policy().registries.filter(({ approvers }) => approvers.has(by));
  const [only, ...others] = theirs;
  if (only === undefined) return { kind: "not-an-approver" };
  if (registryName === undefined && others.length > 0) {
    return { kind: "which-registry", known: theirs.map(({ name }) => name) };
  }
  const named = registryName === undefined ? only : registryNamed(policy(), registryName);
  if (named === undefined) return { kind: "unknown-registry", name: registryName ?? "" };
  if (!theirs.includes(named)) return { kind: "not-an-approver" };
  const { entries, cut } = await recentAudit(store, periodMs, signal);
  const items = historyOf(entries, named.id);
  return { kind: "history", registryName: named.name, periodMs, items, cut };
}

function historyOf(entries: readonly AuditEntry[], registry: RegistryId): readonly HistoryItem[] {
  const items = new Map<string, HistoryItem>();
  for (const { at, event } of entries) {
    const id = subjectOf(event);
    if (id === undefined || !("registry" in event) || event.registry !== registry) continue;
    items.set(id, { ...(items.get(id) ?? nothingYet(id)), ...toldBy(event, at, items.get(id)) });
  }
  // A link that was never used, or the mere decision of a request asked before the period, tells of no access.
  const told = [...items.values()].filter(
    ({ askedAt, openedAt, endedAt }) => (askedAt ?? openedAt ?? endedAt) !== undefined,
  );
  return told.reverse();
}

/** A lease has the id of its request; more time is a request of its own. */
function subjectOf(event: AuditEvent): string | undefined {
  if ("request" in event) return event.request;
  return "lease" in event ? event.lease : undefined;
}

function toldBy(
  event: AuditEvent,
  at: Date,
  before: HistoryItem | undefined,
): Partial<HistoryItem> {
  switch (event.kind) {
    case "request.asked": {
      const { by, asks, address, reason } = event;
      return { who: by, asks, address, reason, askedAt: at };
    }
    case "request.approval":
      return { approvedBy: [...(before?.approvedBy ?? []), event.by] };
    case "request.denial":
      return { deniedBy: event.by, denialWhy: event.why };
    case "request.automatic":
      return { automatic: event.grant.kind === "emergency" ? "emergency" : "policy" };
    case "request.lapsed":
      return { cameToNothing: "lapsed" };
    case "request.cancelled":
      return { cameToNothing: "cancelled" };
    case "lease.adopting": {
      const { by, address, reason } = event;
      return { who: by, asks: "adopt", address, reason, askedAt: at, approvedBy: [by] };
    }
    case "lease.opened":
      return { address: event.address, openedAt: at };
    case "lease.ended":
      return { address: event.address, endedAt: at, endReason: event.reason };
    default:
      return {};
  }
}

function nothingYet(id: string): HistoryItem {
  return {
    id,
    who: undefined,
    asks: undefined,
    address: undefined,
    reason: undefined,
    askedAt: undefined,
    approvedBy: [],
    deniedBy: undefined,
    denialWhy: undefined,
    automatic: undefined,
    cameToNothing: undefined,
    openedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
  };
}
