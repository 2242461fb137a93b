import type { Actor } from "./operator.ts";

/** While a registry is frozen nothing is added to it, moved, put back or given more time; what ends goes. */
export type Freeze = {
  readonly by: Actor;
  readonly at: Date;
  readonly why: string | undefined;
};
