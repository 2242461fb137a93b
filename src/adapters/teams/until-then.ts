import type { Store } from "../../application/store.ts";
import type { PersonId } from "../../domain/ids.ts";
import { instantOf, type InstantRefusal, type TimeOfDay } from "../../domain/time-of-day.ts";

/** Why nobody can tell when that is. */
export type UntilRefusal = {
  readonly kind: InstantRefusal["kind"] | "no-zone";
  readonly time: TimeOfDay;
  /** Empty where their Teams does not say it. */
  readonly timeZone: string;
};

/** The instant that somebody means by "until 17:00", from now on the store's clock and in their own zone; or why none. */
export async function untilThen(
  store: Store,
  by: PersonId,
  time: TimeOfDay,
  timeZone: string | undefined,
  signal: AbortSignal,
): Promise<Date | UntilRefusal> {
  if (timeZone === undefined) return { kind: "no-zone", time, timeZone: "" };
  const { now } = await store.person(by, signal);
  const instant = instantOf(time, now, timeZone);
  return instant instanceof Date ? instant : { kind: instant.kind, time, timeZone };
}
