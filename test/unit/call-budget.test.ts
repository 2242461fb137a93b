import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import {
  createCallBudget,
  type CallBudget,
  type Urgency,
} from "../../src/adapters/azure/call-budget.ts";

const never = new AbortController().signal;

describe("the budget of calls", () => {
  let nowMs: number;
  let budget: CallBudget;
  let served: string[];

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    nowMs = 0;
    served = [];
    budget = createCallBudget({ capacity: 20, perSecond: 10 }, () => nowMs);
  });
  afterEach(() => {
    mock.timers.reset();
  });

  /** Asks for a turn; its name is in `served` once it was given. */
  function ask(urgency: Urgency, name: string, signal = never): void {
    budget.turn(urgency, signal).then(
      () => served.push(name),
      () => served.push(`${name} gave up`),
    );
  }

  async function pass(ms: number): Promise<void> {
    for (let step = 0; step < ms; step += 10) {
      nowMs += 10;
      mock.timers.tick(10);
      await Promise.resolve();
    }
  }

  async function spend(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await budget.turn("removal", never);
  }

  it("lets a burst through and then keeps to the refill", async () => {
    for (let n = 0; n < 30; n += 1) ask("removal", String(n));
    await pass(0);
    await Promise.resolve();
    assert.equal(served.length, 20);
    await pass(500);
    assert.equal(served.length, 25);
    await pass(500);
    assert.deepEqual(
      served,
      Array.from({ length: 30 }, (_, n) => String(n)),
      "in their order",
    );
  });

  it("serves removals before reads and reads before additions", async () => {
    await spend(20);
    for (const urgency of ["addition", "read", "removal"] as const) ask(urgency, urgency);
    await pass(1_000);
    assert.deepEqual(served, ["removal", "read", "addition"]);
  });

  it("keeps a share that additions can't use up", async () => {
    for (let n = 0; n < 20; n += 1) ask("addition", `addition ${String(n)}`);
    ask("removal", "removal");
    await Promise.resolve();
    await Promise.resolve();
    assert.ok(served.includes("removal"));
    assert.ok(served.length < 20);
  });

  it("believes what Azure says is left, less what is still on its way", async () => {
    budget.sent();
    budget.sent();
    budget.answered(1);
    ask("removal", "one");
    await Promise.resolve();
    assert.deepEqual(served, []);
    await pass(100);
    assert.deepEqual(served, ["one"]);
  });

  it("waits as long as Azure says, whatever it had left", async () => {
    budget.learnRetryAfter(3_000);
    ask("removal", "one");
    await pass(2_900);
    assert.deepEqual(served, []);
    await pass(200);
    assert.deepEqual(served, ["one"]);
  });

  it("gives the turn of somebody who gave up to the next", async () => {
    await spend(20);
    const impatient = new AbortController();
    ask("removal", "first", impatient.signal);
    ask("removal", "second");
    impatient.abort();
    await pass(200);
    assert.deepEqual(served, ["first gave up", "second"]);
  });
});
