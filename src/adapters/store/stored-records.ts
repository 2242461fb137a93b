import { z } from "zod";
import {
  address,
  amount,
  date,
  listOf,
  maybe,
  personId,
  registryId,
  requestId,
  tenantId,
  version,
} from "./stored-fields.ts";

/** Somebody who can be written to. */
export const personRecord = z.strictObject({
  id: personId,
  version,
  name: z.string(),
  reference: z.strictObject({
    serviceUrl: z.string(),
    conversationId: z.string(),
    tenantId,
    botId: z.string(),
    userId: z.string(),
  }),
});

/** What the worker knows of a registry. */
export const registryRecord = z.strictObject({
  id: registryId,
  version,
  owned: listOf(address),
  creationDate: maybe(date),
  observed: maybe(
    z.strictObject({
      at: date,
      lastModifiedAt: maybe(date),
      loginServer: z.string(),
      sku: z.string(),
      defaultAction: z.enum(["Allow", "Deny"]),
      publicNetworkAccess: z.boolean(),
      rules: listOf(z.string()),
    }),
  ),
  failures: amount,
  lastFailure: maybe(z.string()),
});

/** The cards of a request. */
export const conversationRecord = z.strictObject({
  id: requestId,
  version,
  cards: listOf(
    z.strictObject({
      slot: z.enum(["request", "approval", "opened", "ended"]),
      to: personId,
      conversationId: z.string(),
      messageId: z.string(),
      shows: z.string(),
    }),
  ),
  failures: amount,
});
