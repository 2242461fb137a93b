import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { HistoryEntry } from "../emulators/azure/registry-store.ts";
import type { InterceptHook } from "../emulators/azure/interception.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import type { ProductProcess } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const FOREIGN = "192.0.2.10";
const LEASE_MS = 3_000;
/** A round counts from the store's answer to its claim, which a busy machine may hand over late. */
const ANSWER_AGE_MS = 500;
/** The hold of the killed worker (2 s), the start of the next one, and the round itself. */
const TAKEN_OVER_WITHIN_MS = 20_000;

type Moment = {
  readonly name: string;
  readonly phase: Parameters<InterceptHook>[0]["phase"];
  readonly method: "GET" | "PATCH";
  /** A PATCH of the ledger, on the registry's tags, and not of its rules. */
  readonly ledger?: boolean;
  /** Which such request after the approval: the first PATCH of rules adds, the second removes. */
  readonly nth: number;
  readonly address: string;
};

/** Judged at the wire: the process is killed while Azure has its request in hand. */
const MOMENTS: readonly Moment[] = [
  {
    name: "between approval and PATCH, before anything was intended",
    phase: "received",
    method: "GET",
    nth: 1,
    address: "203.0.113.1",
  },
  {
    name: "between approval and PATCH, with the intention written",
    phase: "received",
    method: "PATCH",
    nth: 1,
    address: "203.0.113.2",
  },
  {
    name: "between the ledger and the PATCH",
    phase: "applied",
    method: "PATCH",
    ledger: true,
    nth: 1,
    address: "203.0.113.5",
  },
  {
    name: "between PATCH and commit",
    phase: "applied",
    method: "PATCH",
    nth: 1,
    address: "203.0.113.3",
  },
  {
    name: "between the PATCH that removes and its commit",
    phase: "applied",
    method: "PATCH",
    nth: 2,
    address: "203.0.113.4",
  },
];

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `kill -9 on ${name}`, () => {
    let world: World;
    let product: ProductProcess;
    let robin: TeamsClient;
    let alex: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      product = await world.start();
      [robin, alex] = [world.client("robin"), world.client("alex")];
      for (const client of [robin, alex]) await client.install();
    });
    after(async () => {
      await world.stop();
    });

    const history = (): readonly HistoryEntry[] =>
      world.azure.history().filter(({ registry }) => registry.endsWith("acrdemomagic"));

    for (const moment of MOMENTS) {
      it(`${moment.name}: the lease opens, ends, and foreign rules stay`, async () => {
        await robin.say(`allow ${moment.address} for 3s on acrdemomagic`);
        const card = await alex.waitForCard(shownCard("Open a registry?", moment.address));
        const killed = killAt(world, () => product, moment);
        await alex.click(card, "approve");
        await killed;
        product = await world.start();

        const within = { timeoutMs: TAKEN_OVER_WITHIN_MS };
        await robin.waitForCard(
          shownCard("Closed", moment.address, "The rule was seen gone"),
          within,
        );
        const added = history().filter(
          ({ before, rules }) =>
            rules.includes(moment.address) && before?.includes(moment.address) !== true,
        );
        const [opened] = added;
        const gone = history().find(
          ({ atMs, rules }) => atMs > (opened?.atMs ?? Infinity) && !rules.includes(moment.address),
        );
        assert.ok(opened !== undefined && gone !== undefined, "it was opened and removed");
        assert.equal(added.length, 1, "it was added once");
        const hadMs = gone.atMs - opened.atMs;
        assert.ok(hadMs >= LEASE_MS - ANSWER_AGE_MS, `the person had ${String(hadMs)} ms`);
        for (const { rules } of history()) assert.ok(rules.includes(FOREIGN));
        assert.deepEqual(history().at(-1)?.rules, [FOREIGN]);
      });
    }

    it("told the requester of each lease once that it opened and once that it ended", () => {
      for (const { address } of MOMENTS) {
        const about = robin.messages().filter(({ card }) => JSON.stringify(card).includes(address));
        const titles = about.map(({ summary }) => summary.replace(address, "…"));
        assert.equal(titles.filter((title) => title.includes("The time was up")).length, 1);
        assert.equal(about.length, 3, titles.join("\n"));
      }
    });

    it("left no rule of ours and no lease behind", async () => {
      const store = await world.store.open();
      const soon = AbortSignal.timeout(10_000);
      try {
        await eventually("every lease has ended", async () => {
          const { value } = await store.audit(1, 1_000, soon);
          const ended = value.filter(({ event }) => event.kind === "lease.ended").length;
          return ended === MOMENTS.length ? true : undefined;
        });
      } finally {
        await store.close();
      }
    });
  });
}

/** Resolves once the process was killed while Azure held that request; what was not applied by then never is. */
async function killAt(
  world: World,
  product: () => ProductProcess,
  { phase, method, ledger = false, nth }: Moment,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let seen = 0;
  const unhook = world.azure.intercept(async (request) => {
    if (request.phase !== phase || request.method !== method) return undefined;
    if (request.path.includes("/Microsoft.Resources/tags/") !== ledger) return undefined;
    seen += 1;
    if (seen !== nth) return undefined;
    await product().kill();
    resolve(undefined);
    return phase === "received" ? "drop" : undefined;
  });
  const late = setTimeout(() => {
    reject(new Error(`No ${method} came to be killed at.`));
  }, TAKEN_OVER_WITHIN_MS);
  try {
    await promise;
  } finally {
    clearTimeout(late);
    unhook();
  }
}
