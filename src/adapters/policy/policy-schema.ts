import { z } from "zod";
import { isAddress, parseAddress } from "../../domain/address.ts";
import { parseDuration } from "../../domain/duration.ts";
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

/** Each part by itself, so that a registry can override any of it. */
const rules = {
  duration: z.strictObject({ default: durationMs, max: durationMs }),
  reason: z.enum(["required", "optional"]),
  address: z.strictObject({
    widest: z.number().int().min(8).max(32).default(32),
    reserved: z.enum(["refuse", "allow"]).default("refuse"),
    forbid: z.array(address).default([]),
  }),
  approval: z.strictObject({ quorum: z.number().int().min(1).default(1), timeout: durationMs }),
  limits: z.strictObject({
    leasesPerPerson: count,
    pendingPerPerson: count,
    openingsPerHour: count,
  }),
};

const registry = z.strictObject({
  id: parsed(parseRegistryId, "the ARM resource id of a container registry"),
  requesters: z.union([z.literal("members"), z.string(), z.array(personId)]),
  approvers: z.union([z.string(), z.array(personId)]),
  baseline: z.array(address).default([]),
  "when-removed-by-others": z.enum(["restore", "end"]).default("restore"),
  duration: rules.duration.optional(),
  reason: rules.reason.optional(),
  address: rules.address.optional(),
  approval: rules.approval.optional(),
  limits: rules.limits.optional(),
});

/** The policy file's shape. Unknown keys are refused: a misspelt setting must not look as if it were in force. */
export const policySchema = z.strictObject({
  tenant: parsed(parseTenantId, "an Entra tenant id (a GUID)"),
  defaults: z.strictObject(rules),
  people: z.record(z.string(), z.array(personId)).default({}),
  registries: z.record(
    z
      .string()
      .regex(/^[a-z0-9]{5,50}$/, "a registry's name is 5 to 50 lower-case letters and digits"),
    registry,
  ),
});

/** The file as parsed, before names of lists are looked up. */
export type PolicyDocument = z.output<typeof policySchema>;
