import { setTimeout as sleep } from "node:timers/promises";
import { quantile, scaled, type Benchmark, type RunOptions } from "./benchmark.ts";
import { clickGreedily, clickSteadily, type ClickTarget } from "./click-load.ts";
import { startBot, startEchoBot, startTeams, writePending, writePeople } from "./invoke-world.ts";
import { registryNumber } from "./numbered-ids.ts";
import type { StartedProgram } from "./started-program.ts";
import { startSurroundings } from "./surroundings.ts";
import { sweptOnce } from "./swept-once.ts";
import { approverOf, EVERYBODY } from "./teams-people.ts";

const REGISTRIES = 400;
const SUBSCRIPTIONS = 20;
const PER_SECOND = 50;
const SECONDS = 60;
const ARM_MS = 10_000;
const CLIENTS = 16;
const TURNS = 3;
const TURN_MS = 6_000;
const WARM_MS = 3_000;
/** More than a bot on two cores answers. */
const MOST_PER_SECOND = 1_500;
const QUIET_WITHIN_MS = 120_000;

/** How fast clicks are answered while Azure is slow, and what of the speed of a bare bot is left. */
export const invokes: Benchmark = {
  name: "invokes",
  title: "50 clicks a second on cards, while each call of Azure takes 10 s",
  run,
};

async function run(options: RunOptions) {
  const surroundings = await startSurroundings();
  const { folder } = surroundings;
  const programs: { stop(): Promise<void> }[] = [];
  const started = <T extends { stop(): Promise<void> }>(program: T): T => {
    programs.unshift(program);
    return program;
  };
  try {
    const teams = started(await startTeams(folder));
    const registries = Array.from({ length: scaled(REGISTRIES, options, 4) }, (_, n) =>
      registryNumber(n, n % SUBSCRIPTIONS),
    );
    const { azure, store } = surroundings;
    await azure.seed(registries.map((id) => ({ id, rules: ["192.0.2.10"] })));
    await writePeople(store, EVERYBODY, teams);
    const worker = await surroundings.startWorker(registries, "off", approverOf);
    await sweptOnce(store, registries, QUIET_WITHIN_MS);
    await azure.setLatency(scaled(ARM_MS, options, 200));
    const settings = {
      ...azure.settings,
      ...surroundings.storeSettings,
      DRAWBRIDGE_POLICY: worker.policyFile,
    };
    const bot = started(await startBot(settings, teams, folder));

    const count = scaled(PER_SECOND * SECONDS, options, 20);
    const warm = 2 * PER_SECOND;
    const asked = await writePending(store, registries, 0, count + warm);
    const bodies = asked.map(teams.clickOn);
    // The first click of each approver pays for who they are, and all of these for keys, connections and compilation.
    await clickSteadily(bot, bodies.slice(count), PER_SECOND);
    const before = await bot.usage();
    const steady = await clickSteadily(bot, bodies.slice(0, count), PER_SECOND);
    const after = await bot.usage();
    options.say(`p99 ${quantile(steady.tookMs, 0.99).toFixed(0)} ms`);
    await worker.stop();

    const echo = started(await startEchoBot(teams, folder));
    let written = asked.length;
    const write = async (more: number): Promise<readonly string[]> => {
      const requests = await writePending(store, registries, written, more);
      written += more;
      return requests.map(teams.clickOn);
    };
    const turns = await takeTurns(options, write, bot, echo);
    const mean = (of: keyof Turn, what: keyof Rate): number =>
      turns.reduce((sum, turn) => sum + turn[of][what], 0) / turns.length;
    const speed = (of: keyof Turn): number => mean(of, "perSecond");
    return {
      setting: [
        `${String(PER_SECOND)} clicks a second on Approve for ${String(SECONDS)} s, each on a request of its own, spread over ${String(REGISTRIES)} registries, by 100 approvers to 300 requesters: signed activities over HTTP to a process of the role bot. Each click that counts writes the decision and the lease, and has the cards of the approver and the requester sent. Meanwhile a worker process opens what was approved, at ${String(ARM_MS / 1_000)} s a call. An answer takes its time from when the click was due. Bot, worker, Redis (a write to the disk for each commit), the emulators of Azure and Teams and the clicking are processes of their own on this machine.`,
        `Beside it a bare bot: botbuilder's CloudAdapter and ActivityHandler behind restify, with the same check of tokens, which answers every click with one card and knows no store. ${String(CLIENTS)} clients click again as soon as they have their answer, for ${String(TURN_MS / 1_000)} s each in turns, ${String(TURNS)} of each; the worker has stopped, and a turn begins when the bot has sent the cards of the turn before. Once Drawbridge decides with each click; once the requests are decided already, and it answers with how they stand.`,
      ],
      figures: [
        { what: "answers, median", value: quantile(steady.tookMs, 0.5), unit: "ms" },
        {
          what: "answers, p99",
          value: quantile(steady.tookMs, 0.99),
          unit: "ms",
          target: { bound: "at most", value: 250 },
        },
        { what: "answers, slowest", value: Math.max(...steady.tookMs), unit: "ms" },
        {
          what: "answers that were no card",
          value: steady.wrong,
          unit: "",
          target: { bound: "at most", value: 0 },
        },
        {
          what: "processor time of the bot for each click, with its cards",
          value: (after.cpuMs - before.cpuMs) / count,
          unit: "ms",
        },
        { what: "the bare bot, clicks answered", value: speed("echo"), unit: "/s" },
        { what: "the bot, clicks on decided requests", value: speed("read"), unit: "/s" },
        { what: "the bot, clicks that decide", value: speed("decide"), unit: "/s" },
        {
          what: "the bot ÷ the bare bot, clicks on decided requests",
          value: speed("read") / speed("echo"),
          unit: "",
        },
        {
          what: "the bot ÷ the bare bot, clicks that decide",
          value: speed("decide") / speed("echo"),
          unit: "",
          target: { bound: "at least", value: 0.6 },
        },
      ],
      tables: [
        {
          title: "Turns: answers a second, and processor time of the bot for each, cards included",
          head: ["turn", "the bare bot", "decided requests", "deciding"],
          rows: turns.map(({ echo: bare, read, decide }, n) => [
            String(n + 1),
            ...[bare, read, decide].map(shown),
          ]),
        },
      ],
    } as const;
  } finally {
    for (const program of programs) await program.stop();
    await surroundings.stop();
  }
}

