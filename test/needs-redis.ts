import { describe, it } from "node:test";
import { installCommand, reasonToSkip } from "./debian-programs.ts";
import { REDIS, VALKEY } from "./redis-server.ts";

/** Why what needs a Redis of its own can't run here; `false` when it can, and always with CI=true. */
export const redisMissing: string | false = reasonToSkip(REDIS);

/** Why what needs a Valkey can't run here, `false` when it can: it is nowhere demanded. */
export const valkeyMissing: string | false =
  VALKEY.missing().length > 0 && `not on PATH: valkey-server: ${installCommand(VALKEY)}`;

/** A suite; or, when it can't run here, one skipped test that says why, so that the runner counts it. */
export function describeUnless(missing: string | false, title: string, define: () => void): void {
  if (missing === false) describe(title, define);
  else it(title, { skip: missing }, () => undefined);
}
