import type { Store } from "../../application/store.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { PersonId } from "../../domain/ids.ts";
import { formatTimeOfDay, instantOf, type TimeOfDay } from "../../domain/time-of-day.ts";

/**
 * The instant that somebody means by "until 17:00", from now on the store's clock and in their own zone; or a sentence
 * that says why nobody can tell, and asks for a length of time.
 */
export async function untilThen(
  store: Store,
  by: PersonId,
  time: TimeOfDay,
  timeZone: string | undefined,
  signal: AbortSignal,
): Promise<Date | string> {
  const said = formatTimeOfDay(time);
  const instead = "Nothing was asked. Say how long instead, like: for 4h";
  if (timeZone === undefined) return `Your Teams does not tell me where ${said} is. ${instead}`;
  const { now } = await store.person(by, signal);
  const instant = instantOf(time, now, timeZone);
  if (instant instanceof Date) return instant;
  switch (instant.kind) {
    case "no-such-time":
      return `There is no ${said} then: the clocks of ${timeZone} are put forward over it. ${instead}`;
    case "unknown-zone":
      return `Your Teams says that you are in a time zone that I don't know, so I can't tell when it is ${said}. ${instead}`;
    default:
      return assertNever(instant);
  }
}
