import { performance } from "node:perf_hooks";
import * as z from "zod";
import { kindOf } from "./arm-headers.ts";
import type { OperationKind } from "./arm-headers.ts";

const bucket = z.strictObject({
  size: z.int().positive(),
  perSecond: z.number().positive(),
});

/** See `Throttling`. */
export const throttlingSchema = z.strictObject({
  reads: bucket.default({ size: 250, perSecond: 25 }),
  writes: bucket.default({ size: 200, perSecond: 10 }),
  deletes: bucket.default({ size: 200, perSecond: 10 }),
});

/**
 * Token buckets: how many requests fit, and how many more each second. The defaults are Azure's: reads 250 and 25,
 * writes 200 and 10, deletes 200 and 10.
 * Source: Azure docs, "Understand how Azure Resource Manager throttles requests" (since 2024).
 */
export type Throttling = z.input<typeof throttlingSchema>;

/** What the buckets say to a request. */
export interface Ration {
  /** Requests left after this one; undefined when nothing is throttled. */
  readonly remaining: number | undefined;
  /** Whole seconds to wait; undefined when the request may go on. */
  readonly retryAfterSeconds: number | undefined;
}

/** Rations requests by subscription and kind, in real time. */
export interface Throttle {
  /** Full buckets of these sizes, or none. */
  use(limits: Throttling | undefined): void;
  take(method: string, path: string): Ration;
}

/** Nothing is throttled until `use` says so. Goes by the machine's time, not the emulator's clock. */
export function createThrottle(monotonicMs: () => number = () => performance.now()): Throttle {
  let limits: z.output<typeof throttlingSchema> | undefined;
  const levels = new Map<string, { readonly left: number; readonly atMs: number }>();

  return {
    use(wanted) {
      limits = wanted === undefined ? undefined : throttlingSchema.parse(wanted);
      levels.clear();
    },
    take(method, path) {
      if (limits === undefined) return { remaining: undefined, retryAfterSeconds: undefined };
      const kind: OperationKind = kindOf(method);
      const { size, perSecond } = limits[kind];
      const key = `${kind} ${subscriptionOf(path)}`;
      const now = monotonicMs();
      const level = levels.get(key) ?? { left: size, atMs: now };
      const left = Math.min(size, level.left + ((now - level.atMs) / 1000) * perSecond);
      if (left < 1) {
        levels.set(key, { left, atMs: now });
        const retryAfterSeconds = Math.max(1, Math.ceil((1 - left) / perSecond));
        return { remaining: 0, retryAfterSeconds };
      }
      levels.set(key, { left: left - 1, atMs: now });
      return { remaining: Math.floor(left - 1), retryAfterSeconds: undefined };
    },
  };
}

/** The subscription in a path; "" is the tenant. */
export function subscriptionOf(path: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(path)?.[1]?.toLowerCase() ?? "";
}
