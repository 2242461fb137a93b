import { isRestError } from "@azure/core-rest-pipeline";
import type { ArmFailure } from "../../application/ports.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * Says what a caller can do about an error of the SDK, from status and code; messages are for people and change.
 * `sent`: the request may have changed something, so an unanswered one has an unknown outcome.
 * Throws what is not a failure of Azure or of the way to it.
 */
export function armFailure(error: unknown, sent: "read" | "write"): ArmFailure {
  // The SDK throws an AbortError for both a deadline and a cancelled call; waiting for a turn, the signal's own.
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) {
    return unanswered("Timeout", sent);
  }
  if (isCredentialError(error)) return { kind: "not-allowed", code: error.name };
  if (!isRestError(error)) throw error;
  const { statusCode, code = "" } = error;
  if (statusCode === undefined) return unanswered(code === "" ? "NoAnswer" : code, sent);
  // A 2xx whose body could not be read: the write was done, or most of it.
  if (statusCode < 400) return unanswered(code === "" ? "UnreadableAnswer" : code, sent);

  const named = code === "" ? `Http${String(statusCode)}` : code;
  switch (statusCode) {
    case 400:
      return { kind: "refused", code: named };
    case 403:
      // A policy looks at what was sent; everything else looks at who sent it.
      return code === "RequestDisallowedByPolicy"
        ? { kind: "refused", code: named }
        : { kind: "not-allowed", code: named };
    case 401:
      return { kind: "not-allowed", code: named };
    case 404:
      return { kind: "not-found", code: named };
    case 408:
      // Nobody waited for the end of it; that says nothing of what was sent.
      return unanswered(named, sent);
    case 409:
      return code === "ScopeLocked"
        ? { kind: "locked", code: named }
        : { kind: "conflict", code: named };
    case 412:
      return { kind: "conflict", code: named };
    case 429:
    case 503:
      return { kind: "wait", ms: retryAfterMs(error.response?.headers ?? NO_HEADERS), code: named };
    default:
      return statusCode >= 500 ? unanswered(named, sent) : { kind: "refused", code: named };
  }
}

const NO_HEADERS = { get: (): undefined => undefined };

/** After a write nobody knows whether it was done; a read can simply be tried again. */
function unanswered(code: string, sent: "read" | "write"): ArmFailure {
  return sent === "write" ? { kind: "unknown-outcome", code } : { kind: "conflict", code };
}

/** Names of @azure/identity's errors; the package is not loaded just to compare them. */
function isCredentialError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error.name === "CredentialUnavailableError" ||
      error.name === "AuthenticationError" ||
      error.name === "AuthenticationRequiredError")
  );
}
