import assert from "node:assert/strict";
import { it } from "node:test";
import { StoreUnavailable } from "../../src/application/store.ts";
import { eventually } from "../eventually.ts";
import type { RedisNode } from "../redis-node.ts";
import { inSync, startRedisCluster } from "../redis-topologies.ts";
import { onRedis } from "./redis-access.ts";
import { change, pending, requestId, untilDone } from "./samples.ts";
import { COMMITS, FAILOVER_WITHIN_MS, topologyContract } from "./topology-contract.ts";

topologyContract(
  "a cluster",
  (options, prefix) => startRedisCluster(prefix, options),
  (servers, prefix) => {
    it("goes with its slots when they are handed over, without losing a commit", async () => {
      const { url, master, replicas, otherMasters } = servers();
      const [heir] = replicas;
      assert.ok(heir);
      await master.restart();
      await inSync(heir, master);
      for (const { inspector } of [master, heir, ...otherMasters]) {
        await eventually("each hears each, and knows the replica as one", async () => {
          const nodes = String(await inspector.call("CLUSTER", "NODES"))
            .trim()
            .split("\n");
          const replica = nodes.find((line) => line.includes(`:${String(master.port)}@`));
          const isWell = nodes.every(
            (line) => / connected(?: |$)/.test(line) && !line.includes("fail"),
          );
          return (isWell && / (?:myself,)?slave /.test(replica ?? "")) || undefined;
        });
      }
      await onRedis({ url, prefix }, async (store) => {
        await master.inspector.call("CLUSTER", "FAILOVER");
        await eventually(
          "the slots are back",
          async () => {
            const role = String(await master.inspector.call("ROLE"));
            return role.startsWith("master") || undefined;
          },
          FAILOVER_WITHIN_MS,
        );
        const after = change({ put: [{ kind: "request", value: pending(COMMITS + 3) }] });
        const outcome = await eventually("it serves again", () =>
          store.commit(after, untilDone).catch(() => undefined),
        );
        assert.equal(outcome.kind, "committed");
        assert.equal(
          await master.inspector.exists(`{${prefix}}:request:${requestId(COMMITS + 3)}`),
          1,
        );
        const found = await store.request(requestId(1), untilDone);
        assert.deepEqual(found.value, pending(1));
      });
    });

    it("finds its way without the nodes of its URL, once it knew others", async () => {
      const { master, replicas, otherMasters } = servers();
      const [seed, another] = otherMasters;
      assert.ok(seed && another);
      for (const { inspector } of [master, another, ...replicas]) {
        await inspector.config("SET", "cluster-require-full-coverage", "no");
      }
      const url = `redis-cluster://127.0.0.1:${String(seed.port)}`;
      await onRedis({ url, prefix }, async (store) => {
        await seed.kill();
        await master.inspector.call("CLIENT", "KILL", "TYPE", "normal");
        const found = await eventually("it serves again", () =>
          store.request(requestId(2), untilDone).catch(() => undefined),
        );
        assert.deepEqual(found.value, pending(2));
      });
    });

    it("is unavailable while its slot moves, writes no half of anything, and goes with it", async () => {
      const { master, otherMasters } = servers();
      const heir = otherMasters[1];
      assert.ok(heir);
      const [from, to] = await Promise.all(
        [master, heir].map(async ({ inspector }) => inspector.call("CLUSTER", "MYID")),
      );
      const slot = await master.inspector.cluster("KEYSLOT", `{${prefix}}`);
      const setSlot = async ({ inspector }: RedisNode, state: string, id: unknown) =>
        inspector.call("CLUSTER", "SETSLOT", slot, state, String(id));
      const move = async (key: string) =>
        master.inspector.call("MIGRATE", "127.0.0.1", heir.port, key, 0, 1000);

      const url = `redis-cluster://127.0.0.1:${String(master.port)}`;
      await onRedis({ url, prefix }, async (store) => {
        const { registry } = pending(1);
        const { value: before } = await store.pendingFor(registry, untilDone);
        await setSlot(heir, "IMPORTING", from);
        await setSlot(master, "MIGRATING", to);
        await move(`{${prefix}}:request:${requestId(2)}`);
        const put = [{ kind: "request", value: pending(COMMITS + 4) }] as const;
        const next = change({ put });
        await assert.rejects(store.pendingFor(registry, untilDone), StoreUnavailable);
        await assert.rejects(store.commit(next, untilDone), StoreUnavailable);
        for (const key of await master.inspector.keys(`{${prefix}}:*`)) await move(key);
        await assert.rejects(store.commit(next, untilDone), StoreUnavailable);
        for (const node of [heir, master]) await setSlot(node, "NODE", to);

        const outcome = await eventually("it serves again", () =>
          store.commit(next, untilDone).catch(() => undefined),
        );
        assert.equal(outcome.kind, "committed");
        const { value: after } = await store.pendingFor(registry, untilDone);
        assert.deepEqual(after, [...before, pending(COMMITS + 4)]);
      });
    });
  },
);
