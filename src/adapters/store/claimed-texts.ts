import { createHash } from "node:crypto";
import {
  UnreadableRecord,
  type ConversationClaim,
  type Put,
  type RegistryClaim,
  type WakeKey,
} from "../../application/store.ts";
import { parseRegistryId, parseRequestId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import { Reading } from "./reading.ts";
import {
  conversationCodec,
  freezeCodec,
  leaseCodec,
  registryCodec,
  requestRecordCodec,
} from "./record-codec.ts";

/** A claim as a backend finds it: nothing has been parsed yet. */
export type ClaimedTexts = {
  readonly kind: "claimed";
  readonly now: Date;
  readonly key: string;
  readonly fence: number;
  readonly heldForMs: number;
  /** The records of the key itself, by kind. */
  readonly records: Readonly<Partial<Record<Put["kind"], string | undefined>>>;
  /** The leases of the key, in their order. */
  readonly leases: readonly StoredLease[];
};

/** A lease that nobody has read yet. */
type StoredLease = {
  readonly id: string;
  readonly stored: string | Uint8Array;
  /** The record's text, unpacked anew by each call. */
  readonly text: () => string;
};

/** Throws UnreadableRecord only when the key is no registry; the hold was taken then and has to run out. */
export function asRegistryClaim({ kind, now, key, ...texts }: ClaimedTexts): RegistryClaim {
  const registry = parsedKey("registry", key, parseRegistryId);
  const { fence, heldForMs, records } = texts;
  const reading = new Reading();
  const readingLeases = new Reading();
  let decoded: readonly Lease[] | undefined;
  const leases = (): readonly Lease[] =>
    (decoded ??= readingLeases.list(
      leaseCodec,
      "lease",
      texts.leases.map(({ id, text }) => [id, text()] as const),
    ));
  return {
    kind,
    now,
    hold: { list: "registry", key: registry, fence, heldForMs },
    registry,
    asStored: digestOf(texts.leases, records.freeze),
    get leases() {
      return leases();
    },
    record: reading.record(registryCodec, "registry", key, records.registry),
    freeze: reading.record(freezeCodec, "freeze", key, records.freeze)?.freeze,
    get unreadable() {
      leases();
      return [...readingLeases.unreadable, ...reading.unreadable];
    },
  };
}

/** Each part goes in behind its length, so that no two lists of parts read alike; a freeze makes their number odd. */
function digestOf(leases: readonly StoredLease[], freeze: string | undefined): string {
  const hash = createHash("sha256");
  const parts = leases.flatMap(({ id, stored }) => [id, stored]);
  for (const part of freeze === undefined ? parts : [...parts, freeze]) {
    hash.update(`${String(Buffer.byteLength(part))} `).update(part);
  }
  return hash.digest("base64");
}

/** Throws UnreadableRecord only when the key is no request; the hold was taken then and has to run out. */
export function asConversationClaim({ kind, now, key, ...texts }: ClaimedTexts): ConversationClaim {
  const id = parsedKey("conversation", key, parseRequestId);
  const { fence, heldForMs, records } = texts;
  const reading = new Reading();
  return {
    kind,
    now,
    hold: { list: "conversation", key: id, fence, heldForMs },
    id,
    request: reading.record(requestRecordCodec, "request", key, records.request),
    lease: reading.record(leaseCodec, "lease", key, records.lease),
    record: reading.record(conversationCodec, "conversation", key, records.conversation),
    unreadable: reading.unreadable,
  };
}

function parsedKey<T>(
  list: WakeKey["list"],
  key: string,
  parse: (text: string) => T | undefined,
): T {
  const parsed = parse(key);
  if (parsed !== undefined) return parsed;
  throw new UnreadableRecord(
    `The ${list} list has a key that this version does not write: ${key}.`,
  );
}
