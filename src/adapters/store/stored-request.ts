import { z } from "zod";
import {
  address,
  amount,
  approval,
  date,
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
  kind: z.literal("open"),
  registry: registryId,
  requester: person,
  address,
  durationMs: amount,
  reason: maybe(z.string()),
  askedAt: date,
  lapsesAt: date,
  approvals: listOf(approval),
};

/** A request in each of its states. */
export const request = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("pending"), ...terms }),
  z.strictObject({ status: z.literal("approved"), ...terms, decidedAt: date }),
  z.strictObject({ status: z.literal("denied"), ...terms, decidedAt: date, decidedBy: person }),
  z.strictObject({ status: z.literal("lapsed"), ...terms }),
  z.strictObject({ status: z.literal("cancelled"), ...terms, cancelledAt: date }),
]);
