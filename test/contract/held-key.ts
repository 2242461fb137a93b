import type { WakeKey } from "../../src/application/store.ts";

/** A key of a wake list as the model keeps it. Times are milliseconds since 1970. */
export type HeldKey = {
  readonly list: WakeKey["list"];
  readonly key: string;
  at: number;
  hold: { readonly fence: number; readonly until: number; woken: boolean } | undefined;
};
