import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../src/application/store.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";

const LOOK_EVERY_MS = 250;
const ENTRIES_AT_ONCE = 2_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Waits until the trail has so many entries of the kind; answers the time of that one. It looks seldom, since that is
 * work for the machine that is being measured. Throws when it takes longer than `withinMs`.
 */
export async function auditEntries(
  store: Store,
  kind: AuditEvent["kind"],
  count: number,
  withinMs: number,
): Promise<Date> {
  const giveUpAt = performance.now() + withinMs;
  const found: Date[] = [];
  let next = 1;
  for (;;) {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const { value } = await store.audit(next, ENTRIES_AT_ONCE, signal);
    for (const { number, at, event } of value) {
      if (event.kind === kind) found.push(at);
      next = number + 1;
    }
    const last = found[count - 1];
    if (last !== undefined) return last;
    if (performance.now() > giveUpAt) {
      throw new Error(`${found.length} of ${count} entries ${kind} within ${withinMs} ms.`);
    }
    if (value.length < ENTRIES_AT_ONCE) await sleep(LOOK_EVERY_MS);
  }
}
