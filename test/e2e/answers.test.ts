import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { describeUnless } from "../needs-redis.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const ADDRESS = "203.0.113.70";

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `what people ask the bot, on ${name}`, () => {
    let world: World;
    let robin: TeamsClient;
    let alex: TeamsClient;
    let casey: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      await world.start();
      [robin, alex, casey] = [world.client("robin"), world.client("alex"), world.client("casey")];
      for (const client of [robin, alex, casey]) await client.install();
    });
    after(async () => {
      await world.stop();
    });

    /** The next message after these words: its text, and all that is in its card. */
    async function answer(who: TeamsClient, text: string, over: object = {}): Promise<string> {
      const known = new Set(who.messages().map(({ id }) => id));
      await who.post({ text, ...over });
      const { conversationId } = who.person;
      const reply = await world.connector.waitForMessage(
        conversationId,
        ({ id }) => !known.has(id),
      );
      return `${reply.text} ${JSON.stringify(reply.card ?? {})}`;
    }
    const patches = (): number =>
      world.azure.journal().filter(({ method }) => method === "PATCH").length;

    it("is answered from the registry as it was read, with whose rules they are for approvers only", async () => {
      await robin.say(`allow ${ADDRESS} for 20m on acrdemomagic because TICKET-12`);
      const card = await alex.waitForCard(shownCard("Open a registry?", ADDRESS));
      await alex.click(card, "approve");
      await robin.waitForCard(shownCard("Open", ADDRESS));

      const forAlex = await answer(alex, "rules acrdemomagic");
      for (const told of ["Default action Deny", "SKU Premium", "192.0.2.10", ADDRESS, "Robin"]) {
        assert.ok(forAlex.includes(told), told);
      }
      const forRobin = await answer(robin, "show me the rules of acrdemomagic");
      assert.ok(forRobin.includes(ADDRESS) && !forRobin.includes("192.0.2.10"));
      const forCasey = await answer(casey, "rules acrdemomagic");
      assert.ok(!forCasey.includes(ADDRESS) && !forCasey.includes("Robin"));
      assert.match(forCasey, /And 2 rules of others/);
      assert.match(
        await answer(casey, "registries"),
        /acrdemomagic: 8 h at the most.*of 2 approvers/,
      );
      assert.match(
        await answer(alex, "history acrdemomagic 1d"),
        /Robin.*TICKET-12.*Alex Approver/,
      );
      assert.match(await answer(casey, "history acrdemomagic"), /for the approvers/);
    });

    it("is decided on a card, or denied in words, by approvers", async () => {
      await casey.say("allow 203.0.113.71 for 20m on acrdemomagic");
      const card = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.71"));
      await casey.waitForCard(shownCard("Waiting for an approver", "203.0.113.71"));
      const [id = ""] = /"request":"(\w{12})"/.exec(JSON.stringify(card.card))?.slice(1) ?? [];
      assert.match(
        await answer(alex, "pending"),
        /1 request waits for you.*Casey.*203\.0\.113\.71/,
      );
      assert.match(await answer(casey, `approve ${id}`), /not an approver/);
      const before = patches();
      assert.match(
        await answer(alex, `approve ${id}`),
        /Open a registry\?.*203\.0\.113\.71.*"approve"/,
      );
      assert.equal(patches(), before, "nobody approves by words");
      assert.match(await answer(alex, `deny ${id}`), /Why\?/);
      await alex.say(`deny ${id} too wide`);
      await casey.waitForCard(shownCard("Denied", "203.0.113.71"));
    });

    it("is read from a pasted error, and nothing is asked because of it", async () => {
      const error =
        "Error response from daemon: Get \"https://acrdemomagic.azurecr.io/v2/\": denied: client with IP '172.214.169.102' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.";
      assert.match(
        await answer(casey, error),
        /Ask for access.*"value":"acrdemomagic".*"value":"172\.214\.169\.102"/,
      );
      assert.match(await answer(alex, "pending"), /Nothing waits for you/);
    });

    it("is no guess of where somebody's time of day is", async () => {
      const silent = { localTimezone: undefined };
      for (const whose of ["203.0.113.72", "my IP"]) {
        const text = `allow ${whose} until 23:59 on acrdemomagic`;
        const said = await answer(casey, text, silent);
        assert.match(said, /does not tell me where 23:59 is\. Nothing was asked\. .*for 4h/);
      }
      const elsewhere = { localTimezone: "Mars/Phobos" };
      const text = "allow 203.0.113.72 until 23:59 on acrdemomagic";
      assert.match(await answer(casey, text, elsewhere), /a time zone that I don't know/);
      assert.match(await answer(alex, "pending"), /Nothing waits for you/);
    });

    it("is asked back before everything is revoked, and frozen at once", async () => {
      assert.match(await answer(casey, "revoke everything on acrdemomagic"), /not an approver/);
      await alex.say("revoke everything on acrdemomagic");
      const card = await alex.waitForCard(shownCard("End everything on acrdemomagic?"));
      assert.match(JSON.stringify(card.card), /Robin.*"revoke-all"/);
      assert.match(await answer(casey, "freeze everything"), /not an approver of any registry/);
      assert.match(await answer(alex, "freeze everything: INC-7"), /acrdemomagic is frozen/);
      assert.match(await answer(casey, "registries"), /acrdemomagic:.*FROZEN/);
      assert.match(
        await answer(alex, "unfreeze everything"),
        /acrdemomagic is not frozen any more/,
      );
      await alex.click(card, "revoke-all", { inputs: { why: "a key leaked" } });
      await robin.waitForCard(shownCard("Closed", ADDRESS));
    });
  });
}
