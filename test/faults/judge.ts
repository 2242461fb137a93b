import { z } from "zod";
import type { JournalEntry } from "../emulators/azure/journal.ts";
import type { HistoryEntry } from "../emulators/azure/registry-store.ts";
import type { ApprovedLease, Planted } from "./approvals.ts";

/** What a run left behind at Azure, and what it had asked for. Nothing here is the product's own word. */
export type Evidence = {
  readonly history: readonly HistoryEntry[];
  readonly journal: readonly JournalEntry[];
  readonly approved: readonly ApprovedLease[];
  readonly planted: readonly Planted[];
  readonly strikes: number;
  /** What processes took to start beyond the second that the bounds give them: a busy machine, not the product. */
  readonly slowStartsMs: number;
};

/** What the scenario promises beyond what must always be 0. */
export type Bounds = { readonly removedWithinMs: number; readonly losesData?: true };

/** What a run came to. It passed when there is nothing to complain of. */
export type Verdict = {
  /** Leases that were to be opened with a rule of ours. */
  readonly leases: number;
  readonly foreignOmitted: number;
  readonly foreignLost: number;
  readonly leftOpen: number;
  /** The latest removal, from the end of its lease on: the first moment of its rule plus its duration. */
  readonly latestRemovalMs: number | undefined;
  /** As in the evidence: the bound is later by this. */
  readonly slowStartsMs: number;
  readonly appliedAgain: number;
  readonly plantedCarriedOut: number;
  readonly complaints: readonly string[];
};

/** Judges a run by what Azure saw: each interval of a rule, and each PATCH against its caller's last read. */
export function judge(evidence: Evidence, bounds: Bounds): Verdict {
  const { approved, planted, strikes, slowStartsMs } = evidence;
  const own = approved.filter(({ borrowed }) => !borrowed);
  const lives = own.map((lease) => lifeOf(lease, evidence.history));
  const complaints: string[] = [];
  const complain = (what: string, of: readonly string[]): number => {
    if (of.length > 0) complaints.push(`${what}: ${of.join(", ")}`);
    return of.length;
  };
  const ours = oursOf(evidence);
  const found = (wanted: (life: Life) => boolean): readonly string[] =>
    lives.filter(wanted).map(({ lease }) => nameOf(lease.registry, lease.address));

  if (strikes === 0) complaints.push("the fault never happened: a broken run");
  if (lives.every(({ openedAtMs }) => openedAtMs === undefined)) {
    complaints.push("no lease was ever opened: a broken run");
  }
  const { removedWithinMs, losesData } = bounds;
  if (losesData !== true) {
    complain(
      "never opened",
      found(({ openedAtMs }) => openedAtMs === undefined),
    );
    complain(
      "closed before its time",
      found(({ early }) => early),
    );
  }
  complain("added, and approved by nobody", strangersIn(evidence));
  const lateness = lives.flatMap(({ latenessMs }) =>
    latenessMs === undefined ? [] : [latenessMs],
  );
  const latestRemovalMs = lateness.length === 0 ? undefined : Math.max(...lateness);
  if (latestRemovalMs !== undefined && latestRemovalMs > removedWithinMs + slowStartsMs) {
    complaints.push(`removed ${String(latestRemovalMs)} ms after its end`);
  }
  return {
    leases: own.length,
    foreignOmitted: complain("foreign rules read and omitted", omittedIn(evidence, ours)),
    foreignLost: lostIn(evidence, ours).length,
    leftOpen: complain(
      "left open",
      found(({ open }) => open),
    ),
    latestRemovalMs,
    slowStartsMs,
    appliedAgain: complain(
      "applied more than once",
      found(({ again }) => again),
    ),
    plantedCarriedOut: complain("planted and carried out", carriedOut(planted, evidence.history)),
    complaints,
  };
}

type Life = {
  readonly lease: ApprovedLease;
  readonly openedAtMs: number | undefined;
  /** Its rule is there at the end of the history. */
  readonly open: boolean;
  readonly latenessMs: number | undefined;
  readonly early: boolean;
  readonly again: boolean;
};

/** A round's clock starts at what the store said, and that answer may be as old as a store call may take. */
const STORE_ANSWERS_WITHIN_MS = 1_000;

function lifeOf(lease: ApprovedLease, history: readonly HistoryEntry[]): Life {
  const entries = history.filter(({ registry }) => same(registry, lease.registry));
  let openedAtMs: number | undefined;
  let goneAtMs: number | undefined;
  let [open, early, again, closedByUs] = [false, false, false, false];
  for (const entry of entries) {
    const is = entry.rules.includes(lease.address);
    if (is === open) continue;
    open = is;
    const own = entry.method === "PATCH" && !isLate(entry, entries);
    if (is) {
      openedAtMs ??= entry.atMs;
      again ||= own && closedByUs;
    } else {
      goneAtMs = entry.atMs;
      closedByUs ||= own;
      early ||= own && entry.atMs < endOf(lease, openedAtMs) - STORE_ANSWERS_WITHIN_MS;
    }
  }
  const latenessMs =
    open || goneAtMs === undefined ? undefined : Math.max(0, goneAtMs - endOf(lease, openedAtMs));
  return { lease, openedAtMs, open, latenessMs, early, again };
}

