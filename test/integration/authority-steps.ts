import fc from "fast-check";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import { address, addressesOf, durationOf, HOUR_MS, person, registryId } from "../unit/builders.ts";
import { STANDINGS } from "./authority-door.ts";

/** Everybody there is: by number, as the builders make them. */
export const PEOPLE = [1, 2, 3, 4, 5, 6] as const;
/** The two registries. */
export const REGISTRIES = [registryId("acrdemomagic"), registryId("acrother01")] as const;
const ADDRESSES = ["203.0.113.1", "203.0.113.2", "203.0.113.9", "203.0.113.8/30", "203.0.113.0/29"];
const OFFICE = "203.0.113.0/29";

const MEMBERS = STANDINGS.map(() => "member" as const);
const MINUTE_MS = 60_000;
const who = fc.constantFrom(...PEOPLE);
const where = fc.nat(1);
const hours = fc.constantFrom(1, 1, 1, 2, 4, 9);
const anAddress = fc.constantFrom(...ADDRESSES);
const single = fc.constantFrom("203.0.113.1", "203.0.113.2", "203.0.113.9");
const ids = fc.subarray([...PEOPLE], { minLength: 1 }).map(idsOf);
const most = fc.subarray([...PEOPLE], { minLength: 3 }).map(idsOf);

const quorum = fc.constantFrom<RegistryPolicy["quorum"]>(
  [{ prefix: 32, approvers: 1 }],
  [{ prefix: 32, approvers: 2 }],
  [
    { prefix: 32, approvers: 1 },
    { prefix: 30, approvers: 2 },
  ],
  [
    { prefix: 29, approvers: 3 },
    { prefix: 32, approvers: 2 },
  ],
);

const rules = fc.record({
  requesters: fc.oneof({ weight: 3, arbitrary: fc.constant("members" as const) }, most),
  approvers: fc.oneof({ weight: 8, arbitrary: most }, ids, fc.constant(idsOf([]))),
  quorum,
  automaticRanges: fc.constantFrom([], [], [address(OFFICE)]),
  approval: fc.record({
    timeoutMs: fc.constant(8 * HOUR_MS),
    remindAfterMs: fc.constant([]),
    escalate: fc.option(fc.record({ afterMs: fc.constant(30 * MINUTE_MS), to: ids }), {
      nil: undefined,
    }),
    coolDownMs: fc.constant(0),
  }),
  duration: fc
    .tuple(
      fc.constantFrom(2, 8),
      fc.constantFrom(1, 4),
      fc.constantFrom(1, Infinity),
      fc.constantFrom<"required" | "automatic">("required", "automatic"),
    )
    .map(([max, more, times, approval]) =>
      durationOf(HOUR_MS, max * HOUR_MS, { maxMs: more * HOUR_MS, times, approval }),
    ),
  address: fc.record({
    widest: fc.constantFrom(24, 24, 24, 30, 32),
    forbid: fc.constantFrom([], [], [address("203.0.113.8/31")]),
    typed: fc.constantFrom<"allowed" | "refused">("allowed", "allowed", "refused"),
  }),
  move: fc.constantFrom<RegistryPolicy["move"]>("required", "automatic", "automatic", "never"),
  emergency: fc.oneof(
    fc.constant({ kind: "off" } as const),
    ids.map((people) => ({ kind: "on", people, maxMs: HOUR_MS, tell: idsOf([]) }) as const),
  ),
  limits: fc.record({
    leasesPerPerson: fc.constant(9),
    pendingPerPerson: fc.constant(9),
    hoursPerPersonPerDay: fc.constantFrom(4, 12, Infinity),
    openingsPerHour: fc.constantFrom(2, 60, 60),
  }),
});

/** What the policy says of both registries, or of the first alone. */
export const policies = fc.array(
  rules.map((made) => ({ ...made, address: addressesOf(made.address) })),
  { minLength: 1, maxLength: 2, size: "max" },
);
/** It is put together by the world. */
export type PolicyRules = readonly Partial<RegistryPolicy>[];

