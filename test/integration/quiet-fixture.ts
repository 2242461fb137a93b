import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Put, RegistryClaim, RegistryRecord } from "../../src/application/store.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import type { Open } from "../../src/domain/lease.ts";
import type { StoredTexts } from "../contract/stored-texts.ts";
import type { ExternalWrite } from "../emulators/azure/external-writers.ts";
import { STORES_ON_SET_CLOCK } from "../stores-on-set-clock.ts";
import { requestId } from "../unit/builders.ts";
import {
  FOREIGN,
  HOLD_MS,
  registryFixture,
  type Azure,
  type RegistryFixture,
  type RoundChoices,
} from "./registry-fixture.ts";

const EVERY_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const soon = AbortSignal.timeout(120_000);

/** `quiet` when it got by without the leases. */
export type LookKind = "quiet" | "full";

/** A registry that is looked at every five minutes. */
export type QuietFixture = {
  readonly on: RegistryFixture;
  /** Of the store, behind its back. */
  readonly texts: StoredTexts;
  /** One more look, five minutes later. */
  look(choices?: RoundChoices): Promise<LookKind>;
  looks(count: number, choices?: RoundChoices): Promise<readonly LookKind[]>;
  /** One more look, now. */
  lookNow(choices?: RoundChoices): Promise<LookKind>;
  /** Looks until there is nothing to do any more; with lease 1, open for hours, unless others are given. */
  givenQuiet(
    choices?: RoundChoices,
    leases?: Parameters<RegistryFixture["given"]>[0],
  ): Promise<void>;
  record(): Promise<RegistryRecord>;
  findings(): Promise<readonly string[]>;
  /** Lease 1, which is open. */
  openLease(): Promise<Open>;
  /** As anybody might who can write into the store. */
  put(...puts: readonly Put[]): Promise<void>;
  byOthers(does: ExternalWrite["does"]): void;
  inHours(hours: number): Date;
  close(): Promise<void>;
};

/** A new one for each test; close it in the end. */
export async function quietFixture(at: Azure): Promise<QuietFixture> {
  const [{ open } = assert.fail()] = STORES_ON_SET_CLOCK;
  const opened = await open();
  const on = await registryFixture(at.azure, at.rules, { rules: [FOREIGN] }, HOLD_MS, opened);

  const lookNow: QuietFixture["lookNow"] = async (choices) => {
    await on.given([]);
    const claim = await on.claim();
    let kind: LookKind = "quiet";
    const { now, hold, registry, asStored, record, freeze } = claim;
    const watched: RegistryClaim = {
      ...{ kind: "claimed", now, hold, registry, asStored, record, freeze },
      get leases() {
        kind = "full";
        return claim.leases;
      },
      get unreadable() {
        kind = "full";
        return claim.unreadable;
      },
    };
    await on.reconcile(watched, choices);
    return kind;
  };
  const look: QuietFixture["look"] = (choices) => {
    on.pass(EVERY_MS);
    return lookNow(choices);
  };
  const record = async (): Promise<RegistryRecord> =>
    (await on.store.registry(on.registry, soon)).value ?? assert.fail("no record");
  return {
    on,
    texts: opened.texts,
    look,
    lookNow,
    async looks(count, choices) {
      const kinds: LookKind[] = [];
      for (let n = 0; n < count; n += 1) kinds.push(await look(choices));
      return kinds;
    },
    async givenQuiet(choices, leases = [on.lease(1)]) {
      await on.given(leases);
      for (let n = 0; n < 8; n += 1) if ((await look(choices)) === "quiet") return;
      assert.fail("it does not come to rest");
    },
    record,
    findings: async () => (await record()).findings.map(({ kind }) => kind),
    async openLease() {
      const { value } = await on.store.lease(leaseIdOf(requestId(1)), soon);
      assert.ok(value?.status === "open");
      return value;
    },
    async put(...puts) {
      const change = { opId: randomUUID(), notAfter: on.now(), put: puts };
      assert.equal((await on.store.commit(change, soon)).kind, "committed");
    },
    byOthers(does) {
      at.azure.external({ id: on.registry, does, byType: "User" });
    },
    inHours: (hours) => new Date(on.now().getTime() + hours * HOUR_MS),
    close: () => opened.remove(),
  };
}