/** Answers in a second, and the processor time of the bot for each of them in ms. */
type Rate = { readonly perSecond: number; readonly cpuMs: number };
type Turn = { readonly echo: Rate; readonly read: Rate; readonly decide: Rate };
type Bot = StartedProgram & ClickTarget;

async function takeTurns(
  options: RunOptions,
  write: (count: number) => Promise<readonly string[]>,
  bot: Bot,
  echo: Bot,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let turn = -1; turn < TURNS; turn += 1) {
    // The first turn of each is to get warm.
    const ms = turn < 0 ? scaled(WARM_MS, options, 100) : scaled(TURN_MS, options, 200);
    const bodies = await write(Math.ceil((MOST_PER_SECOND * ms) / 1_000) + CLIENTS);
    const rate = async (of: Bot, body: () => string | undefined): Promise<Rate> => {
      await untilQuiet(bot);
      const before = await of.usage();
      const { right, wrong, perSecond } = await clickGreedily(of, body, CLIENTS, ms);
      if (wrong > 0) throw new Error(`${String(wrong)} answers were no card.`);
      // The cards of the last decisions are a part of what they cost.
      await untilQuiet(of);
      const after = await of.usage();
      return { perSecond, cpuMs: (after.cpuMs - before.cpuMs) / right };
    };
    const bare = await rate(echo, cycle(bodies));
    let decided = 0;
    const decide = await rate(bot, () => bodies[(decided += 1) - 1]);
    const read = await rate(bot, cycle(bodies.slice(0, decided)));
    if (turn < 0) continue;
    turns.push({ echo: bare, read, decide });
    options.say(`bare ${shown(bare)}, decided ${shown(read)}, deciding ${shown(decide)}`);
  }
  return turns;
}

function shown({ perSecond, cpuMs }: Rate): string {
  return `${perSecond.toFixed(0)}/s (${cpuMs.toFixed(1)} ms)`;
}

function cycle(bodies: readonly string[]): () => string | undefined {
  let n = -1;
  return () => bodies[(n += 1) % bodies.length];
}

const LOOK_EVERY_MS = 500;
const IDLE_SHARE = 0.1;

/** Waits until the bot has nothing to do any more. */
async function untilQuiet(bot: StartedProgram): Promise<void> {
  const giveUpAt = performance.now() + QUIET_WITHIN_MS;
  for (;;) {
    const { cpuMs: before } = await bot.usage();
    await sleep(LOOK_EVERY_MS);
    const { cpuMs: after } = await bot.usage();
    if (after - before < LOOK_EVERY_MS * IDLE_SHARE) return;
    if (performance.now() > giveUpAt) throw new Error("The bot did not come to rest.");
  }
}
