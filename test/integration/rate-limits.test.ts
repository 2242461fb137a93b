import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { allowance } from "../../src/adapters/teams/activity-limits.ts";
import { createAddressLimits } from "../../src/adapters/web/address-limits.ts";
import { createRateLimits, type RateLimits } from "../../src/adapters/web/rate-limits.ts";
import type { Sender } from "../../src/application/ports.ts";
import { parsePersonId, parseTenantId } from "../../src/domain/ids.ts";
import { letIn, newPrefix } from "../contract/redis-access.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { startRedisNode, type RedisNode } from "../redis-node.ts";

const PER_MINUTE = 10;

function personOf(number: number, where: "personal" | "channel"): Sender {
  const id = parsePersonId(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);
  const tenantId = parseTenantId("11111111-1111-4111-8111-111111111111");
  assert.ok(id !== undefined && tenantId !== undefined);
  const conversationId = where === "channel" ? "19:all@thread.tacv2" : `a:${id}`;
  return {
    person: { id, name: "Somebody" },
    personal: where === "personal",
    meeting: false,
    locale: undefined,
    rosterId: conversationId,
    reference: { serviceUrl: "", conversationId, tenantId, botId: "28:b", userId: "29:u" },
  };
}

async function seen(limits: RateLimits, sender: Sender, times: number): Promise<string> {
  const all: string[] = [];
  for (let n = 0; n < times; n += 1) all.push(await allowance(limits, sender));
  return all
    .join(" ")
    .replace(/(\w+)(?: \1)+/g, (run, word: string) => `${word}*${String(run.split(" ").length)}`);
}

/** From this address; nothing else of a request is read. */
function from(
  remoteAddress: string,
): Parameters<ReturnType<typeof createAddressLimits>["posted"]>[0] {
  return { headers: {}, socket: { remoteAddress } } as unknown as ReturnType<typeof from>;
}

describe("limits", () => {
  it("are each person's own, tell once, and leave the others of a conversation theirs", async () => {
    const limits = createRateLimits(PER_MINUTE, undefined);
    assert.equal(await seen(limits, personOf(1, "personal"), 13), "act*10 tell ignore*2");
    assert.equal(await seen(limits, personOf(2, "personal"), 1), "act");
    for (const n of [3, 4, 5, 6, 7])
      assert.equal(await seen(limits, personOf(n, "channel"), 10), "act*10");
    assert.equal(await seen(limits, personOf(8, "channel"), 3), "tell ignore*2", "50 are enough");
    assert.equal(await seen(limits, personOf(8, "personal"), 1), "act");
  });

  it("hold off an address that posts what is refused, all of a network of IPv6 at once", async () => {
    let nowMs = 0;
    const addresses = createAddressLimits(
      createRateLimits(PER_MINUTE, undefined),
      { profile: "direct" },
      () => nowMs,
    );
    for (let n = 0; n < 31; n += 1) await addresses.posted(from(`2001:db8:1:2::${String(n)}`), 401);
    const waitMs = addresses.mayPost(from("2001:db8:1:2:ffff::1"));
    assert.ok(waitMs !== undefined && waitMs > 50_000 && waitMs <= 60_000);
    assert.equal(addresses.mayPost(from("2001:db8:1:3::1")), undefined);
    nowMs = 60_001;
    assert.equal(addresses.mayPost(from("2001:db8:1:2::1")), undefined);
  });

  it("hold off nobody for what came with a good token, nor where one came from lately", async () => {
    let nowMs = 0;
    const limits = createRateLimits(PER_MINUTE, undefined);
    const addresses = createAddressLimits(limits, { profile: "direct" }, () => nowMs);
    const teams = from("203.0.113.7");
    for (let n = 0; n < 40; n += 1) await addresses.posted(teams, 403);
    assert.equal(addresses.mayPost(teams), undefined);
    for (let n = 0; n < 40; n += 1) await addresses.posted(teams, 401);
    assert.equal(addresses.mayPost(teams), undefined);
    nowMs = 11 * 60_000;
    for (let n = 0; n < 2; n += 1) await addresses.posted(teams, 401);
    assert.notEqual(addresses.mayPost(teams), undefined);
  });
});

describeUnless(redisMissing, "limits of several processes on one Redis", () => {
  let server: RedisNode;
  before(async () => {
    server = await startRedisNode([]);
  });
  after(() => server.remove());

  it("are counted together, with the rights that docs/redis.md gives, and go with their minute", async () => {
    const prefix = newPrefix();
    await letIn(server, "drawbridge", "secret", prefix);
    const url = `redis://drawbridge:secret@127.0.0.1:${String(server.port)}`;
    const options = { url, prefix, auditKeptMs: 1_000, onError: () => undefined };
    const opened = [1, 2].map(() => openRedisStore(options, AbortSignal.timeout(10_000)));
    const stores = await Promise.all(opened);
    try {
      const [one, two] = stores.map(({ counters }) => createRateLimits(PER_MINUTE, counters));
      assert.ok(one !== undefined && two !== undefined);
      const robin = personOf(1, "personal");
      assert.equal(await seen(one, robin, 6), "act*6");
      assert.equal(await seen(two, robin, 6), "act*4 tell ignore");
      assert.equal(await seen(one, robin, 1), "ignore");
      const waitMs = await one.attempt("person", robin.person.id);
      assert.ok(waitMs !== undefined && waitMs > 0 && waitMs <= 60_000);
      const keys = await server.inspector.keys("*");
      assert.ok(keys.length > 0);
      for (const key of keys) {
        assert.ok(key.startsWith(`{${prefix}}:limit:`), key);
        const left = await server.inspector.pttl(key);
        assert.ok(left > 0 && left <= 60_000, `${key} goes by itself`);
      }
      assert.deepEqual(await server.inspector.acl("LOG"), []);

      await server.kill();
      assert.equal(await seen(one, personOf(2, "personal"), 12), "act*10 tell ignore", "by itself");
    } finally {
      for (const store of stores) await store.close();
    }
  });
});
