import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { StoreUnavailable, type Store } from "../../src/application/store.ts";
import { eventually } from "../eventually.ts";
import { describeUnless, redisMissing, valkeyMissing } from "../needs-redis.ts";
import type { NodeOptions, RedisNode } from "../redis-node.ts";
import { redisServerOnPath, valkeyServerOnPath } from "../redis-server.ts";
import { inSync, MASTER_NAME, type RedisTopology } from "../redis-topologies.ts";
import { newPrefix, openedOn, openedStore, onRedis } from "./redis-access.ts";
import { change, pending, registryId, requestId, untilDone } from "./samples.ts";
import { storeContract } from "./store-contract.ts";

const DAY_MS = 86_400_000;
/** A second until the master counts as down, the election, and our next attempt, in ms, with room to spare. */
export const FAILOVER_WITHIN_MS = 15_000;
/** How many requests there are when the master is killed. */
export const COMMITS = 50;
const PROGRAMS = [
  { name: "Redis", missing: redisMissing, program: redisServerOnPath() },
  { name: "Valkey", missing: valkeyMissing, program: valkeyServerOnPath() },
] as const;

/**
 * What must hold on every kind of servers that take over from each other, with each program that is here. `prefix`
 * is of keys of the one master that gets killed. `further` goes on where the failover has left the servers: the
 * replica is the master, it has requests 1 to COMMITS, and the master is gone.
 */
export function topologyContract(
  kind: string,
  start: (options: Pick<NodeOptions, "program">, prefix: string) => Promise<RedisTopology>,
  further: (servers: () => RedisTopology, prefix: string) => void,
): void {
  for (const { name, missing, program } of PROGRAMS) {
    describeUnless(missing, `${kind} of ${name}`, () => {
      const prefix = newPrefix();
      topology(
        `${kind} of ${name}`,
        () => start(program === undefined ? {} : { program }, prefix),
        prefix,
        further,
      );
    });
  }
}

function topology(
  name: string,
  start: () => Promise<RedisTopology>,
  prefix: string,
  further: (servers: () => RedisTopology, prefix: string) => void,
): void {
  let servers: RedisTopology;
  before(async () => {
    servers = await start();
  });
  after(() => servers.stop());

  storeContract(name, ({ auditKeptMs } = { auditKeptMs: DAY_MS }) => {
    const { url, master, otherMasters } = servers;
    return openedOn([master, ...otherMasters], { url, prefix: newPrefix(), auditKeptMs });
  });

  it("executes once what was not answered, also when the connection broke", async () => {
    const { url, master } = servers;
    const patient = await withoutFailover(servers);
    const told: unknown[] = [];
    const store = await openedStore({ url, prefix, onError: (error) => told.push(error) });
    try {
      // The only script that asks whether a key exists, and it does so once and first.
      const before = await executed(master, "exists");
      const put = [{ kind: "request", value: pending(COMMITS + 2) }] as const;
      process.kill(master.pid, "SIGSTOP");
      const lost = store.commit(change({ put }), untilDone);
      await assert.rejects(lost, StoreUnavailable);
      await eventually(
        "the socket was given up too",
        () => String(told).includes("Socket timeout") || undefined,
      );
      process.kill(master.pid, "SIGCONT");
      await serving(store);
      assert.equal((await executed(master, "exists")) - before, 1);
    } finally {
      process.kill(master.pid, "SIGCONT");
      await store.close();
      await patient.over();
    }
  });

  it("is refused by a replica, which says so", async () => {
    for (const { port } of servers.replicas) {
      await assert.rejects(onRedis({ url: `redis://127.0.0.1:${String(port)}` }), (error) => {
        assert.ok(error instanceof StoreUnavailable);
        assert.match(String(error.cause), /is a replica/);
        return true;
      });
    }
  });

  it("serves again soon after its master was killed, with all that was acknowledged", async (test) => {
    const { url, master, replicas } = servers;
    const store = await openedStore({ url, prefix });
    try {
      for (let n = 1; n <= COMMITS; n++) {
        const put = [{ kind: "request", value: pending(n) }] as const;
        assert.equal((await store.commit(change({ put }), untilDone)).kind, "committed");
      }
      let heard = 0;
      store.onWake("registry", () => heard++);
      for (const replica of replicas) await inSync(master, replica);
      await master.kill();
      const killedAt = performance.now();

      const wake = [{ list: "registry", key: registryId("warehouse"), at: new Date(0) }] as const;
      const put = [{ kind: "request", value: pending(COMMITS + 1) }] as const;
      const next = change({ wake, put });
      const outcome = await eventually(
        "it serves again",
        async () => {
          const askedAt = performance.now();
          const found = await store.commit(next, untilDone).catch(() => undefined);
          assert.ok(performance.now() - askedAt < 3000, "it failed slowly");
          return found;
        },
        FAILOVER_WITHIN_MS,
      );
      test.diagnostic(`failover: ${String(Math.round(performance.now() - killedAt))} ms`);
      assert.equal(outcome.kind, "committed");
      for (let n = 1; n <= COMMITS + 1; n++) {
        const found = await store.request(requestId(n), untilDone);
        assert.deepEqual(found.value, pending(n));
      }
      await eventually("wakes are heard again", () => heard || undefined);
    } finally {
      await store.close();
    }
  });

  further(() => servers, prefix);
}

/** While a server is stopped, nobody is to take its place. */
async function withoutFailover({
  master,
  replicas,
  otherMasters,
  sentinels,
}: RedisTopology): Promise<{ readonly over: () => Promise<void> }> {
  const set = async (ms: number): Promise<void> => {
    for (const { inspector } of sentinels) {
      await inspector.call("SENTINEL", "SET", MASTER_NAME, "down-after-milliseconds", ms);
    }
    if (sentinels.length > 0) return;
    for (const { inspector } of [master, ...replicas, ...otherMasters]) {
      await inspector.config("SET", "cluster-node-timeout", ms);
    }
  };
  await set(60_000);
  return { over: () => set(1000) };
}

async function executed({ inspector }: RedisNode, command: string): Promise<number> {
  const stats = await inspector.info("commandstats");
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, "m").exec(stats)?.[1] ?? 0);
}

async function serving(store: Store): Promise<void> {
  await eventually("it serves again", () =>
    store.request(requestId(1), untilDone).catch(() => undefined),
  );
}
