import assert from "node:assert/strict";
import { after, before, it, type TestContext } from "node:test";
import type { Store } from "../../src/application/store.ts";
import { parseRegistryId } from "../../src/domain/ids.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import { teamsPerson } from "../emulators/teams/people.ts";
import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { personalPlace, type TeamsPlace } from "../emulators/teams/teams-place.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";
import { OF_ALL_KINDS, STORY, type Change, type Speaker, type Step } from "./every-sentence.ts";

const CHANNEL = "19:operations@thread.tacv2";
const PLACES: readonly (TeamsPlace | undefined)[] = [
  undefined,
  { kind: "groupChat", conversationId: "19:lunch@thread.v2" },
  { kind: "channel", conversationId: `${CHANNEL};messageid=1700000000000` },
];
const MEETING: TeamsPlace = { kind: "meeting", conversationId: "19:meeting_MjdhNjM4@thread.v2" };
const NEUTRAL = "I answered you in our chat.";
const CHANGES: Readonly<Record<Change, true>> = {
  "request.asked": true,
  "request.approval": true,
  "request.denial": true,
  "request.automatic": true,
  "request.lapsed": true,
  "request.proving": true,
  "request.address-seen": true,
  "request.not-me": true,
  "request.cancelled": true,
  "registry.frozen": true,
  "registry.unfrozen": true,
  "lease.adopting": true,
  "lease.approved": true,
  "lease.extended": true,
  "lease.closing": true,
};
/** Teams takes no more than two messages a second into a chat for long. */
const LONG = { timeoutMs: 15_000 };
const soon = AbortSignal.timeout(300_000);

for (const { name, missing, choose } of STORES) {
  for (const place of PLACES) {
    describeUnless(missing, `what can be said in a ${place?.kind ?? "chat"}, on ${name}`, () => {
      let world: World;
      let store: Store;
      let people: Readonly<Record<Speaker, TeamsClient>>;

      before(async () => {
        world = await startWorld({ store: await choose() });
        for (const channel of [CHANNEL, `${CHANNEL}-2`])
          world.connector.directory.addChannel(channel);
        await world.start();
        store = await world.store.open();
        people = {
          alex: world.client("alex"),
          casey: world.client("casey"),
          dana: world.client("dana"),
          robin: world.client("robin"),
        };
        for (const client of Object.values(people)) await client.install();
        const registry = parseRegistryId(world.registryId("acrdemomagic"));
        assert.ok(registry !== undefined);
        await eventually("the worker has looked at the registry", async () => {
          const { value } = await store.registry(registry, soon);
          return value?.observed === undefined ? undefined : true;
        });
      });
      after(async () => {
        await store.close();
        await world.stop();
      });

      const changes = async () =>
        (await store.audit(1, 1_000, soon)).value
          .map(({ event }) => event)
          .filter(({ kind }) => Object.hasOwn(CHANGES, kind));
      /** The beginning of the id of what was asked last, as cards show it. */
      const lastId = async (): Promise<string> => {
        const asked = (await changes()).findLast(({ kind }) => kind === "request.asked");
        return asked?.kind === "request.asked" ? asked.request.slice(0, 4) : "ID";
      };
      const inGroup = (): readonly ConnectorMessage[] =>
        place === undefined ? [] : world.connector.messages(place.conversationId);

      async function take(step: Step, t: TestContext): Promise<void> {
        const { who } = step;
        if ("clicks" in step) {
          const card = await people[who].waitForCard((lines) => has(lines, step.on));
          const { inputs, whose, then } = step;
          const { httpStatus } = await people[who].click(card, step.clicks, { inputs });
          assert.equal(httpStatus, 200);
          await people[whose].waitForCard((lines) => has(lines, then), LONG);
          return;
        }
        const id = await lastId();
        const known = new Set(people[who].messages().map((message) => message.id));
        const publicly = inGroup().length;
        const says = step.says.replace("ID", id);
        const { httpStatus } = await (place === undefined
          ? people[who].say(says)
          : people[who].sayIn(place, says));
        assert.equal(httpStatus, 200);
        if (place === undefined || step.inGroup === "neutral") {
          const { conversationId } = people[who].person;
          const answer = await world.connector.waitForMessage(
            conversationId,
            (message) =>
              !known.has(message.id) && has(shownOn(message), step.gets.replaceAll("ID", id)),
            LONG,
          );
          t.diagnostic(
            `${who}: ${step.says} -> ${shownOn(answer).find((line) => line !== "") ?? ""}`,
          );
        }
        if (place === undefined) return;
        const line = await eventually(
          "a line in the group",
          () => inGroup()[publicly],
          LONG.timeoutMs,
        );
        assert.equal(line.card, undefined);
        if (step.inGroup === "neutral") assert.equal(line.text, NEUTRAL);
        else assert.match(line.text, /I open a locked container registry/);
      }

      it("is answered to who said it, changes what it says and nothing else, and tells the others nothing", async (t) => {
        const before = (await changes()).length;
        const expected: Change[] = [];
        for (const step of STORY) {
          const what = "says" in step ? step.says : step.clicks;
          try {
            await take(step, t);
            expected.push(...step.changes);
            const kinds = (await changes()).slice(before).map(({ kind }) => kind);
            assert.deepEqual(kinds, expected);
          } catch (cause) {
            throw new Error(`${step.who}: ${what}`, { cause });
          }
        }
        const sentences = STORY.filter((step) => "says" in step);
        if (place !== undefined) assert.equal(inGroup().length, sentences.length);
        t.diagnostic(`${String(sentences.length)} sentences, ${String(expected.length)} changes`);
      });

      it("is refused to a guest, whatever it is, and in a meeting to everybody", async () => {
        const before = (await changes()).length;
        const guest = world.clientOf(teamsPerson(40, "Gail Guest"));
        world.connector.directory.setRosterEntry(guest.person, { userRole: "guest" });
        const whereGuest = place === undefined ? personalPlace(guest.person) : elsewhere(place);
        for (const [who, where, sentence] of [
          [guest, whereGuest, "You are a guest here."],
          [people.alex, MEETING, "I don't answer in meetings"],
        ] as const) {
          const { conversationId } = where;
          const messages = () => world.connector.messages(conversationId);
          for (const says of OF_ALL_KINDS) {
            const known = messages().length;
            await (where.kind === "personal" ? who.say(says) : who.sayIn(where, says));
            const answer = await eventually("an answer", () => messages()[known], LONG.timeoutMs);
            assert.ok(answer.text.startsWith(sentence), `${says}: ${answer.text}`);
          }
        }
        assert.equal((await changes()).length, before);
        assert.deepEqual(
          guest.messages().filter(({ card }) => card !== undefined),
          [],
        );
      });
    });
  }
}

/** Another conversation of that kind: what Teams takes of messages into the first was said already. */
function elsewhere({ kind, conversationId }: TeamsPlace): TeamsPlace {
  const [whole = "", thread] = conversationId.split(";");
  return { kind, conversationId: [`${whole}-2`, ...(thread ? [thread] : [])].join(";") };
}

/** The text and all that is read on the card, with what stands in its inputs. */
function shownOn({ text, card }: ConnectorMessage): readonly string[] {
  const inputs = JSON.stringify(card ?? {}).match(/"value":"[^"]*"/g) ?? [];
  return [text, ...cardText(card), ...inputs];
}

function has(lines: readonly string[], parts: string): boolean {
  return parts.split(" … ").every((part) => lines.some((line) => line.includes(part)));
}
