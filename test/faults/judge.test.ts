import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JournalEntry } from "../emulators/azure/journal.ts";
import type { HistoryEntry } from "../emulators/azure/registry-store.ts";
import { REGISTRY } from "../unit/builders.ts";
import { judge, type Evidence, type Verdict } from "./judge.ts";

const FOREIGN = "192.0.2.10";
const OURS = "203.0.113.1";
const BOUNDS = { removedWithinMs: 1_000 };

type Write = readonly [
  atMs: number,
  rules: readonly string[],
  more?: { readonly receivedAtMs?: number; readonly method?: HistoryEntry["method"] },
];

describe("the judge", () => {
  it("complains of nothing when a lease was opened once and removed in time", () => {
    const verdict = judged([
      [1_000, [FOREIGN, OURS]],
      [3_500, [FOREIGN]],
    ]);
    assert.deepEqual(verdict.complaints, []);
    assert.equal(verdict.latestRemovalMs, 500);
  });

  const red: readonly (readonly [what: string, complaint: RegExp, verdict: () => Verdict])[] = [
    ["a rule that is never removed", /left open/, () => judged([[1_000, [FOREIGN, OURS]]])],
    ["a lease that never opened", /never opened/, () => judged([])],
    [
      "a removal after the bound",
      /removed 1001 ms after/,
      () =>
        judged([
          [1_000, [FOREIGN, OURS]],
          [4_001, [FOREIGN]],
        ]),
    ],
    [
      "a removal that takes the person's time",
      /before its time/,
      () =>
        judged([
          [1_000, [FOREIGN, OURS]],
          [1_500, [FOREIGN]],
        ]),
    ],
    [
      "a second opening after the removal",
      /more than once/,
      () =>
        judged([
          [1_000, [FOREIGN, OURS]],
          [3_000, [FOREIGN]],
          [3_200, [FOREIGN, OURS]],
          [3_300, [FOREIGN]],
        ]),
    ],
    [
      "an address that nobody approved",
      /approved by nobody/,
      () =>
        judged([
          [1_000, [FOREIGN, OURS, "203.0.113.9"]],
          [3_000, [FOREIGN]],
        ]),
    ],
    [
      "a foreign rule that was read and not sent back",
      /read and omitted/,
      () => judged(ONCE, { journal: [get([FOREIGN]), patch([OURS])] }),
    ],
    [
      "a list that was sent without a read",
      /without a read/,
      () => judged(ONCE, { journal: [patch([FOREIGN, OURS])] }),
    ],
    [
      "a planted lease that was opened",
      /planted and carried out/,
      () => judged(ONCE, { planted: [{ kind: "opening", registry: REGISTRY, value: OURS }] }),
    ],
    [
      "a foreign rule that was removed as if it were ours",
      /planted and carried out/,
      () =>
        judged([...ONCE, [3_100, []]], {
          planted: [{ kind: "removal", registry: REGISTRY, value: FOREIGN }],
        }),
    ],
    ["a run in which nothing went wrong", /broken run/, () => judged(ONCE, { strikes: 0 })],
  ];
  for (const [what, complaint, verdict] of red) {
    it(`complains of ${what}`, () => {
      assert.match(verdict().complaints.join("\n"), complaint);
    });
  }

  it("counts a foreign rule that came between the read and the PATCH as lost, and does not complain", () => {
    const verdict = judged([
      [1_000, [FOREIGN, OURS]],
      [2_000, [FOREIGN, OURS, "192.0.2.11"], { method: "EXTERNAL" }],
      [3_000, [FOREIGN]],
    ]);
    assert.deepEqual(verdict.complaints, []);
    assert.equal(verdict.foreignLost, 1);
  });

  it("takes a write that was under way when another took effect for late, and not for a second opening", () => {
    const verdict = judged([
      [1_000, [FOREIGN, OURS]],
      [3_000, [FOREIGN]],
      [3_200, [FOREIGN, OURS], { receivedAtMs: 900 }],
      [3_400, [FOREIGN]],
    ]);
    assert.deepEqual(verdict.complaints, []);
  });
});

const ONCE: readonly Write[] = [
  [1_000, [FOREIGN, OURS]],
  [3_000, [FOREIGN]],
];

function judged(writes: readonly Write[], over: Partial<Evidence> = {}): Verdict {
  const lease = { registry: REGISTRY, address: OURS, durationMs: 2_000, borrowed: false };
  const evidence = { journal: [], planted: [], strikes: 1, slowStartsMs: 0, approved: [lease] };
  return judge({ history: historyOf(writes), ...evidence, ...over }, BOUNDS);
}

function historyOf(writes: readonly Write[]): readonly HistoryEntry[] {
  const seeded: Write = [0, [FOREIGN], { method: "SEED" }];
  return [seeded, ...writes].map(([atMs, rules, more = {}], seq, all) => ({
    ...{ seq, atMs, rules, at: new Date(atMs).toISOString(), registry: REGISTRY, by: "us" },
    method: more.method ?? "PATCH",
    before: all[seq - 1]?.[1] ?? null,
    lastRead: null,
    receivedAtMs: more.receivedAtMs ?? atMs,
  }));
}

const call = {
  ...{ path: REGISTRY, status: 200, caller: "us#1", clientId: "us", lastRead: null },
  startedAt: "2026-11-23T14:00:00.000Z",
  endedAt: "2026-11-23T14:00:00.000Z",
} as const;

function get(rules: readonly string[]): JournalEntry {
  return { ...call, method: "GET", body: null, rules };
}

function patch(values: readonly string[]): JournalEntry {
  const ipRules = values.map((value) => ({ action: "Allow", value }));
  return {
    ...call,
    method: "PATCH",
    body: { properties: { networkRuleSet: { ipRules } } },
    rules: values,
  };
}
