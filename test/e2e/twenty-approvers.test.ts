import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { cardText } from "../emulators/teams/card-text.ts";
import { PEOPLE, teamsPerson, type TeamsPerson } from "../emulators/teams/people.ts";
import { describeUnless } from "../needs-redis.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const APPROVERS = Array.from({ length: 20 }, (_, n) =>
  teamsPerson(100 + n, `Approver${String(n + 1)} Approver`),
);
const LONG_MS = 60_000;

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `twenty approvers under the limits of Teams, on ${name}`, () => {
    it("all get each card once, and all of their cards are right in the end", async (t) => {
      const world = await startWorld({
        store: await choose(),
        policy: { approvers: APPROVERS },
        people: [...APPROVERS, PEOPLE.robin, PEOPLE.casey],
        holdSeconds: 60,
      });
      try {
        await world.start();
        const [robin, casey] = [world.client("robin"), world.client("casey")];
        for (const client of [robin, casey]) await client.install();
        for (const approver of APPROVERS) world.connector.directory.install(approver);

        const alone = ["203.0.113.7"];
        await timed(
          t,
          "one request: first card to last of 20, chats begun on the way",
          async () => {
            await robin.say("allow 203.0.113.7 for 1h on acrdemomagic");
            await everybodySees(world, "Open a registry?", alone);
          },
        );
        await timed(t, "one request: decided to the last of 20 updated", async () => {
          await decide(world, "203.0.113.7", "deny");
          await everybodySees(world, "Denied", alone);
        });
        const many = ["203.0.113.8", "203.0.113.9", "203.0.113.10", "203.0.113.11"];
        await timed(t, "four requests at once: 80 cards", async () => {
          await Promise.all(
            many.map((address, n) =>
              (n % 2 === 0 ? robin : casey).say(`allow ${address} for 1h on acrdemomagic`),
            ),
          );
          await everybodySees(world, "Open a registry?", many);
        });
        await timed(t, "four requests at once: decided to the last of 80 updated", async () => {
          for (const address of many) await decide(world, address, "deny");
          await everybodySees(world, "Denied", many);
        });

        const { connector } = world;
        for (const { conversationId } of APPROVERS) {
          const titles = connector.history(conversationId).map(({ card }) => cardText(card)[0]);
          assert.deepEqual(titles, Array(5).fill("Denied"), "one message for each request");
        }
        const statuses = connector.journal().map(({ status }) => status ?? 0);
        const refused = statuses.filter((status) => status === 429).length;
        t.diagnostic(`${String(statuses.length)} calls to Teams, ${String(refused)} refused`);
        // A machine that stands still for a moment makes calls arrive closer together than they were sent.
        assert.ok(refused <= 3, `Teams had to refuse ${String(refused)} calls`);
      } finally {
        await world.stop();
      }
    });
  });
}

async function everybodySees(
  world: World,
  title: string,
  addresses: readonly string[],
): Promise<void> {
  const see = (person: TeamsPerson, address: string) =>
    world.clientOf(person).waitForCard(shownCard(title, address), { timeoutMs: LONG_MS });
  await Promise.all(
    APPROVERS.flatMap((person) => addresses.map((address) => see(person, address))),
  );
}

async function decide(world: World, address: string, verb: "approve" | "deny"): Promise<void> {
  const [approver] = APPROVERS;
  assert.ok(approver !== undefined);
  const client = world.clientOf(approver);
  const card = await client.waitForCard(shownCard("Open a registry?", address));
  await client.click(card, verb, { inputs: { why: "not today" } });
}

async function timed(t: TestContext, what: string, run: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  await run();
  t.diagnostic(`${what}: ${String(Math.round(performance.now() - startedMs))} ms`);
}
