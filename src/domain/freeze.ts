import type { Person } from "./ids.ts";

/** While a registry is frozen nothing is added to it, moved, put back or given more time; what ends goes. */
export type Freeze = {
  readonly by: Person;
  readonly at: Date;
  readonly why: string | undefined;
};
