import { z } from "zod";

/** An id of Entra ID. */
export const guid = z.guid("must be a GUID");
/** A TCP port; 0 for any that is free. */
export const port = z.coerce.number("must be a port").int().min(0).max(65_535);
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** What is sent there, or believed from there, must not be read or changed on the way; on loopback nobody is. */
const isSafe = (text: string): boolean =>
  text.startsWith("https:") || LOOPBACK.has(new URL(text).hostname);

/** Where something is reached. */
export const url = z
  .url({ protocol: /^https?$/, error: "must be an https URL" })
  .refine(isSafe, { error: "must be an https URL" });
/** Origins of URLs, separated by commas. */
export const origins = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .pipe(
    z.array(
      z
        .url({
          protocol: /^https?$/,
          error: "must be origins such as https://host, separated by commas",
        })
        .refine(isSafe, { error: "must be origins such as https://host, separated by commas" })
        .transform((text) => new URL(text).origin),
    ),
  );

/** The key that seals, then former ones, separated by commas. */
export const ledgerKeys = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .pipe(
    z.tuple(
      [z.string().min(32, "must have at least 32 characters")],
      z.string().min(32, "must have at least 32 characters each"),
    ),
  );
