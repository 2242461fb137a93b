import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Redis } from "ioredis";
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { StoreUnavailable, type Store } from "../../src/application/store.ts";
import { eventually } from "../eventually.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { startRedisServer, type RedisServer } from "../redis-server.ts";
import { storeContract } from "./store-contract.ts";
import { textsInRedis } from "./stored-texts.ts";
import {
  change,
  conversationRecord,
  ended,
  opening,
  pending,
  registryId,
  requestId,
  untilDone,
} from "./samples.ts";

const DAY_MS = 86_400_000;

describeUnless(redisMissing, "with a Redis of its own", () => {
  let server: RedisServer;
  let inspector: Redis;
  before(async () => {
    server = await startRedisServer();
    inspector = new Redis(server.url);
  });
  after(async () => {
    inspector.disconnect();
    await server.stop();
  });

  storeContract("Redis", async ({ auditKeptMs } = { auditKeptMs: DAY_MS }) => {
    const prefix = newPrefix();
    let store = await opened(server.url, { prefix, auditKeptMs });
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await opened(server.url, { prefix, auditKeptMs });
        return store;
      },
      texts: textsInRedis([inspector], prefix),
      close: () => store.close(),
    };
  });

  describe("store on Redis only", () => {
    it("keeps all keys under one hash tag and leaves none behind that has no end", async () => {
      const prefix = newPrefix();
      const store = await opened(server.url, { prefix });
      const warehouse = registryId("warehouse");
      const { id } = pending(1);
      const wake = [
        { list: "registry", key: warehouse, at: new Date(0) },
        { list: "conversation", key: id, at: new Date(0) },
      ] as const;
      const put = [
        { kind: "request", value: { ...pending(1), status: "lapsed" } },
        { kind: "lease", value: opening(1) },
        { kind: "conversation", value: conversationRecord(1) },
      ] as const;
      const audit = [{ kind: "request.lapsed", request: id, registry: warehouse }] as const;
      await store.commit(change({ put, wake, audit }), untilDone);
      for (const claim of [
        await store.claimRegistry(1000, untilDone),
        await store.claimConversation(1000, untilDone),
      ]) {
        assert.ok(claim.kind === "claimed");
        const release = { hold: claim.hold, nextLookAt: undefined };
        await store.commit(change({ under: claim.hold, release }), untilDone);
      }
      const over = [{ kind: "lease", value: ended(opening(1)) }] as const;
      const expire = (["request", "lease", "conversation"] as const).map((kind) => ({
        kind,
        id,
        afterMs: DAY_MS,
      }));
      await store.commit(change({ put: over, expire }), untilDone);

      const endless: string[] = [];
      for (const key of await inspector.keys("*")) {
        if (!key.includes(prefix)) continue;
        assert.ok(key.startsWith(`{${prefix}}:`), key);
        if ((await inspector.pttl(key)) === -1) endless.push(key);
      }
      assert.deepEqual(endless.toSorted(), [`{${prefix}}:audit`, `{${prefix}}:fence`]);
      await store.close();
    });

    it("reports a listener that throws, and still calls the others", async () => {
      const errors: unknown[] = [];
      const store = await opened(server.url, { onError: (error) => errors.push(error) });
      let heard = 0;
      store.onWake("registry", () => {
        throw new Error("of a listener");
      });
      store.onWake("registry", () => heard++);
      const wake = [{ list: "registry", key: registryId("warehouse"), at: new Date(0) }] as const;
      await store.commit(change({ wake }), untilDone);
      await eventually("the wake was heard", () => heard || undefined);
      assert.match(String(errors[0]), /of a listener/);
      await store.close();
    });

    it("cannot be opened where no Redis is, and leaves nothing running", async () => {
      await assert.rejects(opened("redis://127.0.0.1:1"), StoreUnavailable);
    });

    it("tells no log what was in a command that failed", async () => {
      const secret = "s3cret-of-nobody";
      const { port } = server;
      const errors: unknown[] = [];
      await assert.rejects(
        opened(`redis://nobody:${secret}@127.0.0.1:${port}`, {
          onError: (error) => errors.push(error),
        }),
        (error) => {
          assert.ok(error instanceof StoreUnavailable);
          errors.push(error, error.cause);
          return true;
        },
      );
      for (const error of errors) {
        assert.ok(error instanceof Error);
        const told = JSON.stringify(error, Object.getOwnPropertyNames(error));
        assert.ok(!told.includes(secret) && !("command" in error), told);
      }
    });
  });

  describe("store on a Redis that fails", () => {
    it("is unavailable within seconds while Redis is silent, and serves again after", async () => {
      const own = await startRedisServer();
      const store = await opened(own.url);
      try {
        const written = change({ put: [{ kind: "request", value: pending(1) }] });
        process.kill(own.pid, "SIGSTOP");
        const started = performance.now();
        await assert.rejects(store.commit(written, untilDone), StoreUnavailable);
        assert.ok(performance.now() - started < 3000);
        const soon = AbortSignal.timeout(50);
        await assert.rejects(store.request(requestId(1), soon), StoreUnavailable);
        process.kill(own.pid, "SIGCONT");

        const outcome = await eventually("it serves again", () =>
          store.commit(written, untilDone).catch(() => undefined),
        );
        assert.match(outcome.kind, /committed|repeated/);
        assert.deepEqual((await store.request(requestId(1), untilDone)).value, pending(1));
      } finally {
        await store.close();
        await own.stop();
      }
    });

    it("closes within a second while Redis is silent", async () => {
      const own = await startRedisServer();
      const store = await opened(own.url);
      process.kill(own.pid, "SIGSTOP");
      const started = performance.now();
      await store.close();
      assert.ok(performance.now() - started < 1000);
      await own.stop();
    });

    it("is unavailable at once when Redis is gone, and closes without it", async () => {
      const own = await startRedisServer();
      const store = await opened(own.url);
      await own.stop();
      await assert.rejects(store.request(requestId(1), untilDone), StoreUnavailable);
      await store.close();
    });

    it("hears of wakes again after its connections broke", async () => {
      const store = await opened(server.url);
      let heard = 0;
      store.onWake("registry", () => heard++);
      await inspector.call("CLIENT", "KILL", "TYPE", "pubsub");
      await inspector.call("CLIENT", "KILL", "TYPE", "normal");
      const wake = [{ list: "registry", key: registryId("warehouse"), at: new Date(0) }] as const;
      await eventually("it serves again", () =>
        store.commit(change({ wake }), untilDone).catch(() => undefined),
      );
      await eventually("the wake was heard", () => heard || undefined);
      await store.close();
    });
  });
});

function opened(
  url: string,
  options: {
    readonly prefix?: string;
    readonly auditKeptMs?: number;
    readonly onError?: (error: unknown) => void;
  } = {},
): Promise<Store> {
  const defaults = { prefix: newPrefix(), auditKeptMs: DAY_MS, onError: () => undefined };
  return openRedisStore({ url, ...defaults, ...options }, untilDone);
}

function newPrefix(): string {
  return `test-${crypto.randomUUID()}`;
}
