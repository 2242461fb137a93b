import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { RegistryRules } from "../../src/application/ports.ts";
import { FAULTS } from "./faults.ts";
import { watchedRules } from "./watched-rules.ts";
import {
  FOREIGN,
  registryFixture,
  azureForSuite,
  type RegistryFixture,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Short, so that a call that hangs is given up soon. */
const HOLD_MS = 1_500;
const ATTEMPTS_AT_MOST = 15;

type Row = {
  readonly fault: string;
  readonly during: "grant" | "removal";
  readonly outcome: string;
  readonly attempts: number;
  readonly patches: number;
  readonly omitted: number;
  readonly left: number;
};

describe("every fault of Azure, while a rule is added and while it is removed", () => {
  const at = azureForSuite();
  const rows: Row[] = [];

  after(() => {
    const line = (cells: readonly unknown[]): string =>
      [String(cells[0]).padEnd(44), String(cells[1]).padEnd(8), String(cells[2]).padEnd(28)]
        .concat(cells.slice(3).map((cell) => String(cell).padStart(8)))
        .join(" ");
    console.log(
      `\n${line(["fault", "during", "outcome", "attempts", "PATCHes", "omitted", "left"])}`,
    );
    for (const row of rows) console.log(line(Object.values(row)));
  });

  for (const fault of FAULTS) {
    for (const during of ["grant", "removal"] as const) {
      it(`${fault.name}, during a ${during}: ends as planned, and touches nothing foreign`, async () => {
        const fixture = await registryFixture(at.azure, at.rules, { rules: [FOREIGN] }, HOLD_MS);
        const sent = watchPatches(fixture);
        await fixture.given([fixture.lease(1, { durationMs: 8 * HOUR_MS })]);
        if (during === "removal") {
          await fixture.round();
          fixture.pass(8 * HOUR_MS);
        } else await warmUp(fixture);

        const before = fixture.patches();
        const wanted = during === "grant" ? fault.grant : "ended due";
        await fault.begin(at.azure, fixture.registry);
        let attempts = 0;
        do {
          const nextMs = await fixture.round({ through: sent.port });
          attempts += 1;
          if (attempts === fault.lastsRounds) await fault.end?.(at.azure, fixture.registry);
          if ((await fixture.status(1)) !== wanted) fixture.pass(nextMs);
        } while ((await fixture.status(1)) !== wanted && attempts < ATTEMPTS_AT_MOST);

        const outcome = await fixture.status(1);
        const patches = fixture.patches() - before;
        const left = await leftOver(fixture);
        rows.push({
          fault: fault.name,
          during,
          outcome,
          attempts,
          patches,
          omitted: sent.omitted(),
          left,
        });
        assert.equal(outcome, wanted);
        assert.equal(sent.omitted(), 0);
        assert.equal(left, 0);
        assert.ok(fixture.rules().includes(FOREIGN));
        await fixture.store.close();
      });
    }
  }

  /** So that the first look's extra questions are not what the fault hits. */
  async function warmUp({ registry }: RegistryFixture): Promise<void> {
    await at.rules.read(registry, AbortSignal.timeout(10_000));
  }

  /** Rules of ours that are still there once every lease is long over. */
  async function leftOver(fixture: RegistryFixture): Promise<number> {
    for (let rounds = 0; rounds < 3; rounds += 1) {
      fixture.pass(9 * HOUR_MS);
      await fixture.round();
    }
    return fixture.rules().filter((value) => value === OURS).length;
  }

  /** Counts rules of others that were in the read directly before a PATCH, and not in what was sent. */
  function watchPatches(fixture: RegistryFixture): {
    readonly port: RegistryRules;
    omitted(): number;
  } {
    let omitted = 0;
    return {
      omitted: () => omitted,
      port: watchedRules(at.rules, {
        judge(lastRead, sent, registry) {
          assert.equal(registry, fixture.registry);
          omitted += lastRead.filter((value) => value !== OURS && !sent.includes(value)).length;
        },
      }),
    };
  }
});
