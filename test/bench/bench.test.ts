import assert from "node:assert/strict";
import { it } from "node:test";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { approvalsAtOnce } from "./approvals-at-once.ts";
import type { Benchmark, Findings } from "./benchmark.ts";
import { idleWorker } from "./idle-worker.ts";
import { invokes } from "./invokes.ts";
import { machineFacts } from "./machine.ts";
import { removalsAtOnce } from "./removals-at-once.ts";
import { removalsRationed } from "./removals-rationed.ts";
import { asJson, asMarkdown, asText } from "./report.ts";
import { storeGrowth } from "./store-growth.ts";

/** So little of everything that no figure says anything: the benchmarks must run, and count right. */
const SCALE = 0.002;

describeUnless(redisMissing, "the benchmarks, at their smallest", () => {
  it("approve many requests at once, and lose none of them", async () => {
    const findings = await tiny(approvalsAtOnce);
    assert.equal(valueOf(findings, "approved, and not open in the end"), 0);
    assert.equal(valueOf(findings, "read-modify-write one after the other: lost"), 0);
    assert.ok(valueOf(findings, "read-modify-write all at once: lost") > 0);
  });

  it("remove what ends at once with three calls for each registry", async () => {
    const findings = await tiny(removalsAtOnce);
    assert.ok(
      valueOf(findings, "calls of the worker for each registry; the bare loop makes 3") >= 3,
    );
    assert.ok(valueOf(findings, "the worker ÷ the bare loop") > 0);
  });

  it("remove what Azure rations", async () => {
    assert.ok(
      valueOf(await tiny(removalsRationed), "the worker, until the last rule was gone") > 0,
    );
  });

  it("measure every store at every size", async () => {
    const { tables } = await tiny(storeGrowth);
    assert.equal(tables[0]?.rows.length, 12);
  });

  it("click on cards, and are answered with cards", async () => {
    const findings = await tiny(invokes);
    assert.equal(valueOf(findings, "answers that were no card"), 0);
    assert.ok(valueOf(findings, "the bot ÷ the bare bot, clicks that decide") > 0);
  });

  it("watch a worker that has nothing to do, and are told in every form", async () => {
    const findings = await tiny(idleWorker);
    assert.ok(valueOf(findings, "registries looked at again") >= 0);
    const one = { benchmark: idleWorker, findings, tookMs: 1 };
    const startedAt = new Date();
    const report = { machine: await machineFacts(), scale: SCALE, startedAt, measured: [one] };
    for (const text of [asText(one), asJson(report), await asMarkdown(report)]) {
      assert.match(text, /memory of the worker/);
    }
  });
});

function tiny(benchmark: Benchmark): Promise<Findings> {
  return benchmark.run({ scale: SCALE, say: () => undefined });
}

function valueOf({ figures }: Findings, what: string): number {
  const figure = figures.find((one) => one.what === what);
  assert.ok(figure !== undefined, `There is no figure "${what}".`);
  return figure.value;
}
