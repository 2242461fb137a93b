import { createHash } from "node:crypto";

/** SHA-256: texts of the same digest are the same text. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
