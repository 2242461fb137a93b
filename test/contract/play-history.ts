import assert from "node:assert/strict";
import type {
  Change,
  CommitOutcome,
  ConversationClaim,
  Hold,
  Idle,
  RegistryClaim,
  WakeKey,
} from "../../src/application/store.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { personId, policyRecord, requestId, untilDone } from "./samples.ts";
import { asPut, keyOf, registryOf } from "./history-puts.ts";
import { HANDLES, NUMBERS, type CommitStep, type Step } from "./store-history.ts";
import type { Answering, StoreModel } from "./store-model.ts";

/** A store under test, through several handles, with the model that it is held against. */
export type Bench = {
  readonly model: StoreModel;
  /** The store's own view through this handle. */
  readonly handle: (by: number) => Answering;
  readonly reopen: (by: number) => Promise<void>;
  /** Sets the store's clock to the model's. */
  readonly setClock: () => void;
  /** How often each answer was given. */
  readonly seen: Map<string, number>;
};

type Played = Bench & {
  readonly holds: Hold[];
  readonly sent: Change[];
  readonly written: string[];
};
type Claim = RegistryClaim | ConversationClaim | Idle;

/** Plays a history on the store and on the model, compares each answer, and in the end all that can be read. */
export async function playHistory(bench: Bench, steps: readonly Step[]): Promise<void> {
  const played: Played = { ...bench, holds: [], sent: [], written: [] };
  for (const step of steps) await play(played, step);
  await readEverything(played);
  await atMostOneHolder(played);
  await emptyBoth(played);
  assert.equal(new Set(played.written).size, played.written.length, "nothing was written twice");
  const fences = played.holds.map(({ fence }) => fence).toReversed();
  for (const [i, fence] of fences.entries()) assert.ok(i === 0 || fence > (fences[i - 1] ?? 0));
}

async function play(bench: Played, step: Step): Promise<void> {
  const { model, sent } = bench;
  switch (step.do) {
    case "commit": {
      const change = asChange(bench, step);
      sent.unshift(change);
      await commit(bench, step.by, change);
      return;
    }
    case "again": {
      const earlier = sent[step.which];
      if (earlier === undefined) return;
      const { opId, notAfter } = earlier;
      await commit(bench, step.by, step.changed ? { opId, notAfter } : earlier);
      return;
    }
    case "claim":
      await claim(bench, step.by, step.list, step.holdMs);
      return;
    case "read":
      await readAll(bench, step.by, step.n);
      return;
    case "pass":
      model.pass(step.ms);
      bench.setClock();
      return;
    case "set-back":
      model.setBack(step.ms);
      bench.setClock();
      return;
    case "reopen":
      await bench.reopen(step.by);
  }
}

/** The same question to both. */
async function same<T>(
  { model, handle }: Bench,
  by: number,
  ask: (store: Answering) => Promise<T>,
): Promise<T> {
  const [expected, actual] = [await ask(model), await ask(handle(by))];
  assert.deepEqual(comparable(actual), comparable(expected));
  return actual;
}

/** The digest is over each backend's own bytes, of which the model has none. */
function comparable(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null && "asStored" in answer
    ? { ...answer, asStored: "" }
    : answer;
}

async function commit(bench: Played, by: number, change: Change): Promise<CommitOutcome["kind"]> {
  const { model, handle, written } = bench;
  const mayBeForgotten = model.mayBeForgotten(change.opId);
  const expected = await model.commit(change);
  const actual = await handle(by).commit(change, untilDone);
  if (mayBeForgotten) assert.ok(["repeated", "late"].includes(actual.kind), actual.kind);
  else assert.deepEqual(actual, expected);
  if (actual.kind === "committed") written.push(change.opId);
  count(bench, actual.kind);
  return actual.kind;
}

async function claim(
  bench: Played,
  by: number,
  list: WakeKey["list"],
  holdMs: number,
): Promise<Claim> {
  const got = await same<Claim>(bench, by, (store) =>
    list === "registry"
      ? store.claimRegistry(holdMs, untilDone)
      : store.claimConversation(holdMs, untilDone),
  );
  if (got.kind === "claimed") bench.holds.unshift(got.hold);
  count(bench, got.kind);
  return got;
}

