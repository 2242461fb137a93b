import { z } from "zod";
import {
  actor,
  address,
  amount,
  date,
  leaseId,
  listOf,
  maybe,
  personId,
  recipient,
  registryId,
  requestId,
  tenantId,
  version,
} from "./stored-fields.ts";

const finding = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("not-premium"), sku: z.string() }),
  z.strictObject({
    kind: z.enum([
      "public-access-disabled",
      "default-action-allow",
      "anonymous-pull-on",
      "admin-user-on",
      "registry-recreated",
      "registry-not-found",
      "registry-locked",
      "denied-by-policy",
    ]),
  }),
  z.strictObject({ kind: z.literal("slots-full"), used: amount, limit: amount }),
  z.strictObject({
    kind: z.enum(["vnet-rules-present", "leases-unreadable", "rules-removed"]),
    count: amount,
  }),
  z.strictObject({ kind: z.literal("not-allowed"), code: z.string() }),
  z.strictObject({ kind: z.literal("ledger-not-written"), code: z.string() }),
  z.strictObject({ kind: z.literal("ledger-not-ours"), tags: listOf(z.string()) }),
  z.strictObject({ kind: z.literal("rules-recovered"), count: amount }),
  z.strictObject({ kind: z.literal("clocks-differ"), byMs: z.int() }),
]);

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
  locale: maybe(z.string()),
  remindedAt: maybe(date),
});

/** What the worker knows of a registry. */
export const registryRecord = z.strictObject({
  id: registryId,
  version,
  owned: listOf(address),
  tombstones: listOf(z.strictObject({ address, until: date })),
  suspectAt: maybe(date),
  ledgerFence: amount,
  ledgerWrittenAt: maybe(date),
  recovered: listOf(z.strictObject({ address, end: date })),
  seal: maybe(z.string()),
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
      slots: z.strictObject({ used: amount, limit: maybe(amount) }),
    }),
  ),
  findings: listOf(finding),
  failures: amount,
  lastFailure: maybe(z.string()),
});

/** Whether a registry is frozen, by whom and since when. */
export const freezeRecord = z.strictObject({
  id: registryId,
  version,
  freeze: maybe(z.strictObject({ by: actor, at: date, why: maybe(z.string()) })),
});

/** Which policy a role has loaded. */
export const policyRecord = z.strictObject({
  id: z.enum(["all", "bot", "worker"]),
  version,
  digest: z.string(),
  at: date,
});

/** What a person was given and denied lately. */
export const recentRecord = z.strictObject({
  id: personId,
  version,
  given: listOf(z.strictObject({ lease: leaseId, at: date, durationMs: amount })),
  denials: listOf(
    z.strictObject({ registry: registryId, address, at: date, mutedUntil: maybe(date) }),
  ),
});

const CARD_SLOTS = [
  "request",
  "approval",
  "opened",
  "ending",
  "ended",
  "overdue",
  "reminder",
] as const;

/** The cards of a request. */
export const conversationRecord = z.strictObject({
  id: requestId,
  version,
  cards: listOf(
    z.strictObject({
      slot: z.enum(CARD_SLOTS),
      to: recipient,
      conversationId: z.string(),
      messageId: z.string(),
      shows: z.string(),
    }),
  ),
  failures: amount,
});
