import type { AllowCommand } from "../../domain/allow-command.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { renderCommand } from "../../domain/render-command.ts";
import { formatTimeOfDay, instantOf, type TimeOfDay } from "../../domain/time-of-day.ts";

const MINUTE_MS = 60_000;

/**
 * How to ask for as long as it is until that time: a lease's time starts when its rule was seen, so one that was
 * asked for "until 17:00" could end later than that.
 */
export function untilSentence(
  command: AllowCommand & { readonly until: TimeOfDay },
  now: Date,
  timeZone: string | undefined,
): string {
  const time = formatTimeOfDay(command.until);
  const instead = "Say how long instead, like: for 4h";
  if (timeZone === undefined) return `Your Teams does not tell me where ${time} is. ${instead}`;
  const instant = instantOf(command.until, now, timeZone);
  if (instant instanceof Date) {
    const minutes = Math.max(1, Math.floor((instant.getTime() - now.getTime()) / MINUTE_MS));
    const durationMs = minutes * MINUTE_MS;
    const example = renderCommand({ ...command, until: undefined, durationMs });
    return `I can't hold an end by the clock yet, so nothing was asked. Until ${time} (${timeZone}) it is this long: ${example}`;
  }
  switch (instant.kind) {
    case "no-such-time":
      return `There is no ${time} then: the clocks of ${timeZone} are put forward over it. ${instead}`;
    case "unknown-zone":
      return `Your Teams says that you are in a time zone that I don't know, so I can't tell when it is ${time}. ${instead}`;
    default:
      return assertNever(instant);
  }
}
