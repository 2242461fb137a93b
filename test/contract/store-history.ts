import fc from "fast-check";
import type { Expiry, Put, WakeKey } from "../../src/application/store.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How many of each there are: few, so that steps meet. */
export const NUMBERS = [0, 1, 2, 3] as const;
/** The handles of one store: two in this process, and one in another. */
export const HANDLES = [0, 1, 2] as const;

/** A record by its kind, number and state; its version is the next one, or wrong by so many. */
export type PutStep = {
  readonly kind: Put["kind"];
  readonly n: number;
  readonly state: number;
  readonly off: number;
};

/** Times are ms from the clock of the moment; holds are those of the claims so far, counted from the last. */
export type CommitStep = {
  readonly do: "commit";
  readonly by: number;
  readonly notAfterMs: number;
  readonly puts: readonly PutStep[];
  readonly expire: readonly {
    readonly kind: Expiry["kind"];
    readonly n: number;
    readonly afterMs: number;
  }[];
  readonly audit: number;
  readonly wake: readonly (
    | { readonly list: WakeKey["list"]; readonly n: number; readonly inMs: number }
    | { readonly hold: number; readonly inMs: number }
  )[];
  readonly under: number | undefined;
  readonly release: { readonly hold: number; readonly inMs: number | undefined } | undefined;
};

/** One step of a history. */
export type Step =
  | CommitStep
  /** An earlier change once more, as it was or with other contents. */
  | { readonly do: "again"; readonly by: number; readonly which: number; readonly changed: boolean }
  | {
      readonly do: "claim";
      readonly by: number;
      readonly list: WakeKey["list"];
      readonly holdMs: number;
    }
  | { readonly do: "read"; readonly by: number; readonly n: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "set-back"; readonly ms: number }
  | { readonly do: "reopen"; readonly by: number };

const by = fc.constantFrom(...HANDLES);
const n = fc.constantFrom(...NUMBERS);
const list = fc.constantFrom("registry" as const, "conversation" as const);
const holdMs = fc.constantFrom(1, SECOND_MS, MINUTE_MS, HOUR_MS, HOUR_MS);
const rarely = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 2 });
const wakeMs = fc.constantFrom(-HOUR_MS, 0, 1, SECOND_MS, HOUR_MS);
/** A hold that is likely to be valid: one of the last ones. */
const hold = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);

const put: fc.Arbitrary<PutStep> = fc.record({
  kind: fc.constantFrom(
    ...([
      "request",
      "request",
      "lease",
      "lease",
      "registry",
      "freeze",
      "person",
      "recent",
      "conversation",
    ] as const),
  ),
  n,
  state: fc.nat({ max: 3 }),
  off: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, -1, 1),
});

const commit: fc.Arbitrary<CommitStep> = fc.record({
  do: fc.constant("commit" as const),
  by,
  notAfterMs: fc.constantFrom(MINUTE_MS, MINUTE_MS, MINUTE_MS, SECOND_MS, 0, -1),
  puts: fc.array(put, { maxLength: 3 }),
  expire: fc.array(
    fc.record({
      kind: fc.constantFrom(...(["request", "lease", "conversation", "recent"] as const)),
      n,
      afterMs: fc.constantFrom(1, SECOND_MS, HOUR_MS, 7 * DAY_MS),
    }),
    { maxLength: 1 },
  ),
  audit: fc.nat({ max: 2 }),
  wake: fc.array(
    fc.oneof(fc.record({ list, n, inMs: wakeMs }), fc.record({ hold, inMs: wakeMs })),
    {
      maxLength: 2,
    },
  ),
  under: rarely(hold),
  release: rarely(
    fc.record({ hold, inMs: fc.constantFrom(undefined, -HOUR_MS, 0, SECOND_MS, HOUR_MS) }),
  ),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: commit },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("again" as const),
      by,
      which: fc.nat({ max: 5 }),
      changed: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("claim" as const), by, list, holdMs }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const), by, n }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.oneof(
        fc.constantFrom(1, 1, SECOND_MS, SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS, 7 * DAY_MS),
        fc.integer({ min: 1, max: 2 * MINUTE_MS }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("set-back" as const),
      ms: fc.constantFrom(1, 2, SECOND_MS, MINUTE_MS, HOUR_MS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const), by }) },
);

/** Any history of commits, claims and reads under a clock that jumps, by hours forward and up to an hour back. */
export const histories: fc.Arbitrary<readonly Step[]> = fc.array(step, {
  minLength: 10,
  maxLength: 70,
  size: "max",
});
