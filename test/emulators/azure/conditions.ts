import * as z from "zod";

/** How the resource provider answers a write as a long-running operation; see `LongRunning`. */
export const longRunningSchema = z.strictObject({
  answer: z.enum(["201-async", "202-async", "202-location", "200-updating"]).default("201-async"),
  outcome: z.enum(["Succeeded", "Failed", "Canceled", "not-found"]).default("Succeeded"),
  afterMs: z.int().nonnegative().default(0),
  applied: z.boolean().optional(),
  retryAfterSeconds: z.int().nonnegative().optional(),
  code: z.string().default("InternalServerError"),
  message: z.string().default("An emulated failure of the operation."),
});

/**
 * A long-running write. `answer` is what the PATCH or PUT is answered: 201 or 202 with Azure-AsyncOperation, 202 with
 * Location only, or 200 with `provisioningState: Updating` and nothing to poll. `outcome` is what polling shows
 * `afterMs` later (`not-found`: always 404). The registry changes when the operation ends; by default it does for
 * Succeeded and not-found, and does not for Failed (with `code` and `message`) and Canceled: `applied` says otherwise. Every answer
 * while it runs has `retryAfterSeconds` for Retry-After, if given.
 */
export type LongRunning = z.output<typeof longRunningSchema>;

/** See `Conditions`. */
export const conditionsSchema = z.strictObject({
  lock: z.enum(["ReadOnly", "CanNotDelete"]).nullable().optional(),
  deniedValues: z.array(z.string()).optional(),
  mayRead: z.boolean().optional(),
  mayWrite: z.boolean().optional(),
  permissions: z.array(z.string()).optional(),
  homeRegionDown: z.union([z.literal(false), z.literal([409, 500, 502, 503, 504])]).optional(),
  longRunning: longRunningSchema.nullable().optional(),
});

/**
 * What holds around a registry until it is changed: a lock on it; rules that an Azure Policy denies, by their value as
 * sent; whether the caller's role lets it read and write; whether the home region is down, and with what status writes
 * then fail; how writes run; and what actions the caller is told to have, which it may not ask unless they are given. Reset by a reset, and when the registry is removed.
 */
export type Conditions = z.output<typeof conditionsSchema>;

/** The conditions of every registry; ids match in any letter case. */
export interface ConditionsByRegistry {
  of(id: string): Conditions;
  /** Leaves what it does not name as it is. */
  set(id: string, conditions: Conditions): void;
  forget(id: string): void;
  clear(): void;
}

/** Nothing out of the ordinary anywhere. */
export function createConditions(): ConditionsByRegistry {
  const known = new Map<string, Conditions>();
  return {
    of: (id) => known.get(id.toLowerCase()) ?? {},
    set(id, conditions) {
      known.set(id.toLowerCase(), { ...known.get(id.toLowerCase()), ...conditions });
    },
    forget(id) {
      known.delete(id.toLowerCase());
    },
    clear() {
      known.clear();
    },
  };
}
