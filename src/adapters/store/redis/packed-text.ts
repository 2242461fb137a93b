import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * What the texts of record-codec.ts have in common (RFC 1951 with a preset dictionary: what is in here costs a record
 * next to nothing). It is part of the format: records packed with it can't be read without it. To change it, add
 * another one under the next number and keep this one for reading.
 */
export const DICTIONARY = Buffer.from(
  [
    ',"lastFailure":"","failures":0,"findings":[],"suspectAt":,"ledgerFence":17,"ledgerWrittenAt":17,"recovered":[],"seal":"","tombstones":[{"address":"","until":}],"owned":["',
    '"observed":{"at":,"lastModifiedAt":,"loginServer":".azurecr.io","sku":"Premium","defaultAction":"Deny",',
    '"publicNetworkAccess":true,"rules":["","slots":{"used":,"limit":200}},"creationDate":,',
    '"cards":[{"slot":"request","slot":"approval","slot":"opened","slot":"ended","to":"","conversationId":"",',
    '"messageId":"","shows":"","askedAt":,"lapsesAt":,"decidedAt":,"decidedBy":{"id":"","name":"","kind":"open",',
    '"endReason":{"kind":"refused","because":{"kind":"not-opened","kind":"due"},"endedAt":,"remaining":"none"}',
    '{"v":1,"status":"ended","status":"closing","status":"opening","status":"denied","status":"lapsed",',
    '"status":"approved","status":"pending","status":"open","id":"","version":1,"registry":"/subscriptions/',
    "-0000-4000-8000-/resourcegroups/rg-/providers/microsoft.containerregistry/registries/",
    '","requester":{"id":"-4","name":""},"address":"","durationMs":14400000,"reason":"","basis":{"kind":"approvals"},"approvals":[{"approver":',
    '{"id":"","name":""},"at":17}],"askedAt":17,"approvedAt":17,"openBy":17,"endsBy":17,"adopts":false,"extensions":[],"seenAt":17,"endsAt":17,"borrowed":false}',
  ].join(""),
);

/** Which dictionary a text was packed with; no JSON begins with it. */
const FIRST_DICTIONARY = 1;
const NOT_PACKED = "{".charCodeAt(0);

// It looks 2 kB back: few records are longer, and the memory for zlib's usual 32 kB would be cleared for each of them.
const WINDOW_BITS = 11;
// Half the time of the default: its 16 kB are a buffer of their own for each record, this comes out of Node's pool.
const CHUNK_BYTES = 2_048;
const FORMAT = { dictionary: DICTIONARY, windowBits: WINDOW_BITS, chunkSize: CHUNK_BYTES };
const DEFLATE = { ...FORMAT, memLevel: 5 };
const INFLATE = { ...FORMAT, maxOutputLength: 2 ** 24 };

/** The JSON text of a record as Redis keeps it: about a third of its length, since Redis keeps all in memory. */
export function pack(json: string): Buffer {
  return Buffer.concat([Buffer.of(FIRST_DICTIONARY), deflateRawSync(json, DEFLATE)]);
}

/** The text again, also of one that was written as it is. No text at all when it is neither: no codec reads that. */
export function unpack(stored: Buffer): string {
  if (stored[0] === NOT_PACKED) return stored.toString("utf8");
  if (stored[0] !== FIRST_DICTIONARY) return "";
  try {
    return inflateRawSync(stored.subarray(1), INFLATE).toString("utf8");
  } catch {
    return "";
  }
}
