import { z } from "zod";
import { endReason } from "./stored-lease.ts";
import {
  address,
  amount,
  date,
  leaseId,
  listOf,
  maybe,
  person,
  personId,
  registryId,
  requestId,
} from "./stored-fields.ts";

const policyDifference = z.strictObject({
  added: listOf(registryId),
  removed: listOf(registryId),
  changed: listOf(
    z.strictObject({
      registries: listOf(registryId),
      people: listOf(
        z.strictObject({ list: z.string(), added: listOf(personId), removed: listOf(personId) }),
      ),
      settings: listOf(
        z.strictObject({
          setting: z.string(),
          before: maybe(z.string()),
          after: maybe(z.string()),
        }),
      ),
    }),
  ),
});

/** Every audit event; the number and the time are kept beside it. */
export const auditEvent = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("request.asked"),
    request: requestId,
    registry: registryId,
    by: person,
    asks: z.enum(["open", "extend", "replace", "emergency"]),
    lease: maybe(leaseId),
    address,
    durationMs: amount,
    reason: maybe(z.string()),
    policy: z.string(),
  }),
  z.strictObject({
    kind: z.literal("request.approval"),
    request: requestId,
    registry: registryId,
    by: person,
    atMostMs: maybe(amount),
    policy: z.string(),
  }),
  z.strictObject({
    kind: z.literal("request.denial"),
    request: requestId,
    registry: registryId,
    by: person,
    why: maybe(z.string()),
    mutedUntil: maybe(date),
    policy: z.string(),
  }),
  z.strictObject({
    kind: z.literal("request.automatic"),
    request: requestId,
    registry: registryId,
    by: person,
    grant: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("range"), range: address }),
      z.strictObject({ kind: z.literal("move"), of: leaseId }),
      z.strictObject({ kind: z.enum(["extension", "emergency"]) }),
    ]),
    policy: z.string(),
  }),
  z.strictObject({
    kind: z.literal("request.lapsed"),
    request: requestId,
    registry: registryId,
  }),
  z.strictObject({
    kind: z.literal("request.cancelled"),
    request: requestId,
    registry: registryId,
    by: person,
  }),
  z.strictObject({
    kind: z.literal("lease.approved"),
    lease: leaseId,
    registry: registryId,
    address,
    endsBy: date,
  }),
  z.strictObject({
    kind: z.literal("lease.extended"),
    lease: leaseId,
    registry: registryId,
    address,
    request: requestId,
    endsAt: date,
  }),
  z.strictObject({
    kind: z.literal("lease.cut"),
    lease: leaseId,
    registry: registryId,
    address,
    from: date,
    to: date,
  }),
  z.strictObject({
    kind: z.literal("lease.opened"),
    lease: leaseId,
    registry: registryId,
    address,
    borrowed: z.boolean(),
    endsAt: date,
  }),
  z.strictObject({
    kind: z.literal("lease.adopting"),
    lease: leaseId,
    registry: registryId,
    address,
    by: person,
    endsBy: date,
    reason: maybe(z.string()),
    policy: z.string(),
  }),
  z.strictObject({
    kind: z.literal("rule.adopted"),
    lease: leaseId,
    registry: registryId,
    address,
  }),
  z.strictObject({
    kind: z.literal("rule.came-back"),
    registry: registryId,
    address,
    byUs: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("lease.restoring"),
    lease: leaseId,
    registry: registryId,
    address,
  }),
  z.strictObject({
    kind: z.enum(["lease.closing", "lease.ended"]),
    lease: leaseId,
    registry: registryId,
    address,
    reason: endReason,
  }),
  z.strictObject({
    kind: z.literal("rules.intended"),
    registry: registryId,
    add: listOf(address),
    remove: listOf(address),
  }),
  z.strictObject({
    kind: z.literal("rules.changed"),
    registry: registryId,
    before: listOf(z.string()),
    after: listOf(z.string()),
    correlationId: maybe(z.string()),
  }),
  z.strictObject({
    kind: z.literal("registry.recovered"),
    registry: registryId,
    rules: listOf(z.strictObject({ address, end: date })),
  }),
  z.strictObject({
    kind: z.enum(["registry.frozen", "registry.unfrozen"]),
    registry: registryId,
    by: person,
    why: maybe(z.string()),
    policy: z.string(),
  }),
  z.strictObject({
    kind: z.literal("policy.loaded"),
    role: z.enum(["all", "bot", "worker"]),
    policy: z.string(),
    before: maybe(z.string()),
    difference: maybe(policyDifference),
  }),
  z.strictObject({
    kind: z.literal("registry.failed"),
    registry: registryId,
    doing: z.enum(["read", "apply", "ledger"]),
    failure: z.string(),
  }),
]);
