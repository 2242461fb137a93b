import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Store } from "../../src/application/store.ts";
import { executeAction } from "../emulators/teams/card-actions.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import { isObject } from "../emulators/teams/json.ts";
import { PEOPLE } from "../emulators/teams/people.ts";
import { cardInvoke } from "../emulators/teams/teams-activity.ts";
import type { BotAnswer, TeamsClient } from "../emulators/teams/teams-client.ts";
import { describeUnless } from "../needs-redis.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const { alex, sam, dana, casey } = PEOPLE;
/** What can be clicked on a request that waits, with all that it asks for. */
const VERBS = ["approve", "deny", "deny-and-mute", "refresh"] as const;
const BECAUSE = { inputs: { why: "too wide" } };
const LONG = { timeoutMs: 15_000 };
const soon = AbortSignal.timeout(120_000);

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `clicks that count once, or not at all, on ${name}`, () => {
    let world: World;
    let store: Store;
    let people: Readonly<Record<"robin" | "alex" | "sam" | "casey" | "dana", TeamsClient>>;

    before(async () => {
      // It takes two of Alex, Sam and Dana, who became a guest; after a while Casey may decide as well.
      const escalate = { after: "6s", to: [casey] };
      const policy = { quorum: 2, approvers: [alex, sam, dana], escalate };
      world = await startWorld({ store: await choose(), policy });
      await world.start();
      store = await world.store.open();
      people = {
        robin: world.client("robin"),
        alex: world.client("alex"),
        sam: world.client("sam"),
        casey: world.client("casey"),
        dana: world.client("dana"),
      };
      world.connector.directory.setRosterEntry(dana, { userRole: "guest" });
      for (const client of Object.values(people)) await client.install();
    });
    after(async () => {
      await store.close();
      await world.stop();
    });

    /** What is written down about the address, by kind. */
    const written = async (address: string): Promise<readonly string[]> => {
      const { value } = await store.audit(1, 1_000, soon);
      const [asked] = value.filter(({ event }) => JSON.stringify(event).includes(address));
      const id = asked?.event.kind === "request.asked" ? asked.event.request : "none";
      const about = value.filter(({ event }) => JSON.stringify(event).includes(id));
      return about.map(({ event }) => event.kind).filter((kind) => kind.startsWith("request."));
    };
    const askFor = async (address: string) => {
      await people.robin.say(`allow ${address} for 20m on acrdemomagic`);
      return people.alex.waitForCard(shownCard("Open a registry?", address));
    };

    it("are none of people without authority, whatever they click: they get a sentence and nothing of the request", async () => {
      const card = await askFor("203.0.113.90");
      const before = await written("203.0.113.90");
      for (const [who, sentence] of [
        [people.casey, /You are not an approver|You can't decide/],
        [people.robin, /can't decide your own request|You can't decide/],
        [people.dana, /You are a guest here/],
      ] as const) {
        for (const verb of VERBS) {
          const said = told(await pressed(who, verb, card));
          assert.match(said, sentence, `${who.person.name}: ${verb}`);
          assert.ok(!said.includes("203.0.113.90"), verb);
        }
      }
      assert.deepEqual(await written("203.0.113.90"), before);
      const now = await people.alex.waitForCard(shownCard("Open a registry?", "203.0.113.90"));
      assert.deepEqual(now.card, card.card, "the card stays as it was");
    });

    it("are one for one person, where it takes two: again, or delivered again, or on a stale card", async () => {
      const stale = await askFor("203.0.113.91");
      const { title, data } = executeAction(stale.card, "approve");
      const invoke = { text: undefined, ...cardInvoke("approve", data, title) };
      for (const body of await Promise.all([1, 2, 3].map(() => people.alex.post(invoke)))) {
        assert.match(shown(body), /1 of 2 approvals so far|Open a registry\?/);
      }
      const fresh = await people.alex.waitForCard(
        shownCard("Open a registry?", "203.0.113.91", "1 of 2 approvals so far"),
      );
      assert.match(
        told(await people.alex.click(fresh, "approve")),
        /You have approved this already\. It takes 2 approvers\./,
      );
      assert.match(shown(await people.alex.click(stale, "approve")), /1 of 2 approvals so far/);
      assert.match(
        shown(await people.sam.click(stale, "deny", BECAUSE)),
        /1 of 2 approvals so far/,
      );
      assert.deepEqual(await written("203.0.113.91"), ["request.asked", "request.approval"]);

      await people.sam.click(fresh, "approve");
      await people.robin.waitForCard(shownCard("Open", "203.0.113.91", "Rule seen"));
      for (const late of [stale, fresh]) {
        assert.match(shown(await people.sam.click(late, "approve")), /^Approved\n/);
      }
      assert.equal((await written("203.0.113.91")).length, 3);
    });

    it("are those of whom it escalates to from then on, beside the approvers' and at the same moment", async () => {
      const card = await askFor("203.0.113.92");
      assert.match(told(await people.casey.click(card, "approve")), /You are not an approver/);
      const theirs = await people.casey.waitForCard(
        shownCard("Open a registry?", "203.0.113.92"),
        LONG,
      );
      const both = [
        [people.alex, card],
        [people.casey, theirs],
      ] as const;
      const clickBoth = () => Promise.all(both.map(([who, on]) => who.click(on, "approve")));
      const answers = (await clickBoth()).map(shown);
      const counted = answers.filter((text) => text.startsWith("Approved\n")).length;
      // Who came second at the same version sees that one has said yes, and says yes to that.
      if (counted === 0) {
        for (const [who] of both) {
          const present = await who.waitForCard(
            shownCard("Open a registry?", "203.0.113.92", "1 of 2 approvals so far"),
          );
          await who.click(present, "approve");
        }
      }
      await people.robin.waitForCard(shownCard("Open", "203.0.113.92", "Rule seen"), LONG);
      assert.deepEqual(await written("203.0.113.92"), [
        "request.asked",
        "request.approval",
        "request.approval",
      ]);
      for (const [who] of both) {
        await who.waitForCard(shownCard("Approved", "203.0.113.92", "Alex Approver", "Casey"));
      }
      assert.match(shown(await people.casey.click(theirs, "deny", BECAUSE)), /^Approved\n/);
    });
  });
}

/** A click of somebody who need not see the card, on a button that it need not show. */
function pressed(
  who: TeamsClient,
  verb: string,
  { card }: { readonly card?: unknown },
): Promise<BotAnswer> {
  const { data } = executeAction(card, "approve");
  return who.invoke(verb, isObject(data) ? { ...data, ...BECAUSE.inputs } : data);
}

/** The card that takes the place of the clicked one, in lines. */
function shown({ httpStatus, body }: BotAnswer): string {
  assert.equal(httpStatus, 200);
  assert.ok(isObject(body));
  return typeof body["value"] === "string" ? body["value"] : cardText(body["value"]).join("\n");
}

/** The sentence beside a card that stays. */
function told({ httpStatus, body }: BotAnswer): string {
  assert.equal(httpStatus, 200);
  assert.ok(isObject(body) && typeof body["value"] === "string", JSON.stringify(body));
  return body["value"];
}
