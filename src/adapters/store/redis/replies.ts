import { z } from "zod";

const ms = z.string().transform((text) => new Date(Number(text)));
const record = z.string().nullable();

/** What commit.lua returns. */
export const commitReply = z.tuple([
  z.enum(["committed", "repeated", "late", "fenced", "conflict"]),
  ms,
]);
/** What read-record.lua returns. */
export const recordReply = z.tuple([ms, record]);
const members = z.array(z.tuple([z.string(), z.string()]));
/** What read-index.lua returns. */
export const indexReply = z.tuple([ms, members]);
/** What read-audit.lua returns. */
export const auditReply = z.tuple([ms, z.array(z.tuple([z.string(), ms, z.string()]))]);
/** What claim.lua returns. */
export const claimReply = z.union([
  z.tuple([z.literal("idle"), ms, ms.nullable()]),
  z.tuple([
    z.literal("claimed"),
    ms,
    z.string(),
    z.coerce.number<string>(),
    z.array(record),
    members,
  ]),
]);

/** The JSON of a stored `<version>|<JSON>`: scripts compare the version without reading it. */
export function jsonOf(stored: string): string;
export function jsonOf(stored: string | null): string | undefined;
export function jsonOf(stored: string | null): string | undefined {
  return stored?.slice(stored.indexOf("|") + 1);
}
