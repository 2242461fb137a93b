import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";
import { overdueLease } from "./overdue-lease.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;
const soon = AbortSignal.timeout(60_000);

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `a lease that no worker closes, on ${name}`, () => {
    it("is told to its approvers and to the metrics by a bot alone, and again when it is closed", async () => {
      const world = await startWorld({ store: await choose() });
      const store = await world.store.open();
      try {
        const alex = world.client("alex");
        const first = await world.start({ DRAWBRIDGE_ROLE: "bot" });
        await alex.install();
        await first.stop();

        const { lease, request } = overdueLease(world, OURS);
        await store.commit(
          {
            opId: randomUUID(),
            notAfter: new Date(Date.now() + MINUTE_MS),
            put: [
              { kind: "lease", value: lease },
              { kind: "request", value: request },
            ],
          },
          soon,
        );
        const bot = await world.start({ DRAWBRIDGE_ROLE: "bot" });
        await alex.waitForCard(shownCard("Past its end, and not seen closed", OURS));
        await eventually("the metric says so", async () =>
          (await metrics(world)).includes("drawbridge_overdue_leases 1") ? true : undefined,
        );
        assert.match(bot.output(), /"event":"leases.overdue"/);
        const card = await alex.waitForCard(shownCard("Past its end, and not seen closed", OURS));
        const looking = JSON.stringify((await alex.click(card, "check-again")).body);
        assert.match(looking, /is being looked at now/);
        const stranger = JSON.stringify(
          (await world.client("casey").click(card, "check-again")).body,
        );
        assert.match(stranger, /You are not an approver/);
        await bot.stop();

        await world.start();
        await alex.waitForCard(shownCard("Closed after all", OURS), { timeoutMs: 15_000 });
      } finally {
        await store.close();
        await world.stop();
      }
    });
  });
}

async function metrics(world: World): Promise<string> {
  const port = world.settings["OPERATIONS_PORT"] ?? "";
  const signal = AbortSignal.timeout(5_000);
  return (await fetch(`http://127.0.0.1:${port}/metrics`, { signal })).text();
}
