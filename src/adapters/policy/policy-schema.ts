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
}, 'a duration such as "4h" or "90m"');

const address = parsed((text) => {
  const value = parseAddress(text);
  return isAddress(value) ? value : undefined;
}, "an IPv4 address or range without host bits");

const personId = parsed(parsePersonId, "an Entra object id (a GUID)");
const count = z.number().int().min(0);
const prefix = z.number().int().min(8).max(32);

/** Whose names stand under `people`, or the object ids themselves. */
const list = z.union([z.string(), z.array(personId)]);

const quorum = z.union([
  z.number().int().min(1),
  z
    .record(
      z.string().regex(/^\/([1-9]|[12][0-9]|3[0-2])$/, 'expected a prefix such as "/30"'),
      z.number().int().min(1),
    )
    .refine((entries) => Object.keys(entries).length > 0, "expected at least one prefix"),
]);

const pattern = z.string().check((context) => {
  const wrong = patternProblem(context.value);
  if (wrong !== undefined) {
    context.issues.push({ code: "custom", message: wrong, input: context.value });
  }
});

const emergency = z.union([
  z.literal("off"),
  z.strictObject({ who: list, max: durationMs, tell: list.default([]) }),
]);

/** Each part by itself, so that a registry can override any of it. */
const rules = {
  duration: z.strictObject({
    default: durationMs,
    max: durationMs,
    extend: z
      .strictObject({
        max: durationMs.optional(),
        times: count.default(Infinity),
        approval: z.enum(["required", "automatic"]).default("required"),
      })
      .prefault({}),
  }),
  reason: z.union([
    z.enum(["required", "optional"]),
    z.strictObject({ pattern, hint: z.string().min(1) }),
  ]),
  address: z.strictObject({
    widest: prefix.default(32),
    reserved: z.enum(["refuse", "allow"]).default("refuse"),
    forbid: z.array(address).default([]),
    "my-ip": z.enum(["allowed", "refused"]).default("allowed"),
    typed: z.enum(["allowed", "refused"]).default("allowed"),
  }),
  move: z.enum(["required", "automatic", "never"]),
  approval: z.strictObject({
    quorum: quorum.default(1),
    timeout: durationMs,
    remind: z.array(durationMs).default([]),
    escalate: z.strictObject({ after: durationMs, to: list }).optional(),
    "cool-down": durationMs.optional(),
  }),
  emergency,
  limits: z.strictObject({
    leasesPerPerson: count,
    pendingPerPerson: count,
    hoursPerPersonPerDay: z.number().min(0).default(Infinity),
    openingsPerHour: count,
  }),
};

const registry = z.strictObject({
  id: parsed(parseRegistryId, "the ARM resource id of a container registry"),
  requesters: list,
  approvers: list,
  inbox: z.strictObject({ channel: z.string().min(1) }).optional(),
  quorum: quorum.optional(),
  "approve-automatically": z.array(address).default([]),
  baseline: z.array(address).default([]),
  "when-removed-by-others": z.enum(["restore", "report", "end"]).default("restore"),
  "anonymous-pull": z.enum(["refuse", "warn"]).default("warn"),
  duration: rules.duration.optional(),
  reason: rules.reason.optional(),
  address: rules.address.optional(),
  move: rules.move.optional(),
  approval: rules.approval.optional(),
  emergency: rules.emergency.optional(),
  limits: rules.limits.optional(),
});

/** The policy file's shape. Unknown keys are refused: a misspelt setting must not look as if it were in force. */
export const policySchema = z.strictObject({
  tenant: parsed(parseTenantId, "an Entra tenant id (a GUID)"),
  defaults: z.strictObject({
    ...rules,
    move: rules.move.default("required"),
    emergency: rules.emergency.default("off"),
  }),
  people: z.record(z.string(), z.array(personId)).default({}),
  registries: z.record(
    z
      .string()
      .regex(/^[a-z0-9]{5,50}$/, "a registry's name is 5 to 50 lower-case letters and digits"),
    registry,
  ),
});

/** A list of people as it stands in the file. */
export type WrittenList = z.output<typeof list>;
/** What stands under `registries` for one of them. */
export type WrittenRegistry = z.output<typeof registry>;
/** The file as parsed, before names of lists are looked up. */
export type PolicyDocument = z.output<typeof policySchema>;
