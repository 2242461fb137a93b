import {
  UnreadableRecord,
  type ConversationClaim,
  type Put,
  type RegistryClaim,
  type WakeKey,
} from "../../application/store.ts";
import { parseRegistryId, parseRequestId } from "../../domain/ids.ts";
import {
  conversationCodec,
  freezeCodec,
  leaseCodec,
  registryCodec,
  requestCodec,
  type RecordCodec,
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

/** Throws UnreadableRecord naming the registry; the hold was taken then and has to run out. */
export function asRegistryClaim({ kind, now, key, ...texts }: ClaimedTexts): RegistryClaim {
  return namingTheKey("registry", key, () => {
    const registry = parsedKey(parseRegistryId(key));
    const { fence, heldForMs, records } = texts;
    return {
      kind,
      now,
      hold: { list: "registry", key: registry, fence, heldForMs },
      registry,
      leases: texts.leases.map(([id, text]) => leaseCodec.decode(text, id)),
      record: decoded(registryCodec, records.registry, key),
      freeze: decoded(freezeCodec, records.freeze, key)?.freeze,
    };
  });
}

/** Throws UnreadableRecord naming the request; the hold was taken then and has to run out. */
export function asConversationClaim({ kind, now, key, ...texts }: ClaimedTexts): ConversationClaim {
  return namingTheKey("conversation", key, () => {
    const id = parsedKey(parseRequestId(key));
    const { fence, heldForMs, records } = texts;
    return {
      kind,
      now,
      hold: { list: "conversation", key: id, fence, heldForMs },
      id,
      request: decoded(requestCodec, records.request, key),
      lease: decoded(leaseCodec, records.lease, key),
      record: decoded(conversationCodec, records.conversation, key),
    };
  });
}

function decoded<T>(codec: RecordCodec<T>, text: string | undefined, id: string): T | undefined {
  return text === undefined ? undefined : codec.decode(text, id);
}

function parsedKey<T>(key: T | undefined): T {
  if (key === undefined) throw new UnreadableRecord("The key is not one that this version writes.");
  return key;
}

function namingTheKey<T>(list: WakeKey["list"], key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    const message = `Cannot work on the ${list} key ${key}. ${error.message}`;
    throw new UnreadableRecord(message, { cause: error });
  }
}
