import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { eventually } from "../eventually.ts";
import { freePort } from "../free-port.ts";
import { describeUnless } from "../needs-redis.ts";
import type { ProductProcess } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const WITHOUT = new URL("../world/no-azure.mjs", import.meta.url).href;

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `a bot that can't reach for Azure, on ${name}`, () => {
    let world: World;
    let bot: ProductProcess;
    before(async () => {
      world = await startWorld({ store: await choose() });
      bot = await world.start({ DRAWBRIDGE_ROLE: "bot", NODE_OPTIONS: `--import=${WITHOUT}` });
      const operations = { OPERATIONS_PORT: String(await freePort()) };
      await world.start({ DRAWBRIDGE_ROLE: "worker", ...operations });
    });
    after(() => world.stop());

    it("does all of its work beside a worker that can", async () => {
      const [robin, alex] = [world.client("robin"), world.client("alex")];
      for (const client of [robin, alex]) await client.install();
      await robin.say("allow 203.0.113.7 for 2s on acrdemomagic");
      await alex.click(await alex.waitForCard(shownCard("Open a registry?")), "approve");
      await robin.waitForCard(shownCard("Open"));
      await robin.waitForCard(shownCard("Closed"), { timeoutMs: 15_000 });
      await alex.say("rules acrdemomagic");
      await eventually("the bot says what the worker has seen", () =>
        Promise.resolve(
          alex.messages().find((each) => JSON.stringify(each).includes("192.0.2.10")),
        ),
      );
      assert.match(bot.output(), /"without-azure"/);
      assert.doesNotMatch(bot.output(), /A bot has/);
    });
  });
}
