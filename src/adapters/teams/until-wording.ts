import { assertNever } from "../../domain/assert-never.ts";
import { formatTimeOfDay } from "../../domain/time-of-day.ts";
import type { UntilRefusal } from "./until-then.ts";

/** Why nobody can tell when that is, and what to say instead. */
export function untilSentence({ kind, time, timeZone }: UntilRefusal): string {
  const said = formatTimeOfDay(time);
  const instead = "Nothing was asked. Say how long instead, like: for 4h";
  switch (kind) {
    case "no-zone":
      return `Your Teams does not tell me where ${said} is. ${instead}`;
    case "no-such-time":
      return `There is no ${said} then: the clocks of ${timeZone} are put forward over it. ${instead}`;
    case "unknown-zone":
      return `Your Teams says that you are in a time zone that I don't know, so I can't tell when it is ${said}. ${instead}`;
    default:
      return assertNever(kind);
  }
}
