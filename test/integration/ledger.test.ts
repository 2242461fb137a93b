import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { RegistryRecord } from "../../src/application/store.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import { closing } from "../../src/domain/lease.ts";
import { ledgerTags, readLedger, type LedgerScope } from "../../src/domain/ledger.ts";
import { address } from "../unit/builders.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
  type RoundChoices,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const OTHER = "203.0.113.8";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("the ledger", () => {
  const at = azureForSuite();
  let on: RegistryFixture;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "drawbridge-ledger-"));
    on = await registryFixture(at.azure, at.rules, {
      rules: [FOREIGN],
      tags: { team: "platform" },
    });
    await on.useStore(join(folder, "store.sqlite"));
  });
  afterEach(async () => {
    await on.store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const round = (choices: RoundChoices = {}): Promise<number> =>
    on.round({ ledger: at.ledger, ...choices });
  const state = (): NonNullable<ReturnType<typeof at.azure.state>> => {
    const found = at.azure.state(on.registry);
    assert.ok(found !== undefined);
    return found;
  };
  const scope = (): LedgerScope => ({
    registry: on.registry,
    creationDate: state().createdAt,
    seal: at.ledger.seal,
  });
  const ends = (): readonly string[] =>
    [...readLedger(state().tags, scope()).ends.values()].map((end) => end.toISOString()).sort();
  const inMinutes = (minutes: number): string =>
    new Date(on.now().getTime() + minutes * MINUTE_MS).toISOString();
  const record = async (): Promise<RegistryRecord | undefined> =>
    (await on.store.registry(on.registry, AbortSignal.timeout(5_000))).value;
  const findings = async (): Promise<readonly string[]> =>
    (await record())?.findings.map(({ kind }) => kind) ?? [];
  const events = async (): Promise<readonly AuditEvent[]> =>
    (await on.store.audit(1, 100, AbortSignal.timeout(5_000))).value.map(({ event }) => event);
  const copy = (): string => join(folder, "copy.sqlite");

  /** A copy of the store as it is now. */
  async function backUp(): Promise<void> {
    await on.useStore();
    await copyFile(join(folder, "store.sqlite"), copy());
    await on.useStore(join(folder, "store.sqlite"));
  }

  async function wake(): Promise<void> {
    await on.given([]);
  }

  it("has a rule and its end before the rule is there", async () => {
    const seen: string[] = [];
    const unhook = at.azure.intercept(({ phase, method, path }) => {
      const isRulePatch = method === "PATCH" && path.toLowerCase() === on.registry;
      if (isRulePatch && phase === "received") seen.push(...ends());
      return Promise.resolve(undefined);
    });
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    unhook();
    assert.deepEqual(seen, [inMinutes(75)]);
    assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN, OURS]]);
    assert.equal(state().tags["team"], "platform");
  });

  it("loses an entry when its rule was seen gone, and keeps other people's tags", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    on.pass(HOUR_MS);
    const nextMs = await round();
    assert.deepEqual(on.rules(), [FOREIGN]);
    on.pass(nextMs);
    await round();
    assert.deepEqual([ends(), state().tags["team"]], [[], "platform"]);
  });

  it("is never newer than what the store knows of it, in an ordinary life", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    on.pass(await round());
    await round();
    on.pass(HOUR_MS);
    on.pass(await round());
    await round();
    const kinds = (await events()).map(({ kind }) => kind);
    assert.ok(kinds.includes("lease.ended") && !kinds.includes("registry.recovered"));
  });

  it("claims no rule that somebody else adds while it is being written", async () => {
    const does = { kind: "add", rule: OURS } as const;
    at.azure.external({ id: on.registry, does, when: "after-next-get" });
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    assert.deepEqual([await on.status(1), (await record())?.owned], ["open", []]);
    on.pass(2 * HOUR_MS);
    await round();
    assert.deepEqual(on.rules(), [FOREIGN, OURS]);
  });

  it("does not make a rule ours that somebody adds again right before it is tidied", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    on.pass(HOUR_MS);
    const nextMs = await round();
    const does = { kind: "add", rule: OURS } as const;
    at.azure.external({ id: on.registry, does, when: "after-next-get" });
    on.pass(nextMs);
    await round();
    assert.equal(ends().length, 0);
    on.pass(MINUTE_MS);
    await wake();
    await round();
    assert.deepEqual([on.rules(), (await record())?.owned], [[FOREIGN, OURS], []]);
  });

  it("is written anew after somebody wiped the tags", async () => {
    await on.given([on.lease(1)]);
    await round();
    at.azure.external({
      id: on.registry,
      does: { kind: "redeploy", rules: [FOREIGN, OURS] },
    });
    assert.deepEqual(ends(), []);
    on.pass(6 * MINUTE_MS);
    await round();
    assert.deepEqual(ends(), [inMinutes(4 * 60 - 6)]);
  });

  it("stops an addition that it can't take, and never a removal", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    on.pass(HOUR_MS);
    await on.given([on.lease(2, { address: address(OTHER) })]);
    const path = "Microsoft.Resources/tags";
    at.azure.fault({ fault: "not-authorized", match: { path, times: 99 } });
    await round();
    assert.deepEqual(
      [await on.status(1), await on.status(2), on.rules()],
      ["ended due", "opening", [FOREIGN]],
    );
    assert.deepEqual(await findings(), ["ledger-not-written"]);
    at.azure.clearFaults();
    on.pass(MINUTE_MS);
    await round();
    assert.deepEqual([await on.status(2), on.rules()], ["open", [FOREIGN, OTHER]]);
    assert.deepEqual(await findings(), []);
  });

  it("does not make a removal wait when it hangs", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    on.pass(HOUR_MS);
    await on.given([on.lease(2, { address: address(OTHER) })]);
    at.azure.fault({ fault: "hang", match: { path: "Microsoft.Resources/tags" } });
    const began = performance.now();
    await round();
    assert.ok(performance.now() - began < 10_000);
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("lets an emptied store close what is open at its end, and add nothing by itself", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    await on.useStore();
    await wake();
    await round();
    assert.deepEqual([on.rules(), (await record())?.owned], [[FOREIGN, OURS], [OURS]]);
    on.pass(5 * MINUTE_MS);
    await round();
    assert.deepEqual([on.rules(), await findings()], [[FOREIGN, OURS], ["rules-recovered"]]);
    on.pass(71 * MINUTE_MS);
    await round();
    assert.deepEqual(on.rules(), [FOREIGN]);
    on.pass(5 * MINUTE_MS);
    await round();
    assert.deepEqual([ends(), await findings()], [[], []]);
  });

  it("looks at what it recovered when its end has come", async () => {
    await on.given([on.lease(1, { durationMs: 10 * MINUTE_MS })]);
    await round();
    await on.useStore();
    await wake();
    on.pass(23 * MINUTE_MS);
    await round();
    on.pass(1_500);
    assert.ok((await round()) <= 2 * MINUTE_MS);
  });

  it("does not let a restored store reopen what was closed since", async () => {
    await on.given([on.lease(1), on.lease(2, { address: address(OTHER) })]);
    await round();
    await backUp();
    // Somebody removed the one; later both the rule and its entry are gone.
    at.azure.external({ id: on.registry, does: { kind: "remove", rule: OURS }, byType: "User" });
    on.pass(6 * MINUTE_MS);
    await round();
    on.pass(MINUTE_MS);
    await wake();
    await round();
    assert.deepEqual([on.rules(), ends().length], [[FOREIGN, OTHER], 1]);

    await on.useStore(copy());
    on.pass(MINUTE_MS);
    await wake();
    await round();
    on.pass(MINUTE_MS);
    await wake();
    await round();
    assert.deepEqual(
      [await on.status(1), await on.status(2), on.rules()],
      ["ended lost", "open", [FOREIGN, OTHER]],
    );
  });

  it("does not let a restored store put back what we removed just now, before the entry went", async () => {
    const lease = on.lease(1);
    await on.given([lease]);
    await round();
    await backUp();
    const opened = (await on.store.lease(lease.id, AbortSignal.timeout(5_000))).value;
    assert.equal(opened?.status, "open");
    on.pass(MINUTE_MS);
    await on.given([closing(opened, { kind: "lost", by: "others" }, on.now())]);
    await round();
    assert.deepEqual([on.rules(), ends().length], [[FOREIGN], 1]);
    await on.useStore(copy());
    await wake();
    await round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended lost", [FOREIGN]]);
  });

  it("takes no rule for ours that a restored store still owns and somebody else has made since", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    await backUp();
    on.pass(HOUR_MS);
    await round();
    on.pass(MINUTE_MS);
    await wake();
    await round();
    assert.deepEqual(ends(), []);
    at.azure.external({ id: on.registry, does: { kind: "add", rule: OURS }, byType: "User" });
    await on.useStore(copy());
    await wake();
    await round();
    await wake();
    await round();
    assert.deepEqual([on.rules(), (await record())?.owned], [[FOREIGN, OURS], []]);
  });

  it("is not believed when it is forged: nothing is recovered, nothing removed, and it is told", async () => {
    const forger = { ...scope(), seal: (text: string) => text.replaceAll(/[^\w]/g, "_") };
    const forged = ledgerTags([{ address: address(FOREIGN), end: on.now() }], 9e12, {}, forger);
    at.azure.external({
      id: on.registry,
      does: { kind: "redeploy", rules: [FOREIGN], tags: { ...forged } },
    });
    await on.given([on.lease(1)]);
    on.pass(MINUTE_MS);
    await round();
    assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN, OURS]]);
    assert.ok(!(await events()).some(({ kind }) => kind === "registry.recovered"));
  });

  it("never makes a baseline rule ours", async () => {
    const baseline = [address(OURS)];
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await round();
    await on.useStore();
    await wake();
    await round({ policy: { baseline } });
    on.pass(3 * HOUR_MS);
    await round({ policy: { baseline } });
    assert.deepEqual(on.rules(), [FOREIGN, OURS]);
  });
});
