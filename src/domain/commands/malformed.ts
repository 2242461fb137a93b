import type { AddressRefusal } from "../address.ts";
import type { DurationRefusal } from "../duration.ts";
import type { TimeRefusal } from "../time-of-day.ts";

/** Why a part of a command is not what it should be. */
export type Problem = AddressRefusal | DurationRefusal | TimeRefusal;

/** The command was understood, and what should be an address, a length of time or a time of day is none. */
export type Malformed = { readonly kind: "malformed"; readonly problem: Problem };

/** The problem, or the value that there is none with. */
export function malformed(problem: Problem): Malformed {
  return { kind: "malformed", problem };
}