async function readAll(bench: Bench, by: number, n: number): Promise<void> {
  const [id, registry] = [requestId(n), registryOf(n)];
  await same(bench, by, (store) => store.request(id, untilDone));
  await same(bench, by, (store) => store.lease(leaseIdOf(id), untilDone));
  await same(bench, by, (store) => store.person(personId(n), untilDone));
  await same(bench, by, (store) => store.registry(registry, untilDone));
  await same(bench, by, (store) => store.freeze(registry, untilDone));
  await same(bench, by, (store) => store.policyOf(policyRecord(n).id, untilDone));
  await same(bench, by, (store) => store.recent(personId(n), untilDone));
  await same(bench, by, (store) => store.leasesFor(registry, untilDone));
  await same(bench, by, (store) => store.pendingOf(personId(n), untilDone));
  await same(bench, by, (store) => store.pendingFor(registry, untilDone));
  await same(bench, by, (store) => store.leasesOf(personId(n), untilDone));
  await same(bench, by, (store) => store.leasesPastEnd(n * 1_000, 1_000, untilDone));
  const entries = await same(bench, by, (store) => store.audit(n, 1000, untilDone));
  const numbers = entries.value.map(({ number }) => number);
  const [first = 0] = numbers;
  assert.deepEqual(
    numbers,
    [...numbers.keys()].map((i) => first + i),
    "numbers have no gap",
  );
}

async function readEverything(bench: Bench): Promise<void> {
  for (const by of HANDLES) for (const n of NUMBERS) await readAll(bench, by, n);
}

/** However the clock jumped, at most one of all those who ever claimed a key may write under it. */
async function atMostOneHolder(bench: Played): Promise<void> {
  const holders: string[] = [];
  for (const [i, under] of bench.holds.entries()) {
    const change = { opId: `holder ${String(i)}`, notAfter: new Date(bench.model.now), under };
    if ((await commit(bench, 0, change)) === "committed")
      holders.push(`${under.list} ${under.key}`);
  }
  assert.equal(new Set(holders).size, holders.length, `two hold the same: ${holders.join(", ")}`);
}

/** Claims each key once: what is in the lists, in their order, with the snapshots. */
async function emptyBoth(bench: Played): Promise<void> {
  const HOUR_MS = 3_600_000;
  bench.model.pass(2 * HOUR_MS);
  bench.setClock();
  for (const list of ["registry", "conversation"] as const) {
    for (let keys = 0; keys <= 2 * NUMBERS.length; keys += 1) {
      if ((await claim(bench, keys % HANDLES.length, list, HOUR_MS)).kind === "idle") break;
      assert.ok(keys < 2 * NUMBERS.length, "a key was handed out twice");
    }
  }
}

function asChange({ model, holds, sent }: Played, step: CommitStep): Change {
  const later = (ms: number): Date => new Date(model.now + ms);
  const under = step.under === undefined ? undefined : holds[step.under];
  const released = step.release === undefined ? undefined : holds[step.release.hold];
  const lookMs = step.release?.inMs;
  const nextLookAt = lookMs === undefined ? undefined : later(lookMs);
  return {
    opId: `operation ${String(sent.length)}`,
    notAfter: later(step.notAfterMs),
    ...(under && { under }),
    ...(released && { release: { hold: released, nextLookAt } }),
    put: step.puts.map((put) => asPut(model, put)),
    expire: step.expire.map(({ kind, n, afterMs }) => ({ kind, id: requestId(n), afterMs })),
    audit: Array.from({ length: step.audit }, (_, i) => ({
      kind: "request.lapsed",
      request: requestId(100 * sent.length + i),
      registry: registryOf(0),
    })),
    wake: step.wake.flatMap((woken) => {
      const key = "hold" in woken ? holds[woken.hold] : keyOf(woken.list, woken.n);
      return key === undefined ? [] : [{ ...key, at: later(woken.inMs) }];
    }),
  };
}

function count({ seen }: Bench, what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}
