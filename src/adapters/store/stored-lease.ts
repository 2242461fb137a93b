import { z } from "zod";
import type { SpecialRange } from "../../domain/address.ts";
import {
  actor,
  address,
  amount,
  approval,
  date,
  leaseId,
  listOf,
  maybe,
  person,
  registryId,
  requestId,
  version,
} from "./stored-fields.ts";

// `satisfies` makes a range that the domain gives up an error here; a new one is an error in record-codec.ts.
const SPECIAL_RANGES = [
  "this-network",
  "private",
  "shared",
  "loopback",
  "link-local",
  "documentation",
  "benchmarking",
  "multicast",
  "reserved",
] as const satisfies readonly SpecialRange[];

const policyRefusal = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("may-not-ask") }),
  z.strictObject({ kind: z.literal("nobody-can-approve"), needed: amount, there: amount }),
  z.strictObject({ kind: z.literal("special-range"), address, range: z.enum(SPECIAL_RANGES) }),
  z.strictObject({ kind: z.literal("forbidden-range"), address, forbidden: address }),
  z.strictObject({ kind: z.literal("too-wide"), address, widest: amount }),
  z.strictObject({ kind: z.literal("too-long"), durationMs: amount, maxMs: amount }),
  z.strictObject({
    kind: z.enum([
      "reason-missing",
      "no-link-allowed",
      "only-by-link",
      "moves-are-off",
      "no-emergency-for-you",
    ]),
  }),
  z.strictObject({ kind: z.literal("extension-too-long"), durationMs: amount, maxMs: amount }),
  z.strictObject({ kind: z.literal("extended-too-often"), times: amount }),
  z.strictObject({ kind: z.literal("too-many-hours"), hours: z.number(), leftMs: amount }),
  z.strictObject({ kind: z.enum(["muted", "cooling-down"]), until: date }),
  z.strictObject({ kind: z.literal("reason-not-as-wanted"), hint: z.string() }),
]);

const openingRefusal = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("registry-left-policy") }),
  z.strictObject({ kind: z.literal("against-policy"), refusal: policyRefusal }),
  z.strictObject({
    kind: z.literal("approval-does-not-stand"),
    needed: amount,
    standing: amount,
  }),
  z.strictObject({ kind: z.enum(["ends-too-late", "longer-than-approved", "anonymous-pull"]) }),
  z.strictObject({
    kind: z.literal("not-automatic"),
    basis: z.enum(["range", "move", "emergency"]),
  }),
  z.strictObject({ kind: z.literal("too-many-openings"), perHour: amount }),
  z.strictObject({ kind: z.literal("not-premium"), sku: z.string() }),
  z.strictObject({
    kind: z.literal("not-adoptable"),
    because: z.enum(["absent", "ours", "permanent", "twice"]),
  }),
  z.strictObject({ kind: z.literal("azure-refused"), code: z.string() }),
]);

/** Why a lease is over: part of a lease and of its audit entries. */
export const endReason = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["due", "not-opened", "full", "registry-gone"]) }),
  z.strictObject({ kind: z.literal("lost"), by: z.enum(["others", "restored-store"]) }),
  z.strictObject({ kind: z.literal("refused"), because: openingRefusal }),
  z.strictObject({ kind: z.literal("replaced"), with: address }),
  z.strictObject({ kind: z.literal("given-back"), by: person }),
  z.strictObject({ kind: z.literal("revoked"), by: actor, why: maybe(z.string()) }),
]);

const terms = {
  id: leaseId,
  version,
  registry: registryId,
  requester: person,
  address,
  durationMs: amount,
  reason: maybe(z.string()),
  basis: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.enum(["approvals", "emergency"]) }),
    z.strictObject({ kind: z.literal("range"), range: address }),
    z.strictObject({ kind: z.literal("move"), of: leaseId }),
  ]),
  approvals: listOf(approval),
  askedAt: date,
  approvedAt: date,
  openBy: date,
  endsBy: date,
  adopts: z.boolean(),
  extensions: listOf(
    z.strictObject({
      request: requestId,
      durationMs: amount,
      approvals: listOf(approval),
      askedAt: date,
      at: date,
    }),
  ),
};

/** A lease in each of its states. */
export const lease = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("opening"), ...terms }),
  z.strictObject({
    status: z.literal("open"),
    ...terms,
    seenAt: date,
    endsAt: date,
    borrowed: z.boolean(),
    gone: maybe(z.strictObject({ seenAt: date, putBack: z.boolean() })),
  }),
  z.strictObject({
    status: z.literal("closing"),
    ...terms,
    endsAt: date,
    seenAt: maybe(date),
    endReason,
  }),
  z.strictObject({
    status: z.literal("ended"),
    ...terms,
    endsAt: date,
    seenAt: maybe(date),
    endedAt: date,
    endReason,
    remaining: z.enum(["owned", "foreign", "none"]),
  }),
]);
