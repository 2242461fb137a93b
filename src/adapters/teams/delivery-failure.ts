import { isRestError } from "@azure/core-rest-pipeline";
import { z } from "zod";
import type { DeliveryFailure, Unreachable } from "../../application/ports.ts";

const SHORT_WAIT_MS = 1_000;
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** Both forms that Teams answers in: the Bot Connector's own, and that of the service behind it. */
const answered = z.object({
  error: z.object({ code: z.string().optional() }).optional(),
  errorCode: z.number().optional(),
});

/** Codes of a 403 that say who switched the bot off (learn.microsoft.com, "Send proactive messages", status codes). */
const BLOCKED: ReadonlySet<string> = new Set([
  "ConversationBlockedByUser",
  "BotDisabledByAdmin",
  "MessageWritesBlocked",
]);
/** "Thread is blocked from message writes", as the service behind the Bot Connector numbers it. */
const WRITES_BLOCKED = 209;

/**
 * By status and code, never by a message: who has to act, or when to try again. 412, 429, 502 and 504 are to be
 * tried again (learn.microsoft.com, "Rate limiting for bots"), and so is everything that is not known.
 */
export function deliveryFailure(error: unknown): DeliveryFailure {
  if (!isRestError(error)) return { kind: "later", afterMs: SHORT_WAIT_MS, why: "no answer" };
  const { statusCode, response } = error;
  const why = unreachable(statusCode, response?.bodyAsText ?? "");
  if (why !== undefined) return { kind: "gone", why };
  const header = response?.headers.get("retry-after") ?? "";
  const seconds = /^\d+$/.test(header) ? Number(header) : undefined;
  const afterMs = seconds === undefined ? SHORT_WAIT_MS : seconds * 1_000;
  return {
    kind: "later",
    afterMs: Math.min(afterMs, LONGEST_RETRY_AFTER_MS),
    why: statusCode === undefined ? "no answer" : `status ${String(statusCode)}`,
  };
}

/** Whether Teams said that we call too often. */
export function isThrottled(error: unknown): boolean {
  return isRestError(error) && error.statusCode === 429;
}

function unreachable(status: number | undefined, body: string): Unreachable | undefined {
  switch (status) {
    case 400:
    case 413:
      return "refused";
    case 403:
      return isBlocked(body) ? "blocked" : "not-installed";
    case 404:
      return "deleted";
    default:
      return undefined;
  }
}

function isBlocked(body: string): boolean {
  const parsed = answered.safeParse(jsonOf(body));
  if (!parsed.success) return false;
  const { error, errorCode } = parsed.data;
  return errorCode === WRITES_BLOCKED || BLOCKED.has(error?.code ?? "");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
