import type { RedisReport } from "../../adapters/store/redis/inspect-redis.ts";
import { countOf } from "../../application/policy/explain-policy.ts";
import type { Store } from "../../application/store.ts";
import { OVERDUE_AFTER_MS } from "../../domain/lease.ts";
import { fail, pass, warn, type Check, type Diagnosis } from "./check.ts";

const OLDEST_REDIS = 7;

/** Whether the store can be opened and read, and whether anything in it is past its end. */
export function checkStore(kind: "redis" | "sqlite", store: () => Promise<Store>): Check {
  return {
    name: "store",
    mend: kind === "redis" ? 'redis-cli -u "$REDIS_URL" ping' : 'ls -l "$SQLITE_FILE"',
    async look(signal) {
      const opened = await store();
      const { value, unreadable } = await opened.leasesPastEnd(OVERDUE_AFTER_MS, 1_000, signal);
      const late = value.length + unreadable.length;
      return [
        pass(
          kind === "redis" ? "Redis answers." : "The SQLite file can be read; for one host only.",
        ),
        late === 0
          ? pass("Nothing is overdue.")
          : fail(
              `${countOf(late, "lease is", "leases are")} OVERDUE: past the end and not closed.`,
              "drawbridge sweep",
            ),
      ];
    },
  };
}

/** How the server keeps what it was given. */
export function checkRedis(inspect: (signal: AbortSignal) => Promise<RedisReport>): Check {
  return {
    name: "redis",
    mend: 'redis-cli -u "$REDIS_URL" info',
    look: async (signal) => redisDiagnoses(await inspect(signal)),
  };
}

/** What a report comes to (docs/redis.md says why). */
function redisDiagnoses({
  version,
  appendOnly,
  appendFsync,
  evictionPolicy,
}: RedisReport): readonly Diagnosis[] {
  return [
    versionDiagnosis(version),
    settingDiagnosis(
      "appendonly",
      appendOnly === undefined ? undefined : appendOnly ? "yes" : "no",
      "yes",
      "what was approved is gone when the server restarts",
    ),
    ...(appendOnly === false
      ? []
      : [
          settingDiagnosis(
            "appendfsync",
            appendFsync,
            "always",
            "the last second can be lost with its host",
            appendFsync === "everysec",
          ),
        ]),
    settingDiagnosis(
      "maxmemory-policy",
      evictionPolicy,
      "noeviction",
      "leases are thrown away when the memory is full",
    ),
  ];
}

function versionDiagnosis(version: string | undefined): Diagnosis {
  if (version === undefined) return unknown("the version", "redis-cli info server");
  const major = Number(/\d+/.exec(version)?.[0]);
  return major >= OLDEST_REDIS
    ? pass(`${version}.`)
    : fail(`${version} is too old: Redis 7 or Valkey 8 is needed.`, "docs/redis.md");
}

function settingDiagnosis(
  name: string,
  value: string | undefined,
  wanted: string,
  why: string,
  isTolerable = false,
): Diagnosis {
  const mend = `redis-cli config set ${name} ${wanted}`;
  if (value === undefined) return unknown(name, `redis-cli config get ${name}`);
  if (value === wanted) return pass(`${name} is ${value}.`);
  const says = `${name} is ${value}, not ${wanted}: ${why}.`;
  return isTolerable ? warn(says, mend) : fail(says, mend);
}

function unknown(what: string, mend: string): Diagnosis {
  return warn(`Could not look at ${what}: our user may not ask. Look as an administrator.`, mend);
}
