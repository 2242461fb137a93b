import { runScenario, type Run, type RunResult } from "./run-scenario.ts";

/** How often, how many at once, and for how long. */
export type Many = {
  /** How often each scenario runs, spread over its stores. */
  readonly runs: number;
  /** Seeds count from this one on. */
  readonly firstSeed: number;
  readonly parallel: number;
  /** No run begins later than this. */
  readonly withinMs: number;
  readonly onResult: (result: RunResult) => void;
};

/** Runs everything; the results are in the order of the choice, then of the seeds. */
export async function runMany(
  chosen: readonly Omit<Run, "seed">[],
  { runs, firstSeed, parallel, withinMs, onResult }: Many,
): Promise<readonly RunResult[]> {
  const stores = Map.groupBy(chosen, ({ scenario }) => scenario);
  // Each with the first seed, then with the second, and so on.
  const waiting = Array.from({ length: runs }, (_, i) =>
    chosen
      .map((one, place) => ({ run: { ...one, seed: firstSeed + i }, place }))
      .filter(({ run }) => i * (stores.get(run.scenario)?.length ?? 1) < runs),
  ).flat();
  const done: { readonly result: RunResult; readonly place: number }[] = [];
  const giveUpAt = performance.now() + withinMs;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (performance.now() > giveUpAt) return;
      const result = await runScenario(next.run);
      onResult(result);
      done.push({ result, place: next.place });
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return done
    .sort((a, b) => a.place - b.place || a.result.seed - b.result.seed)
    .map(({ result }) => result);
}
