import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { LinkSecrets } from "./application/ports.ts";

const SECRET_BYTES = 32;

/** 256 bits of the system's own randomness each, 43 characters of base64url; stored as SHA-256 in hex. */
export function createLinkSecrets(): LinkSecrets {
  return {
    create: () => randomBytes(SECRET_BYTES).toString("base64url"),
    hashOf: (secret) => hash(secret).toString("hex"),
    matches: (secret, stored) => {
      const expected = Buffer.from(stored, "hex");
      const actual = hash(secret);
      // timingSafeEqual throws when the lengths differ, and the length of a hash is no secret.
      return expected.length === actual.length && timingSafeEqual(actual, expected);
    },
  };
}

/** No salt and no stretching: there is nothing to guess in 256 random bits. */
function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