const year = 365 * 24 * 60;
const offset = fc.constantFrom(-60, 0, 0, 240, year);
/** A lease that nobody asked for, as somebody writes it into the store. */
const lie = fc.record({
  who,
  where,
  address: anAddress,
  hours: fc.constantFrom(1, 4, 9, 99_999),
  status: fc.constantFrom<"opening" | "open">("opening", "open"),
  basis: fc.constantFrom<"approvals" | "range" | "move" | "emergency">(
    ...(["approvals", "approvals", "range", "move", "emergency"] as const),
  ),
  yes: fc.array(fc.record({ by: who, afterMinutes: fc.constantFrom(0, 45) }), { maxLength: 4 }),
  approvedIn: offset,
  seenIn: offset,
  adopts: fc.boolean(),
  /** Each by whom, how much later than now it says that it was granted. */
  extensions: fc.array(fc.record({ by: who, hours, grantedIn: offset }), { maxLength: 3 }),
});
/** One of them. */
export type Lie = typeof lie extends fc.Arbitrary<infer T> ? T : never;

const verdict = fc.constantFrom<"approve" | "less" | "deny" | "deny-and-mute">(
  ...([
    "approve",
    "approve",
    "approve",
    "approve",
    "less",
    "less",
    "deny",
    "deny-and-mute",
  ] as const),
);
/** Of whom the click comes: now and then from somebody else than the one it is meant for. */
const by = fc.option(who, { nil: undefined, freq: 4 });

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: on("ask"), who, where, address: anAddress, hours }) },
  { weight: 3, arbitrary: fc.record({ do: on("link"), who, where, address: single, hours, by }) },
  { weight: 4, arbitrary: fc.record({ do: on("extend"), who, hours }) },
  { weight: 3, arbitrary: fc.record({ do: on("move"), who, address: anAddress }) },
  { weight: 4, arbitrary: fc.record({ do: on("move-by-link"), who, address: single, by }) },
  { weight: 2, arbitrary: fc.record({ do: on("emergency"), who, where, address: single, by }) },
  { weight: 1, arbitrary: fc.record({ do: on("adopt"), who, where, address: single, hours }) },
  {
    weight: 14,
    arbitrary: fc.record({ do: on("decide"), who, which: fc.nat(2), verdict, stale: rarely() }),
  },
  { weight: 1, arbitrary: fc.record({ do: on("policy"), rules: policies, reaches: reach() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: on("becomes"),
      who,
      standing: fc.constantFrom(...STANDINGS, ...MEMBERS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: on("pass"), minutes: fc.constantFrom(1, 1, 40, 40, 300) }),
  },
  { weight: 2, arbitrary: fc.record({ do: on("others"), where, rule: single, add: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: on("lie"), lie }) },
  { weight: 8, arbitrary: fc.record({ do: on("work") }) },
);
/** What happens next. */
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const yes = who.map(
  (clicks) => ({ do: "decide", who: clicks, which: 0, verdict: "approve", stale: false }) as const,
);
/** What often leads somewhere: two say yes to what is asked, and the worker looks. */
const ways = fc
  .tuple(
    fc.oneof(
      fc.record({ do: on("ask"), who, where, address: anAddress, hours }),
      fc.record({ do: on("extend"), who, hours }),
      fc.record({ do: on("move"), who, address: anAddress }),
      fc.record({ do: on("move-by-link"), who, address: single, by }),
    ),
    yes,
    yes,
    fc.constant({ do: "work" } as const),
  )
  .map((steps): readonly Step[] => steps);

/** A rule that somebody else made, looked at and put under a lease. */
const adoption = fc
  .tuple(who, where, single, hours)
  .map(([adopter, at, rule, lasts]): readonly Step[] => [
    { do: "others", where: at, rule, add: true },
    { do: "work" },
    { do: "adopt", who: adopter, where: at, address: rule, hours: lasts },
    { do: "work" },
  ]);
const alone = step.map((one): readonly Step[] => [one]);

/** What happens, one after the other. */
export const histories = fc
  .array(fc.oneof({ weight: 9, arbitrary: alone }, { weight: 4, arbitrary: ways }, adoption), {
    minLength: 15,
    maxLength: 45,
    size: "max",
  })
  .map((parts) => parts.flat());

function on<Name extends string>(name: Name): fc.Arbitrary<Name> {
  return fc.constant(name);
}

function rarely(): fc.Arbitrary<boolean> {
  return fc.nat(9).map((n) => n === 0);
}

function reach(): fc.Arbitrary<"both" | "bot" | "worker"> {
  return fc.constantFrom("both", "both", "bot", "worker");
}

function idsOf(people: readonly number[]) {
  return new Set(people.map((n) => person(n).id));
}
