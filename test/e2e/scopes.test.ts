import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Store } from "../../src/application/store.ts";
import { parsePersonId } from "../../src/domain/ids.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import { PEOPLE, teamsPerson } from "../emulators/teams/people.ts";
import type { BotAnswer, TeamsClient } from "../emulators/teams/teams-client.ts";
import type { TeamsPlace } from "../emulators/teams/teams-place.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const CHANNEL = "19:operations@thread.tacv2";
const THREAD: TeamsPlace = {
  kind: "channel",
  conversationId: `${CHANNEL};messageid=1700000000000`,
};
const GROUP: TeamsPlace = { kind: "groupChat", conversationId: "19:lunch@thread.v2" };
const MEETING: TeamsPlace = { kind: "meeting", conversationId: "19:meeting_MjdhNjM4@thread.v2" };
const soon = AbortSignal.timeout(120_000);

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `where somebody writes and who they are, on ${name}`, () => {
    let world: World;
    let store: Store;
    let robin: TeamsClient;
    let alex: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      world.connector.directory.addChannel(CHANNEL);
      // Has the app and never wrote: nobody has asked the roster about them.
      world.connector.directory.install(PEOPLE.sam);
      await world.start({ ACTIVITIES_PER_MINUTE: "100000" });
      store = await world.store.open();
      [robin, alex] = [world.client("robin"), world.client("alex")];
      for (const client of [robin, alex]) await client.install();
    });
    after(async () => {
      await store.close();
      await world.stop();
    });

    const entries = async (): Promise<number> => (await store.audit(1, 1_000, soon)).value.length;
    const recordOf = async ({ person }: TeamsClient) => {
      const id = parsePersonId(person.aadObjectId);
      assert.ok(id !== undefined);
      return (await store.person(id, soon)).value;
    };
    const shownIn = ({ conversationId }: TeamsPlace) => world.connector.messages(conversationId);

    it("welcomes somebody who adds it once, and to a guest says why it does nothing for them", async () => {
      const [nora, guest] = [
        world.clientOf(teamsPerson(50, "Nora New")),
        world.clientOf(teamsPerson(51, "Gail Guest")),
      ];
      world.connector.directory.setRosterEntry(guest.person, { userRole: "guest" });
      const update = { type: "conversationUpdate", text: undefined, textFormat: undefined };
      world.connector.directory.install(nora.person);
      // Teams sends both at once, and the Agents Playground again whenever it is loaded.
      await Promise.all([nora.install(), nora.post(update), nora.install()]);
      await nora.install();
      await Promise.all([guest.install(), guest.post(update), guest.install()]);
      const [welcome, ...more] = nora.messages();
      const isHelp = shownCard("I open locked registries for a while", "[Ask for access]");
      assert.ok(isHelp(cardText(welcome?.card)));
      assert.deepEqual(more, []);
      assert.deepEqual(
        guest.messages().map(({ text, card }) => [text.includes("You are a guest here"), card]),
        [[true, undefined]],
      );
      assert.equal((await recordOf(nora))?.reference.conversationId, nora.person.conversationId);
      assert.equal(await recordOf(guest), undefined);
    });

    it("remembers in which language somebody reads, until they read another", async () => {
      for (const [said, kept] of [
        ["de-DE", "de-DE"],
        [undefined, "de-DE"],
        ["en-US", "en-US"],
      ]) {
        await robin.post({ text: "status", locale: said });
        assert.equal((await recordOf(robin))?.locale, kept);
      }
    });

    it("answers a question from a thread in the chat, and in the thread with one line that says nothing", async () => {
      await robin.sayIn(THREAD, "allow 203.0.113.7 for 1h on acrdemomagic because TICKET-12");
      await robin.waitForCard(shownCard("Waiting for an approver", "203.0.113.7"));
      await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7", "TICKET-12"));
      assert.deepEqual(
        shownIn(THREAD).map(({ text, card }) => [text, card]),
        [["I answered you in our chat.", undefined]],
      );
    });

    it("says why not in the chat too, and answers a group chat the same way", async () => {
      await robin.sayIn(GROUP, "allow 203.0.113.999 for 1h on acrdemomagic");
      await robin.sayIn(GROUP, "status");
      await world.connector.waitForMessage(robin.person.conversationId, ({ text }) =>
        text.includes('"203.0.113.999" is not an IPv4 address'),
      );
      await robin.waitForCard(([title]) => title === "Your access");
      const said = shownIn(GROUP);
      assert.deepEqual(
        new Set(said.map(({ text }) => text)),
        new Set(["I answered you in our chat."]),
      );
      for (const { activity } of said) assert.ok(!("attachments" in activity));
    });

    it("answers help where it was asked", async () => {
      await robin.sayIn(GROUP, "help");
      const { text } = await world.connector.waitForMessage(GROUP.conversationId, (message) =>
        message.text.includes("give back"),
      );
      assert.match(text, /I open a locked container registry/);
    });

    it("never takes a group for somebody's own chat", async () => {
      const dana = teamsPerson(9, "Dora Developer");
      world.connector.directory.install(dana);
      const client = world.clientOf(dana);
      await client.sayIn(THREAD, "allow 203.0.113.8 for 1h on acrdemomagic");
      await client.waitForCard(shownCard("Waiting for an approver", "203.0.113.8"));
      for (const { text } of shownIn(THREAD)) assert.equal(text, "I answered you in our chat.");
    });

    it("does nothing for somebody who can't be answered personally, and says so", async () => {
      const written = await entries();
      const stranger = world.clientOf(teamsPerson(8, "Nora Newcomer"));
      world.connector.directory.setReachability(stranger.person, "not-installed");
      await stranger.sayIn(GROUP, "allow 203.0.113.9 for 1h on acrdemomagic");
      await world.connector.waitForMessage(GROUP.conversationId, ({ text }) =>
        text.startsWith("I can't write to you personally, so nothing was done."),
      );
      assert.equal(await entries(), written);
    });

    it("does nothing in a meeting", async () => {
      const written = await entries();
      await robin.sayIn(MEETING, "allow 203.0.113.10 for 1h on acrdemomagic");
      await world.connector.waitForMessage(MEETING.conversationId, ({ text }) =>
        text.startsWith("I don't answer in meetings"),
      );
      assert.equal(await entries(), written);
    });

    for (const [who, entry, sentence] of [
      ["a guest", { userRole: "guest" }, /You are a guest here/],
      ["somebody without an account", { userRole: "anonymous" }, /I don't know who you are/],
      [
        "somebody of another organisation",
        { tenantId: "99999999-9999-4999-8999-999999999999" },
        /You belong to another organisation/,
      ],
    ] as const) {
      it(`does nothing for ${who}, says so, and writes down nothing about them`, async () => {
        const written = await entries();
        const outsider = world.clientOf(
          teamsPerson(10 + who.length, `Out${String(who.length)} Sider`),
        );
        world.connector.directory.setRosterEntry(outsider.person, entry);
        await outsider.say("allow 203.0.113.11 for 1h on acrdemomagic");
        await world.connector.waitForMessage(outsider.person.conversationId, ({ text }) =>
          sentence.test(text),
        );
        await outsider.sayIn(GROUP, "give back");
        await world.connector.waitForMessage(GROUP.conversationId, ({ text }) =>
          sentence.test(text),
        );
        assert.equal(await entries(), written);
        assert.equal(await recordOf(outsider), undefined);
      });
    }

    it("gives somebody their own while the roster can't be read, and gets to know nobody by that", async () => {
      const unreadable = { kind: "status", status: 502, method: "GET" } as const;
      const stranger = world.clientOf(teamsPerson(60, "Quinn Quiet"));
      const other = world.clientOf(teamsPerson(61, "Olga Other"));
      for (const { person } of [stranger, other]) world.connector.directory.install(person);
      world.connector.fault(unreadable);
      await stranger.say("give back");
      await world.connector.waitForMessage(stranger.person.conversationId, ({ text }) =>
        text.startsWith("You have no"),
      );
      world.connector.fault(unreadable);
      await other.sayIn(GROUP, "give back");
      await world.connector.waitForMessage(GROUP.conversationId, ({ text }) =>
        text.includes("Teams does not tell me who you are"),
      );
      assert.deepEqual([await recordOf(stranger), await recordOf(other)], [undefined, undefined]);

      const sam = world.client("sam");
      await sam.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
      world.connector.fault(unreadable);
      await sam.sayIn(GROUP, "give back");
      await world.connector.waitForMessage(sam.person.conversationId, ({ text }) =>
        text.startsWith("You have no"),
      );
    });

    it("looks anew who somebody is when they click: an approver who became a guest decides nothing after half a minute", async () => {
      const { directory } = world.connector;
      const card = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
      await alex.say("status");
      const written = await entries();
      directory.setRosterEntry(PEOPLE.alex, { userRole: "guest" });
      // A denial without a reason decides nothing, whoever clicks it.
      await eventually(
        "the roster is asked again",
        async () =>
          said(await alex.click(card, "deny")).includes("You are a guest here") ? 1 : undefined,
        35_000,
      );
      assert.match(said(await alex.click(card, "approve")), /You are a guest here/);
      assert.match(said(await alex.click(card, "deny")), /You are a guest here/);
      assert.equal(await entries(), written);
      directory.setRosterEntry(PEOPLE.alex, { userRole: "user" });
    });

    it("lets nobody decide while the roster can't be read", async () => {
      const sam = world.client("sam");
      const card = await sam.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
      const written = await entries();
      world.connector.fault({ kind: "status", status: 502, method: "GET" });
      assert.match(said(await sam.click(card, "approve")), /Please try again/);
      assert.equal(await entries(), written);
      await sam.click(card, "approve");
      await eventually("the approval is written", async () =>
        (await entries()) > written ? true : undefined,
      );
    });
  });
}

function said({ httpStatus, body }: BotAnswer): string {
  assert.equal(httpStatus, 200);
  return JSON.stringify(body);
}
