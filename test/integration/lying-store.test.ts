import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { RegistryRecord } from "../../src/application/store.ts";
import { address } from "../unit/builders.ts";
import { ledgerFixture, type LedgerFixture } from "./ledger-fixture.ts";
import { azureForSuite, FOREIGN } from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const ANOTHER = "192.0.2.11";
const HOUR_MS = 3_600_000;

describe("a store that says what no worker wrote", () => {
  const at = azureForSuite();
  let ledger: LedgerFixture;

  beforeEach(async () => {
    ledger = await ledgerFixture(at);
  });
  afterEach(async () => {
    await ledger.close();
  });

  /** Writes into the worker's record as somebody who can write to the store, and does not know the key. */
  async function lie(fields: Partial<RegistryRecord>): Promise<void> {
    const record = await ledger.record();
    const version = (record?.version ?? 0) + 1;
    await ledger.on.given([], { ...record, ...fields, version });
  }

  const later = (): Date => new Date(ledger.on.now().getTime() + 24 * HOUR_MS);
  const lies: Readonly<Record<string, () => Partial<RegistryRecord>>> = {
    owned: () => ({ owned: [address(OURS), address(FOREIGN)] }),
    "removed a while ago": () => ({ tombstones: [{ address: address(FOREIGN), until: later() }] }),
    "ours for another day": () => ({ recovered: [{ address: address(OURS), end: later() }] }),
    "owned, in an older ledger": () => ({ owned: [address(FOREIGN)], ledgerFence: 9e12 }),
    "owned, without a seal": () => ({ owned: [address(FOREIGN)], seal: undefined }),
  };
  for (const [name, lied] of Object.entries(lies)) {
    it(`of a rule that it is ${name}: what is not ours stays, and what is goes at its end`, async () => {
      await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
      await ledger.round();
      await lie(lied());
      await ledger.round();
      assert.deepEqual(ledger.on.rules(), [FOREIGN, OURS]);
      ledger.on.pass(2 * HOUR_MS);
      await ledger.round();
      assert.deepEqual(ledger.on.rules(), [FOREIGN]);
    });
  }

  const meanwhile: Readonly<Record<string, () => void>> = {
    "Azure does not answer": () => {
      at.azure.fault({
        fault: "not-authorized",
        match: { method: "GET", path: ledger.on.registry },
      });
    },
    "others write": () => {
      const does = { kind: "add", rule: ANOTHER } as const;
      at.azure.external({ id: ledger.on.registry, does, byType: "User" });
    },
  };
  for (const [name, lied] of Object.entries(lies)) {
    for (const [when, happens] of Object.entries(meanwhile)) {
      it(`of a rule that it is ${name}, while ${when}: no lie is written back under our seal`, async () => {
        await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
        await ledger.round();
        await lie(lied());
        happens();
        ledger.on.pass(await ledger.round());
        ledger.on.pass(await ledger.round());
        await ledger.round();
        assert.ok(ledger.on.rules().includes(FOREIGN) && ledger.on.rules().includes(OURS));
        ledger.on.pass(2 * HOUR_MS);
        await ledger.round();
        assert.deepEqual(
          [ledger.on.rules()[0], ledger.on.rules().includes(OURS)],
          [FOREIGN, false],
        );
      });
    }
  }

  it("before any ledger was written: what is not ours stays", async () => {
    await lie({ owned: [address(FOREIGN)] });
    await ledger.round();
    ledger.on.pass(HOUR_MS);
    await ledger.wake();
    await ledger.round();
    assert.deepEqual([ledger.on.rules(), (await ledger.record())?.owned], [[FOREIGN], []]);
  });

  it("believes what was sealed with a former key", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    const seals = [
      (text: string) => text.slice(0, 60).replaceAll(/\W/g, "x"),
      ...at.ledger.seals,
    ] as const;
    ledger.on.pass(HOUR_MS);
    await ledger.round({ ledger: { ...at.ledger, seals } });
    assert.deepEqual([await ledger.on.status(1), ledger.on.rules()], ["ended due", [FOREIGN]]);
    assert.ok(!(await ledger.events()).some(({ kind }) => kind === "registry.recovered"));
  });
});
