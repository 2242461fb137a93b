import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { PEOPLE } from "../emulators/teams/people.ts";
import { eventually } from "../eventually.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld } from "../world/world.ts";
import type { AttackWorld } from "./attack.ts";

/** What a product did so far, to be compared with itself later. */
export type Traces = {
  /** Activities that were acted on. */
  readonly turns: number;
  /** Every row of every table: records, indexes, wakes, holds, operations, audit. */
  readonly store: readonly string[];
  /** Calls to Teams, refused ones too. */
  readonly calls: number;
  /** Requests to Azure that could change something. */
  readonly writes: number;
};

const SETTLED_WITHIN_MS = 40_000;
/** A wake that is due later than this comes after an attempt. */
const AHEAD_MS = 5_000;

/** Starts the product behind the ingress of Container Apps, so that attackers may come from any address. */
export async function startAttackWorld(): Promise<AttackWorld> {
  // Teams' own origin, besides the emulated one: attacks look like it.
  const connectorOrigins = ["https://smba.trafficmanager.net"];
  // Attacks leave what was asked for them as it is: it waits, and would keep the next ones from asking.
  const policy = { pendingPerPerson: 50 };
  const world = await startWorld({ store: await sqliteStore(), connectorOrigins, policy });
  const product = await world.start({ CLIENT_ADDRESS: "container-apps" });
  const records = await world.store.open();
  for (const person of Object.values(PEOPLE)) {
    const client = world.clientOf(person);
    await client.install();
    // From now on the bot knows all of them by name.
    await client.say("help");
  }
  return {
    ...world,
    product,
    records,
    stop: async () => {
      await records.close();
      await world.stop();
    },
  };
}

/** What was done so far, as soon as nothing is under way and nothing soon will be. */
export function settled(world: AttackWorld): Promise<Traces> {
  let last: Traces | undefined;
  return eventually(
    "the world is at rest",
    async () => {
      if (!isQuiet(world)) return (last = undefined);
      const traces = await tracesOf(world);
      const same = last !== undefined && changes(last, traces).length === 0;
      last = traces;
      return same ? traces : undefined;
    },
    SETTLED_WITHIN_MS,
  );
}

/** What was done so far. */
export async function tracesOf(world: AttackWorld): Promise<Traces> {
  const port = world.settings["OPERATIONS_PORT"] ?? "";
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`, {
    signal: AbortSignal.timeout(5_000),
  });
  const [, turns] = /^drawbridge_turns_total (\d+)$/m.exec(await metrics.text()) ?? [];
  assert.ok(turns !== undefined, "the product counts its turns");
  return {
    turns: Number(turns),
    store: rowsOf(world),
    calls: world.connector.journal().length,
    writes: world.azure.journal().filter(({ method }) => method !== "GET").length,
  };
}

/** What differs, in words; `answer` allows for turns and calls to Teams. */
export function changes(
  before: Traces,
  after: Traces,
  leaves: "nothing" | "answer" = "nothing",
): readonly string[] {
  const [turns, calls] = [after.turns - before.turns, after.calls - before.calls];
  const known = new Set(before.store);
  const kept = new Set(after.store);
  const rows = [
    ...before.store.filter((row) => !kept.has(row)),
    ...after.store.filter((row) => !known.has(row)),
  ];
  return [
    ...(leaves === "nothing" && turns !== 0 ? [`${String(turns)} turns were run`] : []),
    ...(leaves === "nothing" && calls !== 0 ? [`${String(calls)} calls went to Teams`] : []),
    ...(after.writes === before.writes ? [] : ["Azure was written to"]),
    ...rows.map((row) => `the store changed: ${row.slice(0, 80)}`),
  ];
}

function isQuiet(world: AttackWorld): boolean {
  const now = Date.now();
  const busy = queried(world, (database) =>
    database
      .prepare("SELECT count(*) AS n FROM wake WHERE at < ? OR held_until > ?")
      .get(now + AHEAD_MS, now),
  );
  return busy?.["n"] === 0;
}

function rowsOf(world: AttackWorld): readonly string[] {
  return queried(world, (database) => {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .all()
      .map(({ name }) => String(name));
    return tables.flatMap((table) =>
      database
        .prepare(`SELECT * FROM "${table}"`)
        .all()
        .map((row) => `${table} ${JSON.stringify(row)}`),
    );
  });
}

function queried<T>({ settings }: AttackWorld, query: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(settings["SQLITE_FILE"] ?? "", { readOnly: true });
  try {
    return query(database);
  } finally {
    database.close();
  }
}
