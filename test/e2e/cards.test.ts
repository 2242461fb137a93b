import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { cardText } from "../emulators/teams/card-text.ts";
import { isObject } from "../emulators/teams/json.ts";
import type { BotAnswer, Shown, TeamsClient, Typed } from "../emulators/teams/teams-client.ts";
import { describeUnless } from "../needs-redis.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const FOREIGN = "192.0.2.10";
const MINE = "203.0.113.80";
const CARD = "application/vnd.microsoft.card.adaptive";

type Answer = { readonly type: string; readonly value: unknown };

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `what buttons do, on ${name}`, () => {
    let world: World;
    let robin: TeamsClient;
    let alex: TeamsClient;
    let sam: TeamsClient;
    let casey: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      await world.start();
      robin = world.client("robin");
      alex = world.client("alex");
      sam = world.client("sam");
      casey = world.client("casey");
      for (const client of [robin, alex, sam, casey]) await client.install();
    });
    after(async () => {
      await world.stop();
    });

    const rules = (): readonly string[] =>
      world.azure.history().findLast(({ registry }) => registry.endsWith("acrdemomagic"))?.rules ??
      [];

    function read({ httpStatus, body }: BotAnswer): Answer {
      assert.equal(httpStatus, 200);
      // What every invoke of a card is answered with.
      return body as Answer;
    }
    /** The card that takes the place of the clicked one. */
    function shownBy(answer: BotAnswer, where: Shown): Shown {
      const { type, value } = read(answer);
      assert.ok(type === CARD && isObject(value), JSON.stringify(value));
      return { ...where, card: value };
    }
    const lines = (shown: Shown): string => cardText(shown.card).join("\n");
    /** The sentence beside a card that stays. */
    function told(answer: BotAnswer): string {
      const { type, value } = read(answer);
      assert.equal(type, "application/vnd.microsoft.activity.message", JSON.stringify(value));
      return String(value);
    }
    const form = (over: Readonly<Record<string, string>> = {}): Typed => ({
      inputs: {
        registry: "acrdemomagic",
        address: MINE,
        duration: "40m",
        reason: "TICKET-12",
        ...over,
      },
    });
    async function help(): Promise<Shown> {
      await robin.say("help");
      return robin.waitForCard(shownCard("I open locked registries for a while"));
    }
    async function openFor(address: string, text = `allow ${address} for 40m on acrdemomagic`) {
      await robin.say(text);
      const asked = await alex.waitForCard(shownCard("Open a registry?", address));
      await alex.click(asked, "approve");
      return robin.waitForCard(shownCard("Open", address, "Rule seen"));
    }

    it("asks from a form: what is wrong comes back on it with the input kept, then it is asked once", async () => {
      const start = await help();
      const empty = shownBy(await robin.click(start, "show-form"), start);
      const wrong = shownBy(
        await robin.click(empty, "ask", form({ address: "203.0.113.999" })),
        start,
      );
      assert.match(lines(wrong), /"203\.0\.113\.999" is not an IPv4 address/);
      assert.match(JSON.stringify(wrong.card), /"value":"203\.0\.113\.999"/);
      assert.match(JSON.stringify(wrong.card), /"value":"TICKET-12"/);

      const tooLong = shownBy(await robin.click(wrong, "ask", form({ duration: "9h" })), start);
      assert.match(lines(tooLong), /9 h is too long/);
      const asked = shownBy(await robin.click(tooLong, "ask", form()), start);
      assert.match(lines(asked), /^Asked\n/);
      await alex.waitForCard(shownCard("Open a registry?", MINE, "40 min", "TICKET-12"));
      const [waiting, sent] = [
        await robin.waitForCard(shownCard("Waiting for an approver", MINE)),
        alex.messages().length,
      ];

      const again = shownBy(await robin.click(tooLong, "ask", form()), start);
      assert.equal(lines(again), lines(asked), "the same form asks once");
      assert.equal(alex.messages().length, sent);
      const mine = shownBy(await robin.click(start, "show-status"), start);
      assert.equal(lines(mine).split(`${MINE} on acrdemomagic`).length, 2, "and one waits");

      assert.match(told(await casey.click(waiting, "cancel")), /not yours/);
      const cancelled = shownBy(await robin.click(waiting, "cancel"), waiting);
      assert.match(lines(cancelled), /^Taken back\n/);
      const repeated = shownBy(await robin.click(waiting, "cancel"), waiting);
      assert.equal(lines(repeated), lines(cancelled));
      const filled = shownBy(await robin.click(cancelled, "ask-again"), waiting);
      assert.match(JSON.stringify(filled.card), new RegExp(`"value":"${MINE}"`));
      assert.match(told(await casey.click(cancelled, "ask-again")), /not yours/);
      assert.deepEqual(rules(), [FOREIGN]);
    });

    it("asks for what is missing with a form that has the rest in it", async () => {
      await robin.say(`allow ${MINE} for 40m because TICKET-12`);
      const asked = await robin.waitForCard(shownCard("Ask for access"));
      assert.match(JSON.stringify(asked.card), new RegExp(`"value":"${MINE}"`));
      assert.match(JSON.stringify(asked.card), /"value":"40 min"/);
      await robin.say(
        "Error response from daemon: denied: client with IP '203.0.113.81' is not allowed access. Refer https://aka.ms/acr/firewall to grant access. acrdemomagic.azurecr.io",
      );
      const pasted = await robin.waitForCard((_, { card }) =>
        JSON.stringify(card ?? {}).includes('"value":"203.0.113.81"'),
      );
      assert.match(JSON.stringify(pasted.card), /"value":"acrdemomagic"/);
    });

    it("approves for less than was asked, extends, shows and gives back", async () => {
      await robin.say(`allow ${MINE} for 40m on acrdemomagic`);
      const asked = await alex.waitForCard(shownCard("Open a registry?", MINE, "40 min"));
      const less = { title: "Approve for less", inputs: { less: "15" } };
      const approved = shownBy(await alex.click(asked, "approve", less), asked);
      assert.match(lines(approved), /Approved for 15 min/);
      const open = await robin.waitForCard(shownCard("Open", MINE, "For 15 min", "Rule seen"));

      assert.match(told(await casey.click(open, "extend")), /not yours/);
      assert.match(told(await casey.click(open, "give-back")), /not yours/);
      assert.match(told(await robin.click(open, "extend")), /More time is asked for/);
      assert.match(told(await robin.click(open, "extend")), /More time is asked for/);
      const more = await alex.waitForCard(shownCard("More time?", MINE, "1 h"));
      await alex.click(more, "approve");
      const longer = await robin.waitForCard(
        (text, shown) => shownCard("Open", MINE)(text) && shown.versions.length > 1,
      );
      const stale = shownBy(await robin.click(open, "extend"), open);
      assert.equal(lines(stale), lines(longer), "an older card gets the present one");

      const start = await help();
      const mine = shownBy(await robin.click(start, "show-status"), start);
      assert.match(lines(mine), new RegExp(`acrdemomagic for ${MINE}`));
      const none = shownBy(await robin.click(mine, "give-back"), start);
      assert.match(lines(none), /the rule is being removed|Nothing is open for you/);
      const closed = await robin.waitForCard(shownCard("Closed", MINE, "It was given back."));
      assert.deepEqual(rules(), [FOREIGN]);
      const over = shownBy(await robin.click(longer, "give-back"), longer);
      assert.match(lines(over), /^Over\n/, "a late click changes nothing");
      const filled = shownBy(await robin.click(closed, "ask-again"), closed);
      assert.match(JSON.stringify(filled.card), new RegExp(`"value":"${MINE}"`));
    });

    it("denies with a reason that the requester reads, and not without one", async () => {
      await robin.say(`allow ${MINE} for 40m on acrdemomagic`);
      const asked = await alex.waitForCard(shownCard("Open a registry?", MINE, "40 min"));
      assert.match(told(await alex.click(asked, "deny")), /Say why/);
      const because = { inputs: { why: "Use the private endpoint." } };
      const denied = shownBy(await alex.click(asked, "deny", because), asked);
      assert.match(lines(denied), /Because Use the private endpoint\./);
      await robin.waitForCard(shownCard("Denied", MINE, "Because Use the private endpoint."));
      const late = shownBy(await sam.click(asked, "approve"), asked);
      assert.match(lines(late), /^Denied\n/);
    });

    it("revokes from the card that was approved, by an approver only", async () => {
      await openFor("203.0.113.82");
      const approved = await sam.waitForCard(shownCard("Approved", "203.0.113.82", "Open until"));
      const because = { inputs: { why: "laptop was stolen" } };
      assert.match(told(await casey.click(approved, "revoke", because)), /not an approver/);
      assert.deepEqual(rules(), [FOREIGN, "203.0.113.82"]);
      const revoked = shownBy(await sam.click(approved, "revoke", because), approved);
      assert.match(lines(revoked), /Over\. The rule is being removed\.|Rule seen gone/);
      await robin.waitForCard(shownCard("Closed", "203.0.113.82", "laptop was stolen"));
      assert.deepEqual(rules(), [FOREIGN]);
      shownBy(await sam.click(approved, "revoke", because), approved);
    });

    it("ends everything on a registry once that was confirmed, and nothing that was not shown", async () => {
      await openFor("203.0.113.84");
      await alex.say("revoke everything on acrdemomagic");
      const question = await alex.waitForCard(shownCard("End everything on acrdemomagic?"));
      assert.match(lines(question), /203\.0\.113\.84/);
      assert.match(told(await casey.click(question, "revoke-all")), /not an approver/);
      await openFor("203.0.113.85");
      const more = shownBy(await alex.click(question, "revoke-all"), question);
      assert.match(lines(more), /203\.0\.113\.85/, "asked again, with what is open by now");
      assert.deepEqual(rules(), [FOREIGN, "203.0.113.84", "203.0.113.85"]);
      const ending = shownBy(await alex.click(more, "revoke-all"), more);
      assert.match(lines(ending), /2 leases on acrdemomagic are ending/);
      await robin.waitForCard(shownCard("Closed", "203.0.113.84", "An approver ended it."));
      await robin.waitForCard(shownCard("Closed", "203.0.113.85", "An approver ended it."));
      assert.deepEqual(rules(), [FOREIGN]);
    });

    it("answers a click that comes too late with how the request stands", async () => {
      const hasty = await startWorld({ store: await choose(), policy: { timeout: "2s" } });
      try {
        await hasty.start();
        const [asker, approver] = [hasty.client("robin"), hasty.client("alex")];
        for (const client of [asker, approver]) await client.install();
        await asker.say(`allow ${MINE} for 40m on acrdemomagic`);
        const asked = await approver.waitForCard(shownCard("Open a registry?", MINE));
        await asker.waitForCard(shownCard("Nobody decided in time", MINE));
        const late = shownBy(await approver.click(asked, "approve"), asked);
        assert.match(lines(late), /^Nobody decided in time\n/);
      } finally {
        await hasty.stop();
      }
    });

    it("mutes who is denied for a day, and says so on the form", async () => {
      await robin.say("allow 203.0.113.83 for 40m on acrdemomagic");
      const asked = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.83"));
      const why = { inputs: { why: "Stop asking." } };
      const muted = shownBy(await alex.click(asked, "deny-and-mute", why), asked);
      assert.match(lines(muted), /Muted until/);
      const start = await help();
      const empty = shownBy(await robin.click(start, "show-form"), start);
      const refused = shownBy(await robin.click(empty, "ask", form()), start);
      assert.match(lines(refused), /An approver has muted you here/);
    });
  });
}
