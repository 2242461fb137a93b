import type { Finding } from "../../domain/finding.ts";
import { readLedger } from "../../domain/ledger.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";
import { admissions, type RulePlan } from "../../domain/rule-plan.ts";
import { isNearlyFull } from "../../domain/slots.ts";
import { isLeftGone } from "../../domain/wanted-rules.ts";
import { commitSurely } from "../commit-surely.ts";
import { within } from "../deadline.ts";
import { findingOfFailure, findingsOf } from "./find-findings.ts";
import type {
  ArmFailure,
  Ids,
  Ledger,
  Log,
  ReadPurpose,
  RegistryRules,
  RegistryView,
} from "../ports.ts";
import type { DailyTime } from "./daily-time.ts";
import type { HourlyCount } from "./hourly-count.ts";
import type { QuietLooks } from "./quiet-looks.ts";
import { openDraft, type RegistryDraft } from "./registry-draft.ts";
import { isForged, sealRecord } from "./seal-record.ts";
import { startClock, type RoundClock } from "./round-clock.ts";
import type { RegistryClaim, Store } from "../store.ts";

/** What reconciling a registry needs. */
export type ReconcileRegistryDeps = {
  readonly store: Store;
  readonly rules: RegistryRules;
  /** `undefined` when it is switched off: what is ours is then known to the store alone. */
  readonly ledger: Ledger | undefined;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  /** What this process opened, and put back, lately: by its own memory, so that the store can't lie about it. */
  readonly recentOpenings: HourlyCount;
  readonly recentRestores: HourlyCount;
  /** How much time this process has given to people lately, likewise. */
  readonly dailyTime: DailyTime;
  /** Which of this process's looks had nothing to do. */
  readonly quietLooks: QuietLooks;
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
  readonly clock: RoundClock;
  /** The clock's. */
  readonly now: () => Date;
  /** What is left of the hold for calls to Azure, by our own clock. */
  readonly leftMs: () => number;
  /** To be called when nothing is left but to read back: others may begin beside it. */
  readonly onSent: () => void;
};

/** `refused` only when an addition may be what Azure did not like. */
type Applied =
  | { readonly kind: "applied"; readonly correlationId: string | undefined }
  | { readonly kind: "failed"; readonly failure: ArmFailure; readonly doing: "apply" }
  | { readonly kind: "refused"; readonly failure: ArmFailure & { readonly kind: "refused" } };

/** Kept free at the end of a hold: a PATCH that is not answered by then may still be on its way. */
const MARGIN_MS = 10_000;
const READS_UNTIL_FRESH = 3;

/** A read says nothing of these: they stand until a round went through. */
const ABOUT_WRITING: ReadonlySet<Finding["kind"]> = new Set([
  "registry-locked",
  "denied-by-policy",
  "not-allowed",
  "ledger-not-written",
]);

const NOTHING_OURS = { owned: [], tombstones: [], recovered: [], ledgerFence: 0 };

/** Begins a round under the claim's hold. */
export function openRound(
  deps: ReconcileRegistryDeps,
  claim: RegistryClaim,
  signal: AbortSignal,
  onSent: () => void = () => undefined,
): RegistryRound {
  const startedMs = deps.monotonicMs();
  const elapsedMs = (): number => deps.monotonicMs() - startedMs;
  const clock = startClock(claim.now, elapsedMs);
  const draft = openDraft(claim, (record) => sealRecord(record, deps.ledger));
  // Whatever becomes of this round, what was forged must not be written back under our seal.
  if (isForged(claim, deps.ledger)) draft.update(NOTHING_OURS);
  return {
    ...deps,
    policy: deps.policy(),
    claim,
    draft,
    signal,
    clock,
    now: () => clock.now(),
    leftMs: () => claim.hold.heldForMs - marginMs(claim) - elapsedMs(),
    onSent,
  };
}

/** A short hold (tests, small set-ups) keeps a fifth of itself free. */
function marginMs(claim: RegistryClaim): number {
  return Math.min(MARGIN_MS, claim.hold.heldForMs / 5);
}

/** A read older than one already seen shows a list that somebody has changed since: it must not be sent back. */
export async function readFresh(
  { rules, claim, draft, clock, signal, leftMs }: RegistryRound,
  purpose: ReadPurpose = "act",
): Promise<{ kind: "read"; view: RegistryView } | ArmFailure> {
  for (let reads = 1; reads <= READS_UNTIL_FRESH; reads += 1) {
    const read = await rules.read(claim.registry, within(leftMs(), signal), purpose);
    if (read.kind !== "read") return read;
    clock.hear(read.view.answeredAt);
    const seen = draft.record().observed?.lastModifiedAt;
    const { lastModifiedAt } = read.view;
    const stale = seen !== undefined && lastModifiedAt !== undefined && lastModifiedAt < seen;
    if (!stale) return read;
  }
  return { kind: "conflict", code: "StaleRead" };
}

