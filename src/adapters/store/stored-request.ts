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
  durationMs: amount,
  reason: maybe(z.string()),
  askedAt: date,
  lapsesAt: date,
  approvals: listOf(approval),
};

/** What is asked, with what belongs to one state of it. */
function asked<S extends z.ZodRawShape>(state: S) {
  return z.discriminatedUnion("kind", [
    z.strictObject({ ...state, kind: z.literal("open"), ...terms }),
    z.strictObject({ ...state, kind: z.literal("extend"), ...terms, lease: leaseId, endsAt: date }),
    z.strictObject({
      ...state,
      kind: z.literal("replace"),
      ...terms,
      lease: leaseId,
      from: address,
      endsAt: date,
    }),
  ]);
}

/** A request in each of its states. */
export const request = z.discriminatedUnion("status", [
  asked({ status: z.literal("pending") }),
  asked({ status: z.literal("approved"), decidedAt: date, grantedUntil: date }),
  asked({ status: z.literal("denied"), decidedAt: date, decidedBy: person }),
  asked({ status: z.literal("lapsed") }),
  asked({ status: z.literal("cancelled"), cancelledAt: date }),
]);
