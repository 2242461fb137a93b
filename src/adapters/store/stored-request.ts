import { z } from "zod";
import {
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

const terms = {
  id: requestId,
  version,
  registry: registryId,
  requester: person,
  address,
  addressFrom: z.strictObject({ kind: z.enum(["typed", "link"]) }),
  errorAddress: maybe(address),
  durationMs: amount,
  until: maybe(date),
  reason: maybe(z.string()),
  askedAt: date,
  lapsesAt: date,
  approvals: listOf(approval),
};

/** What is asked, by its kind, with what belongs to one state of it. */
function kindsOf<S extends z.ZodRawShape>(state: S) {
  const change = { lease: leaseId, endsAt: date };
  return [
    z.strictObject({ ...state, kind: z.literal("open"), ...terms }),
    z.strictObject({ ...state, kind: z.literal("extend"), ...terms, ...change }),
    z.strictObject({ ...state, kind: z.literal("replace"), ...terms, ...change, from: address }),
  ] as const;
}

function asked<S extends z.ZodRawShape>(state: S) {
  return z.discriminatedUnion("kind", kindsOf(state));
}

const review = z.strictObject({ by: person, at: date });
const approved = { status: z.literal("approved"), decidedAt: date, grantedUntil: date };

/** A request in each of its states. */
export const request = z.discriminatedUnion("status", [
  asked({ status: z.literal("pending") }),
  z.discriminatedUnion("kind", [
    ...kindsOf(approved),
    z.strictObject({ ...approved, kind: z.literal("adopt"), ...terms }),
    z.strictObject({ ...approved, kind: z.literal("emergency"), ...terms, review: maybe(review) }),
  ]),
  asked({
    status: z.literal("denied"),
    decidedAt: date,
    decidedBy: person,
    why: maybe(z.string()),
    mutedUntil: maybe(date),
  }),
  asked({ status: z.literal("lapsed") }),
  asked({ status: z.literal("cancelled"), cancelledAt: date }),
]);

const proof = {
  id: requestId,
  version,
  registry: registryId,
  requester: person,
  durationMs: amount,
  until: maybe(date),
  reason: maybe(z.string()),
  askedAt: date,
  lapsesAt: date,
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
  errorAddress: maybe(address),
  seen: maybe(z.strictObject({ address, at: date })),
};

function proofs<S extends z.ZodRawShape>(state: S) {
  const change = { lease: leaseId, from: address, endsAt: date };
  return z.discriminatedUnion("kind", [
    z.strictObject({ ...state, kind: z.enum(["open", "emergency"]), ...proof }),
    z.strictObject({ ...state, kind: z.literal("replace"), ...proof, ...change }),
  ]);
}

const because = z.enum(["lapsed", "not-me", "cancelled", "typed-instead", "asked-again"]);

/** A request in each of its states, and before it has an address. */
export const requestRecord = z.discriminatedUnion("status", [
  request,
  proofs({ status: z.literal("proving") }),
  proofs({ status: z.literal("unproven"), because }),
]);
