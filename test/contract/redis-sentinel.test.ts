import assert from "node:assert/strict";
import { it } from "node:test";
import { StoreUnavailable } from "../../src/application/store.ts";
import { eventually } from "../eventually.ts";
import type { RedisNode } from "../redis-node.ts";
import { MASTER_NAME, startRedisSentinel } from "../redis-topologies.ts";
import { onRedis, OPERATORS_PAGE } from "./redis-access.ts";
import { pending, requestId, untilDone } from "./samples.ts";
import { FAILOVER_WITHIN_MS, topologyContract } from "./topology-contract.ts";

topologyContract("a master with sentinels", startRedisSentinel, (servers, prefix) => {
  it("asks the sentinels as the user of its URL, who needs one right only", async () => {
    const { url, sentinels } = servers();
    const [, rights = ""] =
      /^ACL SETUSER lookup reset on >PASSWORD (.+)$/m.exec(OPERATORS_PAGE) ?? [];
    for (const { inspector } of sentinels) {
      await inspector.acl("SETUSER", "lookup", "reset", "on", ">se+cret", ...rights.split(" "));
    }
    const query = "sentinelUsername=lookup&sentinelPassword=";
    await onRedis({ url: `${url}?${query}se%2Bcret`, prefix }, async (store) => {
      assert.deepEqual((await store.request(requestId(1), untilDone)).value, pending(1));
    });
    await assert.rejects(onRedis({ url: `${url}?${query}wrong`, prefix }), StoreUnavailable);
  });

  it("believes most of the sentinels, and leaves a master that is well when they do", async () => {
    const { url, master, sentinels } = servers();
    const [liar, ...others] = sentinels;
    assert.ok(liar);
    await sendElsewhere(sentinels, undefined);
    await master.restart();
    await master.inspector.del(`{${prefix}}:request:${requestId(1)}`);
    await sendElsewhere([liar], master.port);
    await sendElsewhere(others, servers().replicas[0]?.port);
    for (let n = 1; n <= 5; n++) {
      await onRedis({ url, prefix }, async (store) => {
        assert.deepEqual((await store.request(requestId(1), untilDone)).value, pending(1));
      });
    }

    await onRedis({ url, prefix }, async (store) => {
      let heard = 0;
      store.onWake("registry", () => heard++);
      await sendElsewhere(others, master.port);
      await eventually(
        "it asks the new one",
        async () => {
          const read = store.request(requestId(1), untilDone);
          const found = await read.catch(() => ({ value: pending(1) }));
          return found.value === undefined || undefined;
        },
        FAILOVER_WITHIN_MS,
      );
      await eventually("it listens there too", () => heard || undefined);
    });
  });

  it("comes back after a while in which nobody knew of a master", async () => {
    const { url, master, sentinels } = servers();
    const told: unknown[] = [];
    const onError = (error: unknown) => told.push(error);
    await onRedis({ url, prefix, onError }, async (store) => {
      await sendElsewhere(sentinels, undefined);
      await master.inspector.call("CLIENT", "KILL", "TYPE", "normal");
      await eventually("it has no way", () => String(told).includes("Nobody") || undefined);
      await assert.rejects(store.request(requestId(2), untilDone), StoreUnavailable);
      await sendElsewhere(sentinels, master.port);
      const found = await eventually("it serves again", () =>
        store.request(requestId(2), untilDone).catch(() => undefined),
      );
      assert.deepEqual(found.value, pending(2));
    });
  });
});

/** From now on these sentinels take the server at this port for the master, or know of none. */
async function sendElsewhere(
  sentinels: readonly RedisNode[],
  port: number | undefined,
): Promise<void> {
  for (const { inspector } of sentinels) {
    await inspector.call("SENTINEL", "REMOVE", MASTER_NAME).catch(() => undefined);
    if (port === undefined) continue;
    // Nobody is to fail over to what a sentinel does not watch.
    await inspector.call("SENTINEL", "MONITOR", MASTER_NAME, "127.0.0.1", port, 3);
  }
}
