import { z } from "zod";
import { unpack } from "./packed-text.ts";

const msOf = (text: string): Date => new Date(Number(text));
const ms = z.string().transform(msOf);

/** What commit.lua returns. */
export const commitReply = z.tuple([
  z.enum(["committed", "repeated", "late", "fenced", "conflict"]),
  ms,
]);
/** What read-audit.lua returns. */
export const auditReply = z.tuple([ms, z.array(z.tuple([z.string(), ms, z.string()]))]);
/** What tally.lua returns. */
export const tallyReply = z.tuple([
  ms,
  wakeTally(),
  wakeTally(),
  z.array(z.tuple([z.int(), z.int(), ms.nullable()])),
]);

function wakeTally() {
  return z
    .tuple([z.int(), z.int(), ms.nullable()])
    .transform(([keys, due, earliest]) => ({ keys, due, earliestAt: earliest ?? undefined }));
}

/** What rewrite-audit.lua returns. */
export const rewriteReply = z.union([
  z.tuple([z.literal("more"), z.string()]),
  z.tuple([z.enum(["done", "conflict"])]),
]);

// The others carry records, and so come as bytes throughout.
const bytes = z.instanceof(Buffer);
const text = bytes.transform((stored) => stored.toString("utf8"));
const msBytes = text.transform(msOf);
const record = bytes.transform(jsonOf).nullable();
const members = z.array(z.tuple([text, bytes.transform(jsonOf)]));
const packed = z.array(z.tuple([text, bytes]));
const word = <T extends string>(expected: T) => text.pipe(z.literal(expected));

/** What read-records.lua returns. */
export const recordsReply = z.tuple([msBytes, z.array(record)]);
/** What read-index.lua returns. */
export const indexReply = z.tuple([msBytes, members]);
/** What claim.lua returns; members stay as they are stored, for `jsonOf`. */
export const claimReply = z.union([
  z.tuple([word("idle"), msBytes, msBytes.nullable()]),
  z.tuple([word("claimed"), msBytes, text, text.transform(Number), z.array(record), packed]),
]);

/** What read-seals.lua returns. */
export const sealsReply = z.array(bytes);

/** The JSON of a stored `<version>|<packed text>`: scripts compare the version without reading the rest. */
export function jsonOf(stored: Buffer): string {
  return unpack(stored.subarray(stored.indexOf("|") + 1));
}
