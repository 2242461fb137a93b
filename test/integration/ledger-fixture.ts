import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryRecord } from "../../src/application/store.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import { readLedger, type LedgerScope } from "../../src/domain/ledger.ts";
import {
  FOREIGN,
  registryFixture,
  type Azure,
  type RegistryFixture,
  type RoundChoices,
} from "./registry-fixture.ts";

/** A second look is due this soon where the first one was not believed alone. */
const CONFIRMED_WITHIN_MS = 1_100;

/** A registry with a foreign rule and a foreign tag, whose ledger is kept, and a store that can be lost. */
export type LedgerFixture = {
  readonly on: RegistryFixture;
  /** Looks, and once more if that has to be confirmed at once. */
  round(choices?: RoundChoices): Promise<number>;
  /** What the ledger's entries are sealed with. */
  scope(): LedgerScope;
  tags(): Readonly<Record<string, string>>;
  /** The ends that the ledger has, in order, as ISO texts. */
  ends(): readonly string[];
  record(): Promise<RegistryRecord | undefined>;
  findings(): Promise<readonly string[]>;
  events(): Promise<readonly AuditEvent[]>;
  /** Has the registry looked at now. */
  wake(): Promise<void>;
  /** Keeps a copy of the store as it is now. */
  backUp(): Promise<void>;
  /** Goes on with that copy. */
  restore(): Promise<void>;
  close(): Promise<void>;
};

/** One for each test, of a registry that was looked at; close it in the end. */
export async function ledgerFixture(at: Azure): Promise<LedgerFixture> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-ledger-"));
  const [file, copy] = [join(folder, "store.sqlite"), join(folder, "copy.sqlite")];
  const on = await registryFixture(at.azure, at.rules, {
    rules: [FOREIGN],
    tags: { team: "platform" },
  });
  await on.useStore(file);
  await on.given([]);
  await on.round({ ledger: at.ledger });

  const soon = (): AbortSignal => AbortSignal.timeout(5_000);
  const state = (): NonNullable<ReturnType<typeof at.azure.state>> => {
    const found = at.azure.state(on.registry);
    assert.ok(found !== undefined);
    return found;
  };
  const scope = (): LedgerScope => ({
    registry: on.registry,
    creationDate: state().createdAt,
    seals: at.ledger.seals,
  });
  const record = async (): Promise<RegistryRecord | undefined> =>
    (await on.store.registry(on.registry, soon())).value;
  return {
    on,
    async round(choices = {}) {
      const nextMs = await on.round({ ledger: at.ledger, ...choices });
      if (nextMs > CONFIRMED_WITHIN_MS) return nextMs;
      on.pass(nextMs);
      return on.round({ ledger: at.ledger, ...choices });
    },
    scope,
    tags: () => state().tags,
    ends: () =>
      [...readLedger(state().tags, scope()).ends.values()].map((end) => end.toISOString()).sort(),
    record,
    findings: async () => (await record())?.findings.map(({ kind }) => kind) ?? [],
    events: async () => (await on.store.audit(1, 100, soon())).value.map(({ event }) => event),
    wake: () => on.given([]),
    async backUp() {
      await on.useStore();
      await copyFile(file, copy);
      await on.useStore(file);
    },
    restore: () => on.useStore(copy),
    async close() {
      await on.store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
