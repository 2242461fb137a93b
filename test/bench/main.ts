import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { approvalsAtOnce } from "./approvals-at-once.ts";
import type { Benchmark } from "./benchmark.ts";
import { idleWorker } from "./idle-worker.ts";
import { invokes } from "./invokes.ts";
import { machineFacts } from "./machine.ts";
import { removalsAtOnce } from "./removals-at-once.ts";
import { removalsRationed } from "./removals-rationed.ts";
import { asJson, asMarkdown, asText, originOf, type Report } from "./report.ts";
import { storeGrowth } from "./store-growth.ts";

const BENCHMARKS: readonly Benchmark[] = [
  approvalsAtOnce,
  removalsAtOnce,
  removalsRationed,
  storeGrowth,
  idleWorker,
  invokes,
];
const USAGE = `npm run bench -- [--scale 0.01] [--json FILE] [--docs FILE] [${BENCHMARKS.map(({ name }) => name).join(" | ")}]…`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: "string", default: "1" },
    json: { type: "string" },
    docs: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const scale = Number(values.scale);
const unknown = positionals.filter((name) => !BENCHMARKS.some((one) => one.name === name));
if (values.help || unknown.length > 0 || !(scale > 0 && scale <= 1)) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  const chosen = BENCHMARKS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const say = (text: string): void => {
    process.stderr.write(`  ${text}\n`);
  };
  // What was started ends with this process when it ends in order.
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  const machine = await machineFacts();
  const startedAt = new Date();
  const measured: Report["measured"][number][] = [];
  for (const benchmark of chosen) {
    say(benchmark.title);
    const start = performance.now();
    try {
      const findings = await benchmark.run({ scale, say });
      const one = { benchmark, findings, tookMs: performance.now() - start };
      measured.push(one);
      console.log(asText(one));
    } catch (error) {
      // The others took minutes: they are not lost for one.
      console.error(error);
      process.exitCode = 1;
    }
  }
  const report: Report = { machine, scale, startedAt, measured };
  console.log(originOf(report));
  if (values.json !== undefined) await writeFile(values.json, asJson(report));
  // A part, or less of everything, is not what the document promises.
  const complete = scale === 1 && measured.length === BENCHMARKS.length;
  const docs = values.docs ?? (complete ? "docs/benchmarks.md" : undefined);
  if (docs !== undefined) await writeFile(docs, await asMarkdown(report));
}
