import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { describeUnless } from "../needs-redis.ts";
import { playHistory } from "./play-history.ts";
import { KINDS } from "./store-benches.ts";
import { histories } from "./store-history.ts";

// DRAWBRIDGE_SEED=… plays a run again; DRAWBRIDGE_LONG=1 plays for minutes, DRAWBRIDGE_RUNS=… so many histories.
const SEED = Number(process.env["DRAWBRIDGE_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(
  process.env["DRAWBRIDGE_RUNS"] ?? (process.env["DRAWBRIDGE_LONG"] === "1" ? 2000 : 100),
);
const ANSWERS = ["committed", "repeated", "conflict", "late", "fenced", "claimed", "idle"];

for (const { name, missing, start } of KINDS) {
  describeUnless(missing, `any history on ${name}, while its clock jumps`, () => {
    it("answers each question as the model of the port does", async (t) => {
      const seen = new Map<string, number>();
      const maker = await start();
      try {
        await fc.assert(
          fc.asyncProperty(histories, async (steps) => {
            const bench = await maker.bench(seen);
            try {
              await playHistory(bench, steps);
            } finally {
              await bench.close();
            }
          }),
          { seed: SEED, numRuns: RUNS },
        );
      } finally {
        await maker.stop();
        t.diagnostic(`DRAWBRIDGE_SEED=${String(SEED)}: ${String(RUNS)} histories`);
        t.diagnostic([...seen].map(([what, times]) => `${String(times)} ${what}`).join(", "));
      }
      for (const answer of ANSWERS) assert.ok(seen.has(answer), `no history was ${answer}`);
    });
  });
}
