import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Redis } from "ioredis";
import { redisMissing } from "../needs-redis.ts";
import { startRedisServer, type RedisServer } from "../redis-server.ts";
import { redisStoreAt } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";
import { examine, says } from "./doctor-report.ts";

describe("drawbridge doctor on Redis", { skip: redisMissing }, () => {
  let server: RedisServer;
  let admin: Redis;
  let world: World;
  before(async () => {
    server = await startRedisServer();
    admin = new Redis(server.url);
    world = await startWorld({ store: redisStoreAt(server.url) });
  });
  after(async () => {
    admin.disconnect();
    await world.stop();
    await server.stop();
  });

  it("passes one that keeps what it is given", async () => {
    const all = await examine(world.settings);
    says(all, ["pass", "store", "Redis answers."]);
    says(all, ["pass", "redis", "appendonly is yes."]);
    says(all, ["pass", "redis", "appendfsync is always."]);
    says(all, ["pass", "redis", "maxmemory-policy is noeviction."]);
    says(all, ["warn", "policy in use", "No process has written down yet"]);
    says(all, ["warn", "acrdemomagic, worker", "No worker has looked", "drawbridge sweep"]);
  });

  it("fails one that forgets, and says how to set it right", async () => {
    await admin.config("SET", "appendfsync", "everysec");
    await admin.config("SET", "maxmemory-policy", "allkeys-lru");
    const forgetful = await examine(world.settings);
    says(forgetful, ["warn", "redis", "appendfsync is everysec", "config set appendfsync always"]);
    says(forgetful, [
      "fail",
      "redis",
      "maxmemory-policy is allkeys-lru",
      "config set maxmemory-policy noeviction",
    ]);
    await admin.config("SET", "appendonly", "no");
    const lost = await examine(world.settings);
    says(lost, ["fail", "redis", "appendonly is no", "config set appendonly yes"]);
    assert.ok(!lost.checks.some((each) => each.says.includes("appendfsync")));
  });

  it("says what it could not look at as a user with the least rights, and what of it is known", async () => {
    const rights = "+evalsha +eval +get +getrange +set +exists +del +pexpire +hget +hset +zadd";
    const more = "+zrange +zrem +sadd +srem +smembers +xadd +xrange +xrevrange +xtrim +time";
    const rest = "+publish +subscribe +info +select";
    const who = "reset on >secret ~{drawbridge}:* &{drawbridge}:woken -@all".split(" ");
    await admin.call("ACL", "SETUSER", "least", ...who, ...`${rights} ${more} ${rest}`.split(" "));
    await admin.config("SET", "appendonly", "yes");
    const url = server.url.replace("redis://", "redis://least:secret@");
    const all = await examine({ ...world.settings, REDIS_URL: url });
    says(all, ["pass", "redis", "appendonly is yes."]);
    says(all, ["warn", "redis", "Could not look at appendfsync", "config get appendfsync"]);
    says(all, ["pass", "store", "Redis answers."]);
  });

  it("fails the store that does not answer, once", async () => {
    admin.disconnect();
    await server.crash();
    const all = await examine(world.settings);
    says(all, ["fail", "store", "", 'redis-cli -u "$REDIS_URL" ping']);
    says(all, ["warn", "clocks", "Not looked at without the store."]);
    assert.ok(!JSON.stringify(all).includes("redis://"));
  });
});
