import type { Policy } from "../domain/policy.ts";
import type { RulePlan } from "../domain/rule-plan.ts";
import { commitSurely } from "./commit-surely.ts";
import type { ArmFailure, Ids, Log, RegistryRules, RegistryView } from "./ports.ts";
import type { RecentOpenings } from "./recent-openings.ts";
import { openDraft, type RegistryDraft } from "./registry-draft.ts";
import type { RegistryClaim, Store } from "./store.ts";

/** What reconciling a registry needs. */
export type ReconcileRegistryDeps = {
  readonly store: Store;
  readonly rules: RegistryRules;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  readonly recentOpenings: RecentOpenings;
  /** A clock that only ever goes forward, for measuring; the time of day comes from the store. */
  readonly monotonicMs: () => number;
};

/** One pass over one registry, under one hold. */
export type RegistryRound = Omit<ReconcileRegistryDeps, "policy"> & {
  /** The policy of this moment, for the whole round. */
  readonly policy: Policy;
  readonly claim: RegistryClaim;
  readonly draft: RegistryDraft;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** What is left of the hold for calls to Azure, by our own clock. */
  readonly leftMs: () => number;
};

/** `refused` only when an addition may be what Azure did not like. */
type Applied =
  | { readonly kind: "applied"; readonly correlationId: string | undefined }
  | { readonly kind: "failed"; readonly failure: ArmFailure; readonly doing: "apply" }
  | { readonly kind: "refused"; readonly failure: ArmFailure & { readonly kind: "refused" } };

/** Kept free at the end of a hold: a PATCH that is not answered by then may still be on its way. */
const MARGIN_MS = 10_000;
const READS_UNTIL_FRESH = 3;

/** Begins a round under the claim's hold. */
export function openRound(
  deps: ReconcileRegistryDeps,
  claim: RegistryClaim,
  signal: AbortSignal,
): RegistryRound {
  const startedMs = deps.monotonicMs();
  const elapsedMs = (): number => deps.monotonicMs() - startedMs;
  return {
    ...deps,
    policy: deps.policy(),
    claim,
    draft: openDraft(claim),
    signal,
    now: () => new Date(claim.now.getTime() + elapsedMs()),
    leftMs: () => claim.hold.heldForMs - marginMs(claim) - elapsedMs(),
  };
}

/** A short hold (tests, small set-ups) keeps a fifth of itself free. */
function marginMs(claim: RegistryClaim): number {
  return Math.min(MARGIN_MS, claim.hold.heldForMs / 5);
}

/** A read older than one already seen shows a list that somebody has changed since: it must not be sent back. */
export async function readFresh({
  rules,
  claim,
  draft,
  signal,
  leftMs,
}: RegistryRound): Promise<{ kind: "read"; view: RegistryView } | ArmFailure> {
  for (let reads = 1; reads <= READS_UNTIL_FRESH; reads += 1) {
    const read = await rules.read(claim.registry, within(leftMs(), signal));
    if (read.kind !== "read") return read;
    const seen = draft.record().observed?.lastModifiedAt;
    const { lastModifiedAt } = read.view;
    const stale = seen !== undefined && lastModifiedAt !== undefined && lastModifiedAt < seen;
    if (!stale) return read;
  }
  return { kind: "conflict", code: "StaleRead" };
}

/** Keeps what was read, for the bot to answer from and for telling a stale read. */
export function observe({ draft, now }: RegistryRound, view: RegistryView): void {
  draft.update({
    creationDate: draft.record().creationDate ?? view.creationDate,
    observed: {
      at: now(),
      lastModifiedAt: view.lastModifiedAt,
      loginServer: view.loginServer,
      sku: view.sku,
      defaultAction: view.network?.defaultAction ?? "Allow",
      publicNetworkAccess: view.publicNetworkAccess,
      rules: view.network?.rules ?? [],
    },
  });
}

/** Sends the plan's list, once, when enough of the hold is left; nothing that ends in a failure is tried again here. */
export async function applyPlan(
  { rules, claim, signal, leftMs, recentOpenings }: RegistryRound,
  view: RegistryView,
  plan: RulePlan,
): Promise<Applied> {
  const forMs = leftMs();
  if (forMs <= 0 || view.network === undefined) {
    return { kind: "failed", failure: { kind: "conflict", code: "HoldSpent" }, doing: "apply" };
  }
  const list = { defaultAction: view.network.defaultAction, rules: plan.next };
  const applied = await rules.apply(claim.registry, list, within(forMs, signal));
  if (applied.kind === "applied" || applied.kind === "unknown-outcome") {
    recentOpenings.add(claim.registry, plan.add.length);
  }
  if (applied.kind === "applied") return applied;
  if (applied.kind === "refused" && plan.add.length > 0) {
    return { kind: "refused", failure: applied };
  }
  return { kind: "failed", failure: applied, doing: "apply" };
}

/** `false` when the hold is not ours any more: nothing was written, and whoever has it carries on. */
export async function save(round: RegistryRound, nextLookAt: Date | undefined): Promise<boolean> {
  const { store, draft, claim, ids, log, signal, now } = round;
  const at = now();
  const outcome = await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(claim.now.getTime() + claim.hold.heldForMs),
      under: claim.hold,
      ...draft.changes(at),
      ...(nextLookAt === undefined ? {} : { release: { hold: claim.hold, nextLookAt } }),
    },
    signal,
  );
  if (outcome.kind === "committed" || outcome.kind === "repeated") {
    draft.saved();
    return true;
  }
  log.warn("registry.hold-lost", { registry: claim.registry, outcome: outcome.kind });
  return false;
}

function within(ms: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.floor(ms)))]);
}
