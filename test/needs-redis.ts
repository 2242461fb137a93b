import { describe, it } from "node:test";
import { redisServerOnPath } from "./redis-server.ts";

/** Why what needs a Redis of its own can't run here; `false` when it can, and always with CI=true. */
export const redisMissing: string | false =
  redisServerOnPath() !== undefined || process.env["CI"] === "true"
    ? false
    : "no redis-server on PATH: apt-get install redis-server";

/** A suite; or, when it can't run here, one skipped test that says why, so that the runner counts it. */
export function describeUnless(missing: string | false, title: string, define: () => void): void {
  if (missing === false) describe(title, define);
  else it(title, { skip: missing }, () => undefined);
}
