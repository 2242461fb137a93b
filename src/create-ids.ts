import { createHash, randomInt, randomUUID } from "node:crypto";
import type { Ids } from "./application/ports.ts";
import { parseRequestId, type RequestId } from "./domain/ids.ts";

/** Ids from the system's own randomness. */
export function createIds(): Ids {
  return {
    requestId: requestIdFrom,
    opId: randomUUID,
    random: () => randomInt(2 ** 32) / 2 ** 32,
  };
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_LENGTH = 12;

/** 60 bits of the seed's SHA-256: unguessable without the seed, and the same for the same message. */
function requestIdFrom(seed: string): RequestId {
  const hash = createHash("sha256").update(seed).digest();
  const text = [...hash.subarray(0, ID_LENGTH)]
    .map((byte) => CROCKFORD[byte % CROCKFORD.length] ?? "")
    .join("");
  const id = parseRequestId(text);
  if (id === undefined) throw new Error("a request id came out malformed");
  return id;
}
