import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Store } from "../../src/application/store.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import type { BotAnswer, TeamsClient } from "../emulators/teams/teams-client.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

describe("what is refused", () => {
  let world: World;
  let store: Store;
  let robin: TeamsClient;
  let alex: TeamsClient;
  let casey: TeamsClient;
  const soon = AbortSignal.timeout(120_000);

  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    // Without it there are no links: an address has to be typed.
    await world.start({ PUBLIC_URL: "" });
    store = await world.store.open();
    [robin, alex, casey] = [world.client("robin"), world.client("alex"), world.client("casey")];
    for (const client of [robin, alex, casey]) await client.install();
  });
  after(async () => {
    await store.close();
    await world.stop();
  });

  const entries = async (): Promise<number> => (await store.audit(1, 1_000, soon)).value.length;
  const patches = (): number =>
    world.azure.journal().filter(({ method }) => method === "PATCH").length;

  /** What the bot answers to the words, and that nothing was written or sent because of them. */
  async function answer(who: TeamsClient, text: string): Promise<string> {
    const [written, sent] = [await entries(), patches()];
    const known = new Set(who.messages().map(({ id }) => id));
    assert.equal((await who.say(text)).httpStatus, 200);
    const { conversationId } = who.person;
    const reply = await world.connector.waitForMessage(conversationId, ({ id }) => !known.has(id));
    assert.deepEqual([await entries(), patches()], [written, sent], "nothing changed");
    return [reply.text, ...cardText(reply.card)].join("\n").trim();
  }

  function said({ body }: BotAnswer): string {
    // What an invoke answers: a message is a string in `value`.
    const { value } = body as { readonly value: unknown };
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  it("is said in its own sentence for each thing that can be wrong with a question", async () => {
    const sentences = {
      "allow 203.0.113.999 for 4h": /"203\.0\.113\.999" is not an IPv4 address/,
      "allow banana for 4h": /"banana" is not an IPv4 address/,
      "allow 2001:db8::1 for 4h": /IPv6/,
      "allow 0.0.0.0/0 for 4h": /every address there is/,
      "allow 198.51.100.9/28 for 4h": /Did you mean 198\.51\.100\.0\/28\?/,
      "allow 198.51.0.0/16 for 4h on acrdemomagic": /too wide: the policy allows \/28/,
      "allow 203.0.113.7 for 4h on acrelsewhere":
        /I don't look after a registry called "acrelsewhere"\. You may ask for: acrdemomagic, acrdemobasic/,
      "allow 203.0.113.7 for 9h on acrdemomagic": /9 h is too long: the policy allows 8 h/,
      "allow 203.0.113.7 for 4 on acrdemomagic": /Write 4h for hours/,
      "allow 203.0.113.7 for 1,5h on acrdemomagic": /fractions/,
      "emergency acrdemomagic 1h fire": /links are not set up here, so nothing was opened/,
      "don't allow 203.0.113.7": /I don't understand that, so nothing was asked/,
    };
    const seen = new Set<string>();
    for (const [text, sentence] of Object.entries(sentences)) {
      const reply = await answer(robin, text);
      assert.match(reply, sentence, text);
      seen.add(reply);
    }
    assert.equal(seen.size, Object.keys(sentences).length, "each has its own");
  });

  it("is a registry that has no firewall, before anybody is asked", async () => {
    const reply = await answer(robin, "allow 203.0.113.7 for 4h on acrdemobasic");
    assert.match(reply, /acrdemobasic has the Basic SKU, and only Premium/);
    assert.equal(alex.messages().length, 1, "a welcome and nothing else");
  });

  it("is the decision of anybody but an approver other than the requester", async () => {
    await robin.say("allow 203.0.113.7 for 4h on acrdemomagic");
    const card = await alex.waitForCard(shownCard("Open a registry?"));
    const written = await entries();
    assert.match(said(await casey.click(card, "approve")), /You are not an approver/);
    assert.match(
      said(await casey.click(card, "deny", { inputs: { why: "no" } })),
      /You are not an approver/,
    );
    assert.match(said(await robin.click(card, "approve")), /can't decide your own request/);
    await alex.say("allow 203.0.113.8 for 4h on acrdemomagic");
    const own = await robin.waitForCard(shownCard("Waiting for an approver"));
    assert.ok(own.card !== undefined);
    assert.equal(await entries(), written + 1, "only Alex' own question was written");
    assert.equal(patches(), 0);
  });

  it("is a click on an old card, answered with how the request stands", async () => {
    const card = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
    await alex.click(card, "deny", { inputs: { why: "too wide" } });
    await robin.waitForCard(shownCard("Denied", "By Alex Approver", "Nothing was opened."));
    const again = await alex.click(card, "approve");
    assert.equal(again.httpStatus, 200);
    assert.match(said(again), /"Denied"/);
    assert.equal(patches(), 0);
  });

  it("is a click that nobody's card could have made", async () => {
    const bad = [
      { request: "R7K2M9QX4T1A", version: 1 },
      { request: "nonsense", version: 1 },
      { request: "R7K2M9QX4T1A", version: "1" },
      {},
      "approve",
    ];
    const written = await entries();
    for (const data of bad) {
      const { httpStatus, body } = await alex.invoke("approve", data);
      assert.equal(httpStatus, 200, "with another status Teams would show nothing");
      assert.match(JSON.stringify(body), /application\/vnd\.microsoft\.error/);
    }
    assert.equal(await entries(), written);
  });
});
