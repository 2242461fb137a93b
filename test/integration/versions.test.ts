import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { withStoreLog } from "../../src/adapters/log/store-log.ts";
import type { Log } from "../../src/application/ports.ts";
import { reconcileConversation } from "../../src/application/conversation/reconcile-conversation.ts";
import { sweep } from "../../src/application/registry/sweep.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK, type StoreOpener } from "../stores-on-set-clock.ts";
import { address, pending, policyOf, registryPolicy, requestId } from "../unit/builders.ts";
import {
  azureForSuite,
  FOREIGN,
  HOLD_MS,
  registryFixture,
  type RegistryFixture,
} from "./registry-fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const soon = AbortSignal.timeout(120_000);
const at = (n: number) => address(`203.0.113.${String(n)}`);

describe("programs of two versions", () => {
  const azure = azureForSuite();
  for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
    describeUnless(missing, `on ${name}`, () => {
      versionsOn(azure, open);
    });
  }
});

function versionsOn(azure: ReturnType<typeof azureForSuite>, open: StoreOpener): void {
  let opened: Awaited<ReturnType<StoreOpener>>;
  let on: RegistryFixture;
  let lines: Record<string, unknown>[];

  beforeEach(async () => {
    opened = await open();
    lines = [];
    const store = withStoreLog(opened.store, logInto(lines));
    const seed = { rules: [FOREIGN] };
    on = await registryFixture(azure.azure, azure.rules, seed, HOLD_MS, { ...opened, store });
  });
  afterEach(async () => {
    await opened.remove();
  });

  /** What a newer program would have written in place of the record; answers what was there before. */
  async function upgraded(kind: "lease" | "registry" | "freeze", id: string): Promise<string> {
    const before = await opened.texts.read(kind, id);
    await opened.texts.write(kind, id, newer(before));
    return before;
  }

  function otherWriter(rules: readonly string[]): void {
    azure.azure.external({
      id: on.registry,
      does: { kind: "replace", rules: [...rules] },
      byType: "User",
    });
  }

  const lease = (n: number): string => leaseIdOf(requestId(n));
  const unreadable = (): unknown[] => lines.filter(({ event }) => event === "record.unreadable");
  const findings = async (): Promise<readonly unknown[]> =>
    (await on.store.registry(on.registry, soon)).value?.findings ?? [];

  it("go on opening and closing what both can read, and leave the rest until it can be read", async () => {
    const [first, second] = [1, 2].map((n) =>
      on.lease(n, { address: at(n), durationMs: n * MINUTE_MS }),
    );
    assert.ok(first && second);
    await on.given([first, second]);
    await on.round();
    const before = await upgraded("lease", lease(2));

    on.pass(MINUTE_MS);
    await on.given([on.lease(3, { address: at(3) })]);
    const nextMs = await on.round();
    assert.deepEqual([await on.status(1), await on.status(3)], ["ended due", "open"]);
    assert.deepEqual(on.rules(), [FOREIGN, at(2), at(3)]);
    assert.deepEqual(await findings(), [{ kind: "leases-unreadable", count: 1 }]);
    assert.ok(nextMs > HOLD_MS && nextMs <= 66_000, `looks again in ${String(nextMs)} ms`);
    assert.deepEqual(unreadable(), [
      {
        event: "record.unreadable",
        of: on.registry,
        kind: "lease",
        id: lease(2),
        why: `The lease record ${lease(2)} cannot be read: its schema version is not 1.`,
      },
    ]);

    on.pass(5 * HOUR_MS);
    await on.round();
    assert.deepEqual([await on.status(3), on.rules()], ["ended due", [FOREIGN, at(2)]]);
    assert.equal(await opened.texts.read("lease", lease(2)), newer(before));

    await opened.texts.write("lease", lease(2), before);
    on.pass(MINUTE_MS + 6_000);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["ended due", [FOREIGN]]);
    assert.deepEqual(await findings(), []);
  });

  it("close what they can't read at its end in the ledger, and know so when they can", async () => {
    const ledger = azure.ledger;
    await on.given([]);
    await on.round({ ledger });
    await on.given([on.lease(1, { durationMs: 60 * MINUTE_MS })]);
    await on.round({ ledger });
    const before = await upgraded("lease", lease(1));
    on.pass(60 * MINUTE_MS);
    await on.round({ ledger });
    assert.deepEqual(on.rules(), [FOREIGN, "203.0.113.7"]);
    on.pass(2 * MINUTE_MS);
    await on.round({ ledger });
    assert.deepEqual(on.rules(), [FOREIGN]);
    await opened.texts.write("lease", lease(1), before);
    on.pass(2 * MINUTE_MS);
    await on.round({ ledger });
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("take a freeze that they can't read for one", async () => {
    const freeze = { id: on.registry, version: 1, freeze: undefined };
    const put = [{ kind: "freeze", value: freeze }] as const;
    await on.store.commit({ opId: crypto.randomUUID(), notAfter: on.now(), put }, soon);
    const before = await upgraded("freeze", on.registry);
    await on.given([on.lease(1)]);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["opening", [FOREIGN]]);
    await opened.texts.write("freeze", on.registry, before);
    on.pass(2 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN, "203.0.113.7"]]);
  });

  it("know a rule as theirs that was gone for a while when its lease could not be read", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    const before = await upgraded("lease", lease(1));
    otherWriter([FOREIGN]);
    on.pass(6 * MINUTE_MS);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN], "it is not put back without knowing its end");
    otherWriter([FOREIGN, "203.0.113.7"]);
    on.pass(5 * HOUR_MS);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN, "203.0.113.7"]);
    await opened.texts.write("lease", lease(1), before);
    on.pass(2 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("touch nothing on a registry whose own record they can't read, and close when they can", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    const before = await upgraded("registry", on.registry);
    await on.given([on.lease(2, { address: at(2) })]);
    on.pass(MINUTE_MS);
    // What a worker does when it starts: it must be able to, whatever is in the store.
    const policy = policyOf(registryPolicy({ id: on.registry }));
    const ids = { requestId, opId: () => crypto.randomUUID(), random: () => 0.5 };
    await sweep(
      { store: on.store, ids: { ...ids, requestId: () => requestId(0) } },
      policy,
      0,
      soon,
    );
    assert.equal(await on.round(), MINUTE_MS);
    assert.deepEqual([await on.status(1), await on.status(2)], ["open", "opening"]);
    assert.deepEqual([on.patches(), on.rules()], [1, [FOREIGN, "203.0.113.7"]]);
    assert.equal(await opened.texts.read("registry", on.registry), newer(before));
    assert.equal(unreadable().length, 1);

    await opened.texts.write("registry", on.registry, before);
    on.pass(MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), await on.status(2)], ["ended due", "open"]);
    assert.deepEqual(on.rules(), [FOREIGN, at(2)]);
  });

  it("never write over what a newer one wrote in the middle of a round, and send nothing then", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    const claim = await on.claim();
    const before = await opened.texts.read("lease", lease(1));
    await opened.texts.write("lease", lease(1), newer(before), 3);
    await on.reconcile(claim);
    assert.equal(await opened.texts.read("lease", lease(1)), newer(before));
    assert.deepEqual([on.patches(), on.rules()], [1, [FOREIGN, "203.0.113.7"]]);
    on.pass(HOLD_MS);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN, "203.0.113.7"]);
  });

  it("end what they could not read when its registry was created anew, and open it on no other", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    const before = await upgraded("lease", lease(1));
    await azure.azure.recreate({ id: on.registry });
    on.pass(6 * MINUTE_MS);
    await on.round();
    await opened.texts.write("lease", lease(1), before);
    on.pass(2 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended registry-gone", []]);
  });

  it("leave the cards of a request that they can't read, and look again", async () => {
    const request = pending({ registry: on.registry });
    const { id } = request;
    const wake = [{ list: "conversation", key: id, at: on.now() }] as const;
    const put = [{ kind: "request", value: { ...request, version: 1 } }] as const;
    const opId = crypto.randomUUID();
    await on.store.commit({ opId, notAfter: on.now(), put, wake }, soon);
    const before = await opened.texts.read("request", id);
    await opened.texts.write("request", id, newer(before));
    const claim = await on.store.claimConversation(HOLD_MS, soon);
    assert.ok(claim.kind === "claimed");
    const never = (): never => assert.fail("nothing is sent");
    const policy = policyOf(registryPolicy({ id: on.registry }));
    const deps = {
      store: on.store,
      messenger: { send: never, update: never, beginChat: never, beginThread: never },
      contacts: { reach: never },
      serviceUrl: "https://smba.trafficmanager.net/teams/",
      policy: () => policy,
      ids: { requestId: never, opId: () => crypto.randomUUID(), random: () => 0.5 },
      log: logInto([]),
      monotonicMs: () => 0,
    };
    await reconcileConversation(deps, claim, soon);
    const idle = await on.store.claimConversation(HOLD_MS, soon);
    assert.ok(idle.kind === "idle");
    assert.deepEqual(idle.nextAt, new Date(on.now().getTime() + MINUTE_MS));
    assert.equal(await opened.texts.read("request", id), newer(before));
  });
}

/** The record as a newer version might write it: another schema version, and a field that this one does not know. */
function newer(json: string): string {
  return json.replace('{"v":1,', '{"v":2,"since":"the next version",');
}

function logInto(lines: Record<string, unknown>[]): Log {
  const add = (event: string, fields: Readonly<Record<string, unknown>>): void => {
    lines.push({ event, ...fields });
  };
  return { info: add, warn: add, error: add };
}
