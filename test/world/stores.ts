import { redisMissing } from "../needs-redis.ts";
import { privateRedisStore, sqliteStore, type ChosenStore } from "./store-choice.ts";

/** The stores that a promise must hold on; `missing` says why one can't be tried here. */
export const STORES: readonly {
  readonly name: string;
  readonly missing: string | false;
  readonly choose: () => Promise<ChosenStore>;
}[] = [
  { name: "SQLite", missing: false, choose: sqliteStore },
  { name: "Redis", missing: redisMissing, choose: privateRedisStore },
];
