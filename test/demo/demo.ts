// `npm run demo`: everything on this machine, nothing but Node needed. With `--tour` it ends after the tour; with
// `--reset` it removes what demos left in the Redis of REDIS_URL, and ends.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PEOPLE } from "../emulators/teams/people.ts";
import { freePort } from "../free-port.ts";
import { startWorld } from "../world/world.ts";
import { chooseStore } from "./choose-store.ts";
import { hearInterruptions, INTERRUPTED } from "./interruptions.ts";
import { link, look } from "./look.ts";
import { removeDemoKeys } from "./reset.ts";
import { describeWindows, openWindows } from "./windows.ts";
import { createTimeline } from "./timeline.ts";
import { playTour } from "./tour.ts";

const PLAYGROUND_PORTS = 2;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resolves with the exit code: 0 when every step of the tour happened. */
async function demo(tourOnly: boolean): Promise<number> {
  const interruptions = hearInterruptions(say);
  try {
    return await demoUntil(interruptions.told, tourOnly);
  } finally {
    interruptions.end();
  }
}

async function demoUntil(told: Promise<number>, tourOnly: boolean): Promise<number> {
  const { store, words } = await chooseStore(process.env["REDIS_URL"]);
  say(
    `${look("bold", "Drawbridge")}, on this machine alone: Azure, Teams and the tokens of both are emulated on loopback.`,
  );
  say(`Store: ${words}`);

  const ports: number[] = [];
  while (ports.length < PLAYGROUND_PORTS) ports.push(await freePort());
  const world = await startWorld({
    store,
    holdSeconds: 10,
    connectorOrigins: ports.map((port) => `http://localhost:${String(port)}`),
  });
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-demo-"));
  let closeWindows = (): Promise<void> => Promise.resolve();
  const stop = async (): Promise<void> => {
    await closeWindows();
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await world.start({ DRAWBRIDGE_ROLE: "bot" });
    const operationsPort = String(await freePort());
    await world.start({ DRAWBRIDGE_ROLE: "worker", OPERATIONS_PORT: operationsPort });
    const statusUrl = `http://127.0.0.1:${operationsPort}/status`;
    say(`Status page, while this runs: ${link(statusUrl)}\n`);
    const played = playTour(world, createTimeline(say)).then(() => 0);
    if ((await Promise.race([played, told])) !== 0) return INTERRUPTED;
    if (tourOnly) return 0;

    const windows = await openWindows(world, [PEOPLE.robin, PEOPLE.alex], ports, folder);
    closeWindows = () => windows.close();
    say(describeWindows(windows.open, world.azure, statusUrl));
    await told;
    return 0;
  } catch (error) {
    process.stderr.write(`\nThe demo did not get through: ${String(error)}\n`);
    return 1;
  } finally {
    await stop();
  }
}

/** Resolves with the exit code. */
async function reset(redisUrl = ""): Promise<number> {
  if (redisUrl === "") {
    say(
      "Nothing to remove: without REDIS_URL each demo has a store of its own, and takes it along.",
    );
    return 0;
  }
  try {
    say(`${String(await removeDemoKeys(redisUrl))} keys of earlier demos removed.`);
    return 0;
  } catch (error) {
    process.stderr.write(`The Redis of REDIS_URL could not be reset: ${String(error)}\n`);
    return 1;
  }
}

const { values } = parseArgs({
  options: {
    tour: { type: "boolean", default: false },
    reset: { type: "boolean", default: false },
  },
});
process.exitCode = values.reset
  ? await reset(process.env["REDIS_URL"])
  : await demo(values.tour || !process.stdin.isTTY);
