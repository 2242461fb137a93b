import { redisServerOnPath } from "../redis-server.ts";
import { privateRedisStore, sqliteStore, type ChosenStore } from "./store-choice.ts";

/** The stores that a promise must hold on. `skip` says why one can't be tried here; with CI=true nothing is skipped. */
export const STORES: readonly {
  readonly name: string;
  readonly skip: string | false;
  readonly choose: () => Promise<ChosenStore>;
}[] = [
  { name: "SQLite", skip: false, choose: sqliteStore },
  { name: "Redis", skip: redisMissing(), choose: privateRedisStore },
];

function redisMissing(): string | false {
  if (redisServerOnPath() !== undefined || process.env["CI"] === "true") return false;
  return "no redis-server on PATH: apt-get install redis-server";
}
