import { z } from "zod";
import {
  parseServerUrl,
  ServerUrlError,
  type RedisServer,
} from "./adapters/store/redis/server-url.ts";

/** REDIS_URL; what is wrong with it is said without quoting it. */
export const redisUrl = z.string().superRefine((text, context) => {
  const server = serverOf(text);
  if (server instanceof ServerUrlError) context.addIssue(server.message);
});

/** What of the URL does not go with REDIS_CREDENTIAL=entra: a token is a password, and goes through TLS only. */
export function complaintsOfTokens(url: string | undefined): readonly string[] {
  if (url === undefined) return ["is needed with REDIS_CREDENTIAL=entra"];
  const server = serverOf(url);
  if (server instanceof ServerUrlError) return [];
  const isPlain = !server.tls && "must be rediss… with REDIS_CREDENTIAL=entra";
  const hasPassword =
    server.password !== undefined && "must have no password with REDIS_CREDENTIAL=entra";
  return [isPlain, hasPassword].filter((complaint) => complaint !== false);
}

function serverOf(url: string): RedisServer | ServerUrlError {
  try {
    return parseServerUrl(url);
  } catch (error) {
    if (error instanceof ServerUrlError) return error;
    throw error;
  }
}
