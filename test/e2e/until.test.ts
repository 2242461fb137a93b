import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Store } from "../../src/application/store.ts";
import { parsePersonId, shortIdOf } from "../../src/domain/ids.ts";
import type { Open } from "../../src/domain/lease.ts";
import { moment } from "../../src/adapters/teams/cards/parts.ts";
import { PEOPLE } from "../emulators/teams/people.ts";
import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { describeUnless } from "../needs-redis.ts";
import { linkOn } from "../world/link-on-card.ts";
import { visitLink } from "../world/link-visitor.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const HOUR_MS = 3_600_000;
const robinId = parsePersonId(PEOPLE.robin.aadObjectId) ?? assert.fail("Robin has no id");
const soon = AbortSignal.timeout(120_000);
/** Never put forward or back, and half an hour off: what is read in UTC would be seen. */
const ZONE = "Asia/Kolkata";
const AHEAD_MS = 5.5 * HOUR_MS;

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `"until 17:00", on ${name}`, () => {
    let world: World;
    let store: Store;
    let robin: TeamsClient;
    let alex: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      await world.start({ CLIENT_ADDRESS: "container-apps" });
      store = await world.store.open();
      [robin, alex] = [world.client("robin"), world.client("alex")];
      for (const client of [robin, alex]) await client.install();
    });
    after(async () => {
      await store.close();
      await world.stop();
    });

    type Then = { readonly until: Date; readonly time: string };
    const inTwoHours = (aheadMs = AHEAD_MS): Then => inHours(2, aheadMs);
    /** A whole minute so many hours from now, and what clocks in that zone show then. */
    function inHours(hours: number, aheadMs = AHEAD_MS): Then {
      const until = new Date(Math.floor((Date.now() + hours * HOUR_MS) / 60_000) * 60_000);
      const local = new Date(until.getTime() + aheadMs);
      return { until, time: local.toISOString().slice(11, 16) };
    }
    /** The card names the instant, for Teams to show in each reader's own zone. */
    const shownUntil =
      (until: Date, ...shown: Parameters<typeof shownCard>) =>
      (lines: readonly string[], { card }: ConnectorMessage): boolean => {
        const [, after = ""] = JSON.stringify(card).split('"text":"Until"');
        return shownCard(...shown)(lines) && after.slice(0, 200).includes(moment(until));
      };
    const says = (text: string): Promise<unknown> => robin.post({ text, localTimezone: ZONE });
    async function opened(card: ConnectorMessage, address: string): Promise<Open> {
      await alex.click(card, "approve");
      await robin.waitForCard(shownCard("Open", address, "Rule seen"));
      const mine = (await store.leasesOf(robinId, soon)).value;
      const lease = mine.find((each) => each.address === address);
      assert.ok(lease?.status === "open");
      return lease;
    }

    it("is an instant in the sender's own zone, which every card names and no lease outlasts", async () => {
      const { until, time } = inTwoHours();
      await says(`allow 203.0.113.90 until ${time} on acrdemomagic because TICKET-12`);
      const asked = await alex.waitForCard(shownUntil(until, "Open a registry?", "203.0.113.90"));
      await robin.waitForCard(shownUntil(until, "Waiting for an approver"));
      assert.ok(JSON.stringify(asked.card).includes(`Lapses ${moment(until)}`));
      const lease = await opened(asked, "203.0.113.90");
      assert.deepEqual(lease.endsAt, until);
      const card = await robin.waitForCard(shownCard("Open", "203.0.113.90"));
      assert.ok(JSON.stringify(card.card).includes(moment(until)));
    });

    it("is the new end of a lease that is extended, and nothing is asked when it ends no sooner", async () => {
      const { value: mine } = await store.leasesOf(robinId, soon);
      const [lease] = mine;
      assert.ok(lease?.address === "203.0.113.90" && lease.status === "open");
      const { until, time } = inHours(3);
      await says(`extend ${shortIdOf(lease.id)} until ${time}`);
      const asked = await alex.waitForCard(shownCard("More time?", "203.0.113.90"));
      const [, wouldEnd = ""] = JSON.stringify(asked.card).split('"text":"Would end"');
      assert.ok(wouldEnd.slice(0, 200).includes(moment(until)), wouldEnd.slice(0, 200));
      await alex.click(asked, "approve");
      const { value: extended } = await store.lease(lease.id, soon);
      assert.ok(extended?.status === "open");
      assert.deepEqual(extended.endsAt, until);
      for (const [zone, sentence] of [
        [ZONE, "does not end before then, so nothing was asked."],
        [undefined, `Your Teams does not tell me where ${time} is. Nothing was asked.`],
      ] as const) {
        await robin.post({ text: `extend until ${time} on acrdemomagic`, localTimezone: zone });
        await world.connector.waitForMessage(robin.person.conversationId, ({ text }) =>
          text.includes(sentence),
        );
      }
    });

    it("goes with a link too", async () => {
      const { until, time } = inTwoHours();
      await says(`allow my IP until ${time} on acrdemomagic`);
      const link = linkOn(await robin.waitForCard(shownUntil(until, "Show me your address")));
      const page = await (await visitLink(link, "GET", "203.0.113.91")).text();
      assert.ok(page.includes(`${until.toISOString().slice(0, 16).replace("T", " ")} UTC`));
      await visitLink(link, "POST", "203.0.113.91");
      const confirm = await robin.waitForCard(shownCard("Was that you?", "203.0.113.91"));
      await robin.click(confirm, "send-for-approval");
      const asked = await alex.waitForCard(
        shownUntil(until, "Open a registry?", "203.0.113.91, seen by link"),
      );
      assert.deepEqual((await opened(asked, "203.0.113.91")).endsAt, until);
    });

    it("stands in the form when something else is missing, and is read from there", async () => {
      const { until, time } = inTwoHours(0);
      await says(`allow 203.0.113.92 until ${time}`);
      const form = await robin.waitForCard(shownCard("Ask for access"));
      assert.ok(JSON.stringify(form.card).includes(`"value":"until ${time}"`));
      const inputs = { registry: "acrdemomagic", address: "203.0.113.92", reason: "" };
      const wrong = await robin.click(form, "ask", { inputs: { ...inputs, duration: "until 5" } });
      assert.match(JSON.stringify(wrong.body), /as a time of day/);
      // The click comes from a client in UTC.
      await robin.click(form, "ask", { inputs: { ...inputs, duration: `until ${time}` } });
      await alex.waitForCard(shownUntil(until, "Open a registry?", "203.0.113.92"));
    });

    it("is held against the longest that the policy allows", async () => {
      const local = new Date(Date.now() + AHEAD_MS - HOUR_MS);
      const time = local.toISOString().slice(11, 16);
      for (const whose of ["203.0.113.93", "my IP"]) {
        const known = new Set(robin.messages().map(({ id }) => id));
        await says(`allow ${whose} until ${time} on acrdemomagic`);
        const { conversationId } = robin.person;
        const reply = await world.connector.waitForMessage(
          conversationId,
          ({ id, card }) => !known.has(id) && card === undefined,
        );
        assert.match(reply.text, /22 h .*is too long: the policy allows 8 h/);
      }
    });
  });
}
