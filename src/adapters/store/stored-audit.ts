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
  registryId,
  requestId,
} from "./stored-fields.ts";

/** Every audit event; the number and the time are kept beside it. */
export const auditEvent = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("request.asked"),
    request: requestId,
    registry: registryId,
    by: person,
    address,
    durationMs: amount,
    reason: maybe(z.string()),
    policy: z.string(),
  }),
  z.strictObject({
    kind: z.enum(["request.approval", "request.denial"]),
    request: requestId,
    registry: registryId,
    by: person,
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
    kind: z.literal("lease.opened"),
    lease: leaseId,
    registry: registryId,
    address,
    borrowed: z.boolean(),
    endsAt: date,
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
    kind: z.literal("registry.failed"),
    registry: registryId,
    doing: z.enum(["read", "apply"]),
    failure: z.string(),
  }),
]);
