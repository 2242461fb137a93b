import { z } from "zod";
import {
  UnreadableRecord,
  type ConversationRecord,
  type FreezeRecord,
  type PersonRecord,
  type PolicyRecord,
  type Put,
  type RecentRecord,
  type RegistryRecord,
  type RequestRecord,
} from "../../application/store.ts";
import type { AuditEntry, AuditEvent } from "../../domain/audit.ts";
import type { Lease } from "../../domain/lease.ts";
import type { AuditText } from "../../domain/personal-values.ts";
import type { Request } from "../../domain/request.ts";
import { auditEvent } from "./stored-audit.ts";
import { lease } from "./stored-lease.ts";
import {
  conversationRecord,
  freezeRecord,
  personRecord,
  policyRecord,
  recentRecord,
  registryRecord,
} from "./stored-records.ts";
import { request, requestRecord } from "./stored-request.ts";

/** One kind of record as text: compact JSON, its schema version first, times as milliseconds since 1970. */
export type RecordCodec<T> = {
  /** Throws when the record is not what its type says: nothing is stored that could not be read back. */
  readonly encode: (record: T) => string;
  /** Exactly what was encoded. Throws UnreadableRecord, naming the id and the fields at fault but no value. */
  readonly decode: (text: string, id: string) => T;
};

/** What is kept under a request's id, as text and back. */
export const requestRecordCodec: RecordCodec<RequestRecord> = codecOf("request", 1, requestRecord);

/** Likewise, where a proof has no business: it is unreadable. */
export const requestCodec: RecordCodec<Request> = codecOf("request", 1, request);

/** A lease, as text and back. */
export const leaseCodec: RecordCodec<Lease> = codecOf("lease", 1, lease);

/** Somebody who can be written to, as text and back. */
export const personCodec: RecordCodec<PersonRecord> = codecOf("person", 1, personRecord);

/** What the worker knows of a registry, as text and back. */
export const registryCodec: RecordCodec<RegistryRecord> = codecOf("registry", 1, registryRecord);

/** Whether a registry is frozen, as text and back. */
export const freezeCodec: RecordCodec<FreezeRecord> = codecOf("freeze", 1, freezeRecord);

/** Which policy a role has loaded, as text and back. */
export const policyCodec: RecordCodec<PolicyRecord> = codecOf("policy", 1, policyRecord);

/** What a person was given and denied lately, as text and back. */
export const recentCodec: RecordCodec<RecentRecord> = codecOf("recent", 1, recentRecord);

/** The cards of a request, as text and back. */
export const conversationCodec: RecordCodec<ConversationRecord> = codecOf(
  "conversation",
  1,
  conversationRecord,
);

/** An audit event, without its number and time, as text and back; what was forgotten in it reads as nobody's. */
export const auditCodec: RecordCodec<AuditEvent> = codecOf("audit", 1, auditEvent, [
  "forgotten",
  "salts",
]);

/** The entry that the text is. Throws UnreadableRecord. */
export function auditEntryOf({ number, at, text }: AuditText): AuditEntry {
  return { number, at, event: auditCodec.decode(text, String(number)) };
}

/** The text of the record of a put. */
export function textOf(put: Put): string {
  switch (put.kind) {
    case "request":
      return requestRecordCodec.encode(put.value);
    case "lease":
      return leaseCodec.encode(put.value);
    case "person":
      return personCodec.encode(put.value);
    case "registry":
      return registryCodec.encode(put.value);
    case "freeze":
      return freezeCodec.encode(put.value);
    case "policy":
      return policyCodec.encode(put.value);
    case "recent":
      return recentCodec.encode(put.value);
    case "conversation":
      return conversationCodec.encode(put.value);
  }
}

// The version is that of the kind: it rises when a text of today could not be read by the code of yesterday, and what
// is stored of other kinds stays readable to that. Objects are strict: a new field needs it. `beside` names fields that
// are of the text alone.
//
// The type of the codec is the schema's own: the exports above hold it against the domain's in both directions,
// so that a state or a field that one of the two lacks does not compile.
function codecOf<S extends z.ZodType<unknown, object>>(
  kind: string,
  version: number,
  schema: S,
  beside: readonly string[] = [],
): RecordCodec<z.output<S>> {
  return {
    encode: (record) => JSON.stringify({ v: version, ...z.encode(schema, record) }),
    decode(text, id) {
      const frame = jsonOf(text);
      if (!isObject(frame)) throw unreadable(kind, id, "it is not a JSON object");
      const { v, ...stored } = frame;
      if (v !== version) {
        throw unreadable(kind, id, `its schema version is not ${version}`);
      }
      for (const field of beside) Reflect.deleteProperty(stored, field);
      const decoded = schema.safeParse(stored);
      if (!decoded.success) throw unreadable(kind, id, whatIsWrong(decoded.error));
      return decoded.data;
    },
  };
}

function unreadable(kind: string, id: string, what: string): UnreadableRecord {
  return new UnreadableRecord(`The ${kind} record ${id} cannot be read: ${what}.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whatIsWrong(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join(".") || "the record"}: ${message}`)
    .join("; ");
}