function endOf({ durationMs }: ApprovedLease, openedAtMs = 0): number {
  return openedAtMs + durationMs;
}

/** It was already in Azure's hands when another write took effect: nobody decided to write it after that one. */
function isLate({ seq, receivedAtMs }: HistoryEntry, entries: readonly HistoryEntry[]): boolean {
  if (receivedAtMs === null) return false;
  const others = entries.filter((other) => other.method === "PATCH" && other.seq < seq);
  return others.some(({ atMs }) => atMs > receivedAtMs);
}

/** Values that may be added and removed: all others are somebody else's. */
function oursOf({ approved, planted }: Evidence): ReadonlySet<string> {
  const opened = approved.filter(({ borrowed }) => !borrowed).map(({ address }) => address);
  const lies = planted.filter(({ kind }) => kind === "opening").map(({ value }) => value);
  return new Set([...opened, ...lies]);
}

const sentList = z.object({
  properties: z.object({
    networkRuleSet: z.object({ ipRules: z.array(z.object({ value: z.string() })) }),
  }),
});

/** Each PATCH, whatever became of it, lacks nothing foreign that the same worker's last read had shown. */
function omittedIn({ journal }: Evidence, ours: ReadonlySet<string>): readonly string[] {
  return journal.flatMap((patch, place) => {
    if (patch.method !== "PATCH" || isOfTags(patch)) return [];
    const read = journal.slice(0, place).findLast((entry) => isReadBefore(entry, patch));
    const sent = sentList.safeParse(patch.body);
    if (!sent.success) return [`${patch.path}: a PATCH without a list`];
    if (read?.rules === undefined || read.rules === null)
      return [`${patch.path}: a PATCH without a read`];
    const values = sent.data.properties.networkRuleSet.ipRules.map(({ value }) => value);
    return read.rules
      .filter((rule) => !ours.has(rule) && !values.includes(rule))
      .map((rule) => nameOf(patch.path, rule));
  });
}

/** Not of the registry itself: the ledger's, which holds no rules. */
function isOfTags({ path }: JournalEntry): boolean {
  return path.toLowerCase().includes("/microsoft.resources/tags/");
}

function isReadBefore(entry: JournalEntry, patch: JournalEntry): boolean {
  return (
    entry.method === "GET" &&
    entry.status === 200 &&
    entry.rules !== null &&
    entry.clientId === patch.clientId &&
    same(entry.path, patch.path) &&
    entry.endedAt !== null &&
    entry.endedAt <= patch.startedAt
  );
}

/** Foreign rules that a PATCH of ours took away: somebody added them after its read. */
function lostIn({ history }: Evidence, ours: ReadonlySet<string>): readonly string[] {
  return history
    .filter(({ method }) => method === "PATCH")
    .flatMap(({ before, rules }) => (before ?? []).filter((rule) => !rules.includes(rule)))
    .filter((rule) => !ours.has(rule));
}

/** Rules that a PATCH brought although nobody approved them there, and nobody ever had them there. */
function strangersIn({ history, approved, planted }: Evidence): readonly string[] {
  const known = new Set([
    ...approved.map(({ registry, address }) => nameOf(registry, address)),
    ...planted.map(({ registry, value }) => nameOf(registry, value)),
  ]);
  return history
    .filter(({ method }) => method === "PATCH")
    .flatMap((entry) =>
      entry.rules
        .filter((rule) => entry.before?.includes(rule) !== true && !wasThere(rule, entry, history))
        .map((rule) => nameOf(entry.registry, rule)),
    )
    .filter((name) => !known.has(name));
}

function wasThere(
  rule: string,
  { registry, seq }: HistoryEntry,
  history: readonly HistoryEntry[],
): boolean {
  return history.some(
    (entry) => entry.registry === registry && entry.seq < seq && entry.rules.includes(rule),
  );
}

function carriedOut(
  planted: readonly Planted[],
  history: readonly HistoryEntry[],
): readonly string[] {
  return planted
    .filter(({ kind, registry, value }) =>
      history.some(({ registry: where, method, rules, before }) => {
        if (method !== "PATCH" || !same(where, registry)) return false;
        const [was, is] = [before?.includes(value) === true, rules.includes(value)];
        return kind === "opening" ? is && !was : was && !is;
      }),
    )
    .map(({ registry, value }) => nameOf(registry, value));
}

function nameOf(registry: string, rule: string): string {
  return `${rule} on ${registry.toLowerCase().slice(registry.lastIndexOf("/") + 1)}`;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
