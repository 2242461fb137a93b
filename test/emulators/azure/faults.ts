import * as z from "zod";
import { longRunningSchema } from "./conditions.ts";

const match = z
  .strictObject({
    method: z.string().optional(),
    path: z.string().optional(),
    skip: z.int().nonnegative().default(0),
    times: z.int().positive().default(1),
  })
  .prefault({});

const plain = z.enum([
  "reset-before",
  "reset-after-apply",
  "reset-mid-body",
  "truncated-json",
  "hang",
  "hang-after-apply",
  "stale",
  "no-rule-set",
  "not-authorized",
]);

/** What a test or the control endpoint may ask to go wrong. */
export const faultSchema = z.discriminatedUnion("fault", [
  z.strictObject({ match, fault: plain }),
  z.strictObject({ match, fault: z.literal("slow"), ms: z.int().nonnegative() }),
  z.strictObject({
    match,
    fault: z.literal("status"),
    status: z.int().min(400).max(599),
    code: z.string().default("InternalServerError"),
    message: z.string().default("An emulated fault."),
    retryAfterSeconds: z.int().nonnegative().optional(),
  }),
  z.strictObject({
    match,
    fault: z.literal("throttled"),
    /** Undefined: no Retry-After. */
    retryAfterSeconds: z.int().nonnegative().optional(),
    form: z.enum(["seconds", "date"]).default("seconds"),
  }),
  z.strictObject({
    match,
    fault: z.literal("expired-token"),
    claimsChallenge: z.boolean().default(false),
  }),
  z.strictObject({
    match,
    fault: z.literal("long-running"),
    how: longRunningSchema.prefault({}),
  }),
]);

/**
 * Something that shall go wrong with the next `match.times` (else one) requests to Azure Resource Manager of method
 * `match.method` (else any) whose path holds `match.path` (else any; in any letter case), after `match.skip` of them:
 * - `reset-before`: the connection is closed, nothing is applied;
 * - `reset-after-apply`: the request does its work, then the connection is closed without an answer;
 * - `reset-mid-body`: it does its work, and the connection is closed after half of the answer's body;
 * - `truncated-json`: it does its work, and the answer is half its body, with a length to match;
 * - `hang`: nothing is applied and nothing is ever answered;
 * - `hang-after-apply`: it does its work, and nothing is ever answered;
 * - `slow`: the request does its work `ms` milliseconds late, even if the client has left;
 * - `status`: nothing is applied, and this error is answered;
 * - `throttled`: nothing is applied; 429, with `retryAfterSeconds` as seconds or as an HTTP date, or none;
 * - `expired-token`: 401 as for a token that has expired, or one that needs new claims;
 * - `not-authorized`: 403 AuthorizationFailed;
 * - `stale`: a GET shows registries as they were before their latest write;
 * - `no-rule-set`: the request does its work, and the answer's registry has no `networkRuleSet`;
 * - `long-running`: a PATCH or PUT of a registry runs so.
 * `stale` is for GET of a registry only, and `long-running` for PATCH and PUT, whatever `match` says.
 */
export type Fault = z.input<typeof faultSchema>;

/** A fault with every default filled in. */
export type ParsedFault = z.output<typeof faultSchema>;

/** The faults still to come, in the order they were asked for. */
export interface FaultQueue {
  /** Throws when it is not a fault. */
  add(fault: Fault): void;
  /** Uses up one of the first fault that matches. */
  take(method: string, path: string): ParsedFault | undefined;
  clear(): void;
}

/** An empty queue. */
export function createFaultQueue(): FaultQueue {
  let waiting: { readonly fault: ParsedFault; skip: number; left: number }[] = [];

  return {
    add(input) {
      const fault = faultSchema.parse(input);
      waiting.push({ fault, skip: fault.match.skip, left: fault.match.times });
    },
    take(method, path) {
      const matching = waiting.filter(({ fault }) => matches(fault, method, path));
      const first = matching.find(({ skip }) => skip === 0);
      for (const entry of matching) entry.skip = Math.max(0, entry.skip - 1);
      if (first === undefined) return undefined;
      first.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return first.fault;
    },
    clear() {
      waiting = [];
    },
  };
}

function matches(fault: ParsedFault, method: string, path: string): boolean {
  const { method: wanted, path: part } = fault.match;
  if (wanted !== undefined && wanted.toUpperCase() !== method) return false;
  if (part !== undefined && !path.toLowerCase().includes(part.toLowerCase())) return false;
  switch (fault.fault) {
    case "stale":
      return method === "GET" && isRegistry(path);
    case "long-running":
      return (method === "PATCH" || method === "PUT") && isRegistry(path);
    default:
      return true;
  }
}

function isRegistry(path: string): boolean {
  return /\/registries\/[^/]+\/?$/i.test(path);
}
