// `npm run demo`: everything on this machine, nothing but Node needed. With `--tour` it ends after the tour.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PEOPLE } from "../emulators/teams/people.ts";
import { freePort } from "../free-port.ts";
import { startWorld } from "../world/world.ts";
import { chooseStore } from "./choose-store.ts";
import { describeWindows, openWindows } from "./windows.ts";
import { createTimeline } from "./timeline.ts";
import { playTour } from "./tour.ts";

const PLAYGROUND_PORTS = 2;

/** Resolves with the exit code: 0 when every step of the tour happened. */
async function demo(tourOnly: boolean): Promise<number> {
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const { store, words } = await chooseStore(process.env["REDIS_URL"]);
  say(
    "Drawbridge, on this machine alone: Azure, Teams and the tokens of both are emulated on loopback.",
  );
  say(`Store: ${words}\n`);

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
    await world.start({ DRAWBRIDGE_ROLE: "worker", OPERATIONS_PORT: String(await freePort()) });
    await playTour(world, createTimeline(say));
    if (tourOnly) return 0;

    const windows = await openWindows(world, [PEOPLE.robin, PEOPLE.alex], ports, folder);
    closeWindows = () => windows.close();
    say(describeWindows(windows.open, world.azure));
    await untilTold();
    return 0;
  } catch (error) {
    process.stderr.write(`\nThe demo did not get through: ${String(error)}\n`);
    return 1;
  } finally {
    await stop();
  }
}

function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}

process.exitCode = await demo(process.argv.includes("--tour") || !process.stdin.isTTY);
