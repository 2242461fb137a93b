import type { IncomingMessage } from "node:http";

/** The body, parsed; or with which status the request is to be refused. */
export type JsonBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "refused"; readonly status: 400 | 408 | 413 | 415 };

/** Teams sends at most about 100 KB (learn.microsoft.com, "Format your bot messages"). */
const LARGEST_BODY_BYTES = 256 * 1_024;
/** Cards that people quote nest some twenty levels. */
const DEEPEST = 64;
/** The Bot Connector sends from a data centre, all at once. */
const BODY_WITHIN_MS = 5_000;
const JSON_TYPE = /^application\/json *(?:;|$)/i;

/**
 * Reads a JSON body. What is too large, too slow, packed or of another type is refused as soon as that is known, and
 * the rest of it is not waited for: the connection is to be closed then.
 */
export async function readJsonBody(request: IncomingMessage): Promise<JsonBody> {
  const { headers } = request;
  // A packed body grows when it is unpacked, and the Bot Connector packs none.
  if (headers["content-encoding"] !== undefined) return refused(415);
  if (!JSON_TYPE.test(headers["content-type"] ?? "")) return refused(415);
  if (Number(headers["content-length"] ?? 0) > LARGEST_BODY_BYTES) return refused(413);
  const bytes = await bytesOf(request);
  if (!Buffer.isBuffer(bytes)) return bytes;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isDeeper(value, DEEPEST) ? refused(400) : { kind: "json", value };
  } catch {
    return refused(400);
  }
}

function bytesOf(request: IncomingMessage): Promise<Buffer | JsonBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (outcome: Buffer | JsonBody): void => {
      clearTimeout(late);
      request.off("data", take).pause();
      resolve(outcome);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > LARGEST_BODY_BYTES) end(refused(413));
      else chunks.push(chunk);
    };
    const late = setTimeout(() => {
      end(refused(408));
    }, BODY_WITHIN_MS);
    request.on("data", take);
    request.once("end", () => {
      end(Buffer.concat(chunks));
    });
    // Whoever hung up reads no answer.
    request.once("error", () => {
      end(refused(400));
    });
    request.once("close", () => {
      end(refused(400));
    });
  });
}

/** Whether lists and objects nest deeper than so many. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

function refused(status: 400 | 408 | 413 | 415): JsonBody {
  return { kind: "refused", status };
}
