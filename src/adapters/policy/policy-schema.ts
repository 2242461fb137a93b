import { z } from "zod";
import { isAddress, parseAddress } from "../../domain/address.ts";
import { parseDuration } from "../../domain/duration.ts";
import { patternProblem } from "../../domain/reason-pattern.ts";
import { parsePersonId, parseRegistryId, parseTenantId } from "../../domain/ids.ts";

/** Text that a domain parser turns into a value; its message says what was expected. */
function parsed<T>(parse: (text: string) => T | undefined, expected: string) {
  return z.string().transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: `expected ${expected}, got "${text}"` });
    return z.NEVER;
  });
}

const durationMs = parsed((text) => {
  const ms = parseDuration(text);
  return typeof ms === "number" ? ms : undefined;
}, 'a duration such as "4h" or "90m"').meta({ takes: "length of time" });

const address = parsed((text) => {
  const value = parseAddress(text);
  return isAddress(value) ? value : undefined;
}, "an IPv4 address or range without host bits").meta({ takes: "address" });

const personId = parsed(parsePersonId, "an Entra object id (a GUID)");
const count = z.number().int().min(0);
const prefix = z.number().int().min(8).max(32);

/** Whose names stand under `people`, or the object ids themselves. */
const list = z.union([z.string(), z.array(personId)]).meta({ takes: "people" });

const quorum = z
  .union([
    z.number().int().min(1),
    z
      .record(
        z.string().regex(/^\/([1-9]|[12][0-9]|3[0-2])$/, 'expected a prefix such as "/30"'),
        z.number().int().min(1),
      )
      .refine((entries) => Object.keys(entries).length > 0, "expected at least one prefix"),
  ])
  .meta({ takes: "whole number from 1, or one for each width" });

const pattern = z.string().check((context) => {
  const wrong = patternProblem(context.value);
  if (wrong !== undefined) {
    context.issues.push({ code: "custom", message: wrong, input: context.value });
  }
});

const emergency = z.union([
  z.literal("off"),
  z.strictObject({
    who: list.describe("whose request opens at once"),
    max: durationMs.describe("for how long at the most; no longer than `duration.max`"),
    tell: list.default([]).describe("who hears of it besides the approvers"),
  }),
]);

/** Each part by itself, so that a registry can override any of it. */
const rules = {
  duration: z.strictObject({
    default: durationMs.describe("how long, when somebody does not say"),
    max: durationMs.describe(
      "the most that may be asked for, and the most that is ever left of a lease",
    ),
    extend: z
      .strictObject({
        max: durationMs
          .optional()
          .meta({ description: "the most that one extension adds", otherwise: "`duration.max`" }),
        times: count.default(Infinity).describe("how often a lease may be extended; 0 for never"),
        approval: z
          .enum(["required", "automatic"])
          .default("required")
          .describe("`automatic`: an extension takes no approver"),
      })
      .prefault({}),
  }),
  reason: z
    .union([
      z.enum(["required", "optional"]),
      z.strictObject({
        pattern: pattern.describe(
          "a regular expression that the reason has to match; simple ones only, at most 200 characters",
        ),
        hint: z.string().min(1).describe("says to people what the pattern wants"),
      }),
    ])
    .describe("whether people have to say why, and how"),
  address: z.strictObject({
    widest: prefix
      .default(32)
      .describe("the shortest prefix that may be asked for; 32 allows single addresses only"),
    reserved: z
      .enum(["refuse", "allow"])
      .default("refuse")
      .describe(
        "private, shared, documentation and other ranges that no packet of the internet comes from; `allow` is for labs",
      ),
    forbid: z.array(address).default([]).describe("ranges that nothing may touch"),
    "my-ip": z
      .enum(["allowed", "refused"])
      .default("allowed")
      .describe("`refused`: no address is proven by link"),
    typed: z
      .enum(["allowed", "refused"])
      .default("allowed")
      .describe("`refused`: every address has to be proven by link"),
  }),
  move: z
    .enum(["required", "automatic", "never"])
    .describe(
      "another address under a lease. `required` takes approvers, `automatic` none for a single one that was seen by link",
    ),
  approval: z.strictObject({
    quorum: quorum
      .default(1)
      .describe(
        'how many approvers it takes. With `{ "/32": 1, "/30": 2 }` all ranges take two; a wider one never takes fewer',
      ),
    timeout: durationMs.describe("after this long without a decision a request lapses"),
    remind: z
      .array(durationMs)
      .default([])
      .describe("after how long of waiting approvers are reminded; before the timeout"),
    escalate: z
      .strictObject({
        after: durationMs.describe(
          "after how long others are told too; before the timeout. Without `escalate` nobody is",
        ),
        to: list.describe("whom; from then on they can decide it, too"),
      })
      .optional(),
    "cool-down": durationMs
      .default(0)
      .describe("how long the same person can't ask again for what was denied"),
  }),
  emergency: emergency.describe(
    "who may open a single address, seen by link, at once and without approvers; everybody who should hear of it does, and it is reviewed later",
  ),
  limits: z.strictObject({
    leasesPerPerson: count.describe("how many addresses one person may have open"),
    pendingPerPerson: count.describe("how many requests of one person may wait"),
    hoursPerPersonPerDay: z
      .number()
      .min(0)
      .default(Infinity)
      .describe("how many hours one person may be given in 24 hours, over all registries"),
    openingsPerHour: count.describe(
      "how often a registry is opened within an hour, as each worker counts it",
    ),
  }),
};

