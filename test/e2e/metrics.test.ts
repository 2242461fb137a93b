import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../eventually.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { freePort } from "../free-port.ts";
import { parseMetrics, type Scrape } from "../metrics/parse-metrics.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { startRedisServer } from "../redis-server.ts";
import type { ProductProcess } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { redisStoreAt } from "../world/store-choice.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const REGISTRY = { registry: "acrdemomagic" };
const OTHER = { registry: "acrdemobasic" };
const WITHIN_MS = 15_000;

async function get(port: string, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5_000) });
}

async function scrape(port: string): Promise<Scrape> {
  const answer = await get(port, "/metrics");
  assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  return parseMetrics(await answer.text());
}

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `the metrics of a bot and a worker, on ${name}`, () => {
    let world: World;
    let worker: ProductProcess;
    let ports: { readonly bot: string; readonly worker: string };
    let robin: TeamsClient;
    let alex: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      ports = { bot: world.settings["OPERATIONS_PORT"] ?? "", worker: String(await freePort()) };
      await world.start({ DRAWBRIDGE_ROLE: "bot" });
      worker = await world.start({ DRAWBRIDGE_ROLE: "worker", OPERATIONS_PORT: ports.worker });
      [robin, alex] = [world.client("robin"), world.client("alex")];
      for (const client of [robin, alex]) await client.install();
    });
    after(() => world.stop());

    /** Until a number is what it should be; says the last one when it never is. */
    async function becomes(
      process: keyof typeof ports,
      metric: string,
      labels: Readonly<Record<string, string>>,
      expected: (value: number) => boolean,
    ): Promise<void> {
      let last: number | undefined;
      await eventually(
        `${metric} ${JSON.stringify(labels)}`,
        async () => {
          last = (await scrape(ports[process])).value(metric, labels);
          return last !== undefined && expected(last) ? true : undefined;
        },
        WITHIN_MS,
      ).catch((cause: unknown) => {
        throw new Error(`${metric} is ${String(last)}`, { cause });
      });
    }
    const is = (expected: number) => (value: number) => value === expected;
    const isMore = (than: number) => (value: number) => value > than;

    it("begin at nothing, with what the worker has read of each registry", async () => {
      await becomes("worker", "drawbridge_rule_slots_used", REGISTRY, is(1));
      await becomes("bot", "drawbridge_rules", { ...REGISTRY, whose: "foreign" }, is(1));
      const first = await scrape(ports.bot);
      assert.equal(first.value("drawbridge_store_up"), 1);
      assert.equal(first.value("drawbridge_leases", REGISTRY), 0);
      assert.equal(first.value("drawbridge_leases", OTHER), 0);
      assert.equal(first.value("drawbridge_pending_requests", REGISTRY), 0);
      assert.equal(first.value("drawbridge_rules", { ...REGISTRY, whose: "ours" }), 0);
      assert.ok((first.value("drawbridge_rule_slots_limit", REGISTRY) ?? 0) >= 100);
      assert.ok((first.value("drawbridge_registry_read_age_seconds", REGISTRY) ?? 99) < 30);
      const silent = first.value("drawbridge_loop_silent_seconds", { loop: "conversation" });
      assert.ok((silent ?? 99) < 10);
      const ofWorker = await scrape(ports.worker);
      const calls = ofWorker.value("drawbridge_arm_calls_total", { method: "GET", status: "200" });
      assert.ok((calls ?? 0) >= 2);
      assert.equal(ofWorker.value("drawbridge_arm_throttled_total"), 0);
    });

    it("move as somebody asks, is let in after Azure said wait, and goes again", async () => {
      await robin.say("allow 203.0.113.7 for 3s on acrdemomagic because TICKET-12");
      const card = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
      await becomes("worker", "drawbridge_pending_requests", REGISTRY, is(1));
      await becomes("bot", "drawbridge_pending_oldest_seconds", REGISTRY, isMore(0));

      const match = { method: "PATCH", path: "/registries/acrdemomagic", skip: 1 };
      world.azure.fault({ fault: "throttled", retryAfterSeconds: 1, match });
      await alex.click(card, "approve");
      await robin.waitForCard(shownCard("Open", "203.0.113.7"), { timeoutMs: WITHIN_MS });
      await becomes("bot", "drawbridge_leases", REGISTRY, is(1));
      await becomes("bot", "drawbridge_rules", { ...REGISTRY, whose: "ours" }, is(1));
      const open = await scrape(ports.worker);
      assert.equal(open.value("drawbridge_pending_requests", REGISTRY), 0);
      assert.equal(open.value("drawbridge_rule_slots_used", REGISTRY), 2);
      assert.equal(open.value("drawbridge_opening_lag_seconds_count"), 1);
      assert.ok((open.value("drawbridge_opening_lag_seconds_sum") ?? 0) >= 1, "Azure said wait");
      assert.ok((open.value("drawbridge_write_window_seconds_count") ?? 0) >= 1);
      assert.equal(open.value("drawbridge_arm_throttled_total"), 1);
      const refused = { method: "PATCH", status: "429" };
      assert.equal(open.value("drawbridge_arm_calls_total", refused), 1);
      const failed = { doing: "apply", kind: "wait" };
      assert.equal(open.value("drawbridge_arm_failures_total", failed), 1);

      await becomes("worker", "drawbridge_expiry_lag_seconds_count", {}, is(1));
      const gone = await scrape(ports.worker);
      assert.ok((gone.value("drawbridge_expiry_lag_seconds_sum") ?? 99) < 10);
      assert.equal(gone.value("drawbridge_leases", REGISTRY), 0);
      assert.equal(gone.value("drawbridge_audit_events_total", { kind: "lease.ended" }), 1);
      assert.equal(gone.value("drawbridge_writes_not_as_sent_total"), 0);
      const asked = { kind: "request.asked" };
      const ofBot = await scrape(ports.bot);
      assert.equal(ofBot.value("drawbridge_audit_events_total", asked), 1);
      assert.equal(ofBot.value("drawbridge_expiry_lag_seconds_count"), 0, "the worker's to tell");
    });

    it("tell of cards that could not be sent, of findings and of rounds that fail", async () => {
      world.connector.fault({ kind: "status", status: 502, method: "POST", times: 2 });
      await robin.say("allow 203.0.113.8 for 1h on acrdemomagic");
      await becomes("bot", "drawbridge_card_rounds_failed_total", {}, isMore(0));
      const why = (await scrape(ports.bot)).samples.filter(
        (one) => one.name === "drawbridge_teams_calls_failed_total",
      );
      assert.ok(why.reduce((sum, { value }) => sum + value, 0) >= 1);

      world.azure.fault({ fault: "not-authorized", match: { method: "PATCH", times: 99 } });
      await alex.click(
        await alex.waitForCard(shownCard("Open a registry?", "203.0.113.8")),
        "approve",
      );
      await becomes("bot", "drawbridge_registry_failures", REGISTRY, isMore(0));
      const finding = { ...REGISTRY, finding: "not-allowed" };
      const ledger = { ...REGISTRY, finding: "ledger-not-written" };
      const seen = await scrape(ports.bot);
      assert.equal(
        seen.value("drawbridge_registry_findings", finding) ??
          seen.value("drawbridge_registry_findings", ledger),
        1,
      );
      assert.equal(seen.value("drawbridge_registry_failures", OTHER), 0);
    });

    it("tell by a bot alone that nobody looks at what is due", async () => {
      await worker.stop();
      await becomes("bot", "drawbridge_wake_due", { list: "registry" }, isMore(0));
      await becomes("bot", "drawbridge_wake_late_seconds", { list: "registry" }, isMore(0));
      const keys = (await scrape(ports.bot)).value("drawbridge_wake_keys", { list: "registry" });
      assert.equal(keys, 2);
    });

    it("name no person and no address, whatever happened", async () => {
      const text = await (await get(ports.bot, "/metrics")).text();
      assert.doesNotMatch(text, /203\.0\.113|192\.0\.2|robin|alex|TICKET/i);
    });
  });
}

