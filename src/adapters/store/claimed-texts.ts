import {
  UnreadableRecord,
  type ConversationClaim,
  type Put,
  type RegistryClaim,
  type WakeKey,
} from "../../application/store.ts";
import { parseRegistryId, parseRequestId } from "../../domain/ids.ts";
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
  /** Id and text of each lease of the key, in their order. */
  readonly leases: readonly (readonly [id: string, text: string])[];
};

/** Throws UnreadableRecord only when the key is no registry; the hold was taken then and has to run out. */
export function asRegistryClaim({ kind, now, key, ...texts }: ClaimedTexts): RegistryClaim {
  const registry = parsedKey("registry", key, parseRegistryId);
  const { fence, heldForMs, records } = texts;
  const reading = new Reading();
  return {
    kind,
    now,
    hold: { list: "registry", key: registry, fence, heldForMs },
    registry,
    leases: reading.list(leaseCodec, "lease", texts.leases),
    record: reading.record(registryCodec, "registry", key, records.registry),
    freeze: reading.record(freezeCodec, "freeze", key, records.freeze)?.freeze,
    unreadable: reading.unreadable,
  };
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