const registry = z.strictObject({
  id: parsed(parseRegistryId, "the ARM resource id of a container registry").meta({
    takes: "ARM resource id",
    description: "which Azure Container Registry it is; in any case",
  }),
  requesters: list.describe("who may ask. `members`: everybody of the tenant, guests never"),
  approvers: list.describe("who decides; empty means that nobody can"),
  inbox: z
    .strictObject({
      channel: z
        .string()
        .min(1)
        .describe("a channel where approvers hear of requests. Without `inbox` each does by chat"),
    })
    .optional(),
  quorum: quorum.optional().meta({
    description: "how many approvers this registry takes, and nothing else of `approval`",
    otherwise: "`approval.quorum`",
  }),
  "approve-automatically": z
    .array(address)
    .default([])
    .describe(
      "ranges out of which a single address that was seen by link takes no approver; no wider than /8, none that is forbidden",
    ),
  baseline: z
    .array(address)
    .default([])
    .describe("permanent rules: never removed, whatever the store says"),
  "when-removed-by-others": z
    .enum(["restore", "report", "end"])
    .default("restore")
    .describe(
      "what becomes of a lease whose rule somebody else removed. `restore`: what a program removed is put back, at most 3 times an hour, a person's removal ends the lease; `report`: it is told, and neither put back nor given up; `end`: the lease ends",
    ),
  "anonymous-pull": z
    .enum(["refuse", "warn"])
    .default("warn")
    .describe(
      "`refuse` opens nothing while everybody may pull without signing in: the firewall would be the only lock",
    ),
  duration: rules.duration.optional(),
  reason: rules.reason.optional(),
  address: rules.address.optional(),
  move: rules.move.optional(),
  approval: rules.approval.optional(),
  emergency: rules.emergency.optional(),
  limits: rules.limits.optional(),
});

/**
 * The policy file's shape. Unknown keys are refused: a misspelt setting must not look as if it were in force.
 *
 * Each key is described where it stands, and `npm run docs:policy` makes the tables of docs/policy.md of that: `takes`
 * names a shape that its checks don't, `otherwise` what holds without a key that has no default here.
 */
export const policySchema = z.strictObject({
  tenant: parsed(parseTenantId, "an Entra tenant id (a GUID)").meta({
    takes: "GUID",
    description:
      "the Entra tenant; activities of any other are refused, and so is a new file for another one",
  }),
  defaults: z
    .strictObject({
      ...rules,
      move: rules.move.default("required"),
      emergency: rules.emergency.default("off"),
    })
    .describe("what holds for a registry that does not say the same key itself"),
  people: z
    .record(z.string(), z.array(personId))
    .default({})
    .describe(
      "names for lists of Entra object ids; wherever people are wanted, such a name or a list stands",
    ),
  registries: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9]{5,50}$/, "a registry's name is 5 to 50 lower-case letters and digits"),
      registry,
    )
    .describe("by the name that people type: 5 to 50 lower-case letters and digits"),
});

/** A list of people as it stands in the file. */
export type WrittenList = z.output<typeof list>;
/** What stands under `registries` for one of them. */
export type WrittenRegistry = z.output<typeof registry>;
/** The file as parsed, before names of lists are looked up. */
export type PolicyDocument = z.output<typeof policySchema>;