/** Keeps what was read, for the bot to answer from and for telling a stale read; what is new of it is logged. */
export function observe(round: RegistryRound, view: RegistryView): void {
  const { draft, now } = round;
  tellIfNearlyFull(round, view);
  const created = draft.record().creationDate ?? view.creationDate;
  const recreated: readonly Finding[] =
    created.getTime() === view.creationDate.getTime() ? [] : [{ kind: "registry-recreated" }];
  draft.update({
    creationDate: created,
    observed: {
      at: now(),
      lastModifiedAt: view.lastModifiedAt,
      loginServer: view.loginServer,
      sku: view.sku,
      defaultAction: view.network?.defaultAction ?? "Allow",
      publicNetworkAccess: view.publicNetworkAccess,
      rules: view.network?.rules ?? [],
      slots: view.slots,
    },
  });
  const standing = draft.record().findings.filter(({ kind }) => ABOUT_WRITING.has(kind));
  report(round, [...recreated, ...findingsOf(view), ...ownFindings(round, view), ...standing]);
}

/** Once as it becomes so: no finding, since nothing is wrong yet. */
function tellIfNearlyFull({ draft, claim, log }: RegistryRound, { slots }: RegistryView): void {
  const { observed } = draft.record();
  if (!isNearlyFull(slots) || (observed !== undefined && isNearlyFull(observed.slots))) return;
  const { used, limit } = slots;
  log.warn("registry.nearly-full", { registry: claim.registry, used, limit });
}

/** What our own books say of the registry. */
function ownFindings(round: RegistryRound, view: RegistryView): Finding[] {
  const { draft, claim, ledger, clock } = round;
  const findings: Finding[] = [];
  const unread = claim.unreadable.length;
  if (unread > 0) findings.push({ kind: "leases-unreadable", count: unread });
  const byMs = clock.differsByMs();
  if (byMs !== undefined) findings.push({ kind: "clocks-differ", byMs });
  const count = draft.record().recovered.length;
  if (count > 0) findings.push({ kind: "rules-recovered", count });
  const left = leftGone(round, view);
  if (left > 0) findings.push({ kind: "rules-removed", count: left });
  if (ledger === undefined) return findings;
  const scope = { registry: claim.registry, creationDate: view.creationDate, seals: ledger.seals };
  const { unverified } = readLedger(view.tags, scope);
  if (unverified.length > 0) findings.push({ kind: "ledger-not-ours", tags: unverified });
  return findings;
}

/** How many open leases have no rule any more, which the policy wants left so. */
function leftGone({ draft, policy, claim }: RegistryRound, view: RegistryView): number {
  const registry = registryOf(policy, claim.registry);
  if (registry?.whenRemovedByOthers !== "report") return 0;
  const admissionOf = admissions({
    owned: new Set(draft.record().owned),
    baseline: registry.baseline,
    actual: view.network?.rules ?? [],
  });
  return draft.leases().filter((lease) => isLeftGone(lease, admissionOf(lease.address), registry))
    .length;
}

/** What was as wanted in the end needs no mending: findings about writing are over. */
export function reportSuccess(round: RegistryRound): void {
  const { findings } = round.draft.record();
  report(
    round,
    findings.filter(({ kind }) => !ABOUT_WRITING.has(kind)),
  );
}

/** A failure that only a person can mend is a finding; one about writing stands until a round went through. */
export function reportFailure(
  round: RegistryRound,
  failure: ArmFailure,
  doing: "read" | "apply" | "ledger",
): void {
  const blamed = findingOfFailure(failure);
  const finding: Finding | undefined =
    doing === "ledger" && blamed !== undefined
      ? { kind: "ledger-not-written", code: failure.code }
      : blamed;
  if (finding === undefined) return;
  const others = round.draft.record().findings.filter(({ kind }) => kind !== finding.kind);
  report(round, [...others, finding]);
}

function report({ draft, claim, log }: RegistryRound, findings: readonly Finding[]): void {
  const known = JSON.stringify(draft.record().findings);
  if (JSON.stringify(findings) === known) return;
  draft.update({ findings });
  log.warn("registry.findings", { registry: claim.registry, findings });
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

/** `false` when the hold is not ours any more, or was given up: whoever has it next carries on from what is stored. */
export async function save(round: RegistryRound, nextLookAt: Date | undefined): Promise<boolean> {
  const { store, draft, claim, ids, log, signal, clock } = round;
  const at = clock.toStoreTime(clock.now());
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
  if (outcome.kind === "conflict") {
    await yieldRegistry(round, nextLookAt !== undefined);
    return false;
  }
  log.warn("registry.hold-lost", { registry: claim.registry, outcome: outcome.kind });
  return false;
}

/**
 * A lease was changed by its people while this round was at work, so that nothing of it was written. The registry is
 * looked at again at once, not when the hold runs out. What a PATCH has come to is kept; an intention is not.
 */
async function yieldRegistry(round: RegistryRound, keepsWhatWasSeen: boolean): Promise<void> {
  const { store, draft, claim, ids, log, signal, now } = round;
  log.info("registry.yielded", { registry: claim.registry });
  await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(claim.now.getTime() + claim.hold.heldForMs),
      under: claim.hold,
      ...(keepsWhatWasSeen ? draft.registryChanges() : {}),
      release: { hold: claim.hold, nextLookAt: now() },
    },
    signal,
  );
}
