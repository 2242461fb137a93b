import assert from "node:assert/strict";
import type { AuditEntry } from "../../src/domain/audit.ts";
import { visitFrontEnd } from "../emulators/azure/visitor.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import { eventually } from "../eventually.ts";
import { shownCard } from "../world/shown-card.ts";
import type { World } from "../world/world.ts";
import { look } from "./look.ts";
import type { Timeline } from "./timeline.ts";

const REGISTRY = "acrdemomagic";
const ADDRESS = "203.0.113.7";
const LEASE_SECONDS = 20;
const CLOSED_WITHIN_MS = (LEASE_SECONDS + 30) * 1_000;

/**
 * Blocked, asked, approved, open, over, blocked again: against the running bot, through the Bot Connector protocol
 * with signed tokens. Every line that says how things are was read just before from the emulators or the store.
 * Throws when a step does not happen.
 */
export async function playTour(world: World, timeline: Timeline): Promise<void> {
  const [robin, alex, sam] = [world.client("robin"), world.client("alex"), world.client("sam")];
  for (const client of [robin, alex, sam]) await client.install();
  const before = await lastAuditNumber(world);
  const show = (who: string, { card }: ConnectorMessage): void => {
    timeline.read("Teams", `${who} sees: ${cardText(card).join(" | ")}`);
  };

  await knock(world, timeline, 403);
  readRules(world, timeline);

  const question = `allow ${ADDRESS} for ${String(LEASE_SECONDS)}s on ${REGISTRY} because TICKET-12`;
  await robin.say(question);
  timeline.did("Robin", `writes to the bot: ${question}`);
  const asked = await alex.waitForCard(shownCard("Open a registry?", ADDRESS));
  show("Alex", asked);
  show("Sam", await sam.waitForCard(shownCard("Open a registry?", ADDRESS)));

  await alex.click(asked, "approve");
  timeline.did("Alex", "clicks Approve");
  show("Sam", await sam.waitForCard(shownCard("Approved", ADDRESS, "By Alex Approver")));

  const open = await robin.waitForCard(shownCard("Open", ADDRESS), { timeoutMs: 15_000 });
  // Since this process began: what somebody who started the demo waited.
  const waitedSeconds = (performance.now() / 1_000).toFixed(1);
  readRules(world, timeline, ADDRESS);
  show("Robin", open);
  timeline.note(look("bold", `First approved lease after ${waitedSeconds} s.`));
  await knock(world, timeline, 401);

  const within = { timeoutMs: CLOSED_WITHIN_MS };
  const closed = await robin.waitForCard(shownCard("Closed", ADDRESS), within);
  readRules(world, timeline);
  show("Robin", closed);
  await knock(world, timeline, 403);

  await refuseBasic(world, timeline);
  await printAudit(world, timeline, before);
}

/** What `docker pull` meets first: the registry's own front end, as somebody at the address. */
async function knock(world: World, timeline: Timeline, expected: number): Promise<void> {
  const { status, body } = await visitFrontEnd(world.azure, REGISTRY, { address: ADDRESS });
  const message = /"message":"([^"]*)"/.exec(body)?.[1] ?? "";
  const words = status === 403 ? "blocked" : "let in, and asked to sign in";
  timeline.read(
    "Registry",
    `GET /v2/ from ${ADDRESS}: ${String(status)}, ${words}: ${message.replaceAll("\\u0027", "'")}`,
  );
  assert.equal(status, expected, "the registry's front end");
}

/** The rule list in ARM, by the emulator's history. */
function readRules(world: World, timeline: Timeline, wanted?: string): void {
  const history = world.azure.history();
  const rules = history.findLast(({ registry }) => registry.endsWith(`/${REGISTRY}`))?.rules ?? [];
  timeline.read("Azure", `rules of ${REGISTRY}: ${rules.join(", ")}`);
  assert.equal(rules.includes(ADDRESS), wanted === ADDRESS, "the rule list in ARM");
  assert.ok(rules.includes("192.0.2.10"), "the foreign rule is untouched");
}

async function refuseBasic(world: World, timeline: Timeline): Promise<void> {
  const robin = world.client("robin");
  const known = new Set(robin.messages().map(({ id }) => id));
  const question = `allow ${ADDRESS} for 4h on acrdemobasic`;
  await robin.say(question);
  timeline.did("Robin", `writes to the bot: ${question}`);
  const { conversationId } = robin.person;
  const reply = await world.connector.waitForMessage(conversationId, ({ id }) => !known.has(id));
  timeline.read("Teams", reply.text);
  assert.match(reply.text, /only Premium/);
}

async function lastAuditNumber(world: World): Promise<number> {
  return (await audit(world, 1)).at(-1)?.number ?? 0;
}

async function printAudit(world: World, timeline: Timeline, after: number): Promise<void> {
  const entries = await eventually("the audit trail ends with the lease", async () => {
    const found = await audit(world, after + 1);
    return found.some(({ event }) => event.kind === "lease.ended") ? found : undefined;
  });
  timeline.note("\nThe audit trail, as the store has it:");
  for (const { number, at, event } of entries) {
    const by = "by" in event ? ` by ${event.by.name}` : "";
    const what = "address" in event ? ` ${event.address}` : "";
    const rules = "after" in event ? ` ${event.before.join(" ")} -> ${event.after.join(" ")}` : "";
    timeline.note(
      `  ${String(number).padStart(3)}  ${at.toISOString()}  ${event.kind}${by}${what}${rules}`,
    );
  }
}

async function audit(world: World, from: number): Promise<readonly AuditEntry[]> {
  const store = await world.store.open();
  try {
    return (await store.audit(from, 1_000, AbortSignal.timeout(5_000))).value;
  } finally {
    await store.close();
  }
}
