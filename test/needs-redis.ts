import { describe, it } from "node:test";
import { reasonToSkip } from "./debian-programs.ts";
import { REDIS } from "./redis-server.ts";

/** Why what needs a Redis of its own can't run here; `false` when it can, and always with CI=true. */
export const redisMissing: string | false = reasonToSkip(REDIS);

/** A suite; or, when it can't run here, one skipped test that says why, so that the runner counts it. */
export function describeUnless(missing: string | false, title: string, define: () => void): void {
  if (missing === false) describe(title, define);
  else it(title, { skip: missing }, () => undefined);
}