describe("a store that goes away", () => {
  describeUnless(redisMissing, "and comes back", () => {
    it("is told by readiness and by the metrics of each role, which answer all the while", async () => {
      const redis = await startRedisServer();
      const world = await startWorld({ store: redisStoreAt(redis.url) });
      const ports = [world.settings["OPERATIONS_PORT"] ?? "", String(await freePort())];
      try {
        for (const [i, role] of ["bot", "worker"].entries()) {
          const [OPERATIONS_PORT = ""] = ports.slice(i);
          await world.start({ DRAWBRIDGE_ROLE: role, OPERATIONS_PORT });
        }
        const all = async (readyz: number, storeUp: number): Promise<void> => {
          for (const port of ports) {
            await eventually(
              `readiness ${String(readyz)}`,
              async () => ((await get(port, "/readyz")).status === readyz ? true : undefined),
              WITHIN_MS,
            );
            assert.equal((await get(port, "/healthz")).status, 200, "the process is alive");
            const seen = await scrape(port);
            assert.equal(seen.value("drawbridge_store_up"), storeUp);
            const leases = seen.value("drawbridge_leases", REGISTRY);
            assert.equal(leases, storeUp === 1 ? 0 : undefined, "no number that nobody knows");
          }
        };
        await all(200, 1);
        await redis.crash();
        await all(503, 0);
        await redis.restart();
        await all(200, 1);
      } finally {
        await world.stop();
        await redis.stop();
      }
    });
  });
});
