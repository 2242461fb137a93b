import { isSealed, sealed, type LedgerScope } from "../../domain/ledger.ts";
import type { Ledger } from "../ports.ts";
import type { RegistryClaim, RegistryRecord } from "../store.ts";

/** The worker's seal over what the record says is ours; `undefined` without a ledger, or before the first look. */
export function sealRecord(record: RegistryRecord, ledger: Ledger | undefined): string | undefined {
  const scope = scopeOf(record, ledger);
  return scope === undefined ? undefined : sealed(textOf(record), scope);
}

/**
 * Whether the record says of what is ours something that no worker with our key has written. One that says nothing is
 * believed. What the store handed out counts: a draft is ours.
 */
export function isForged(
  { record }: Pick<RegistryClaim, "record">,
  ledger: Ledger | undefined,
): boolean {
  if (record === undefined || ledger === undefined) return false;
  const { owned, tombstones, recovered, ledgerFence, seal } = record;
  if (owned.length + tombstones.length + recovered.length + ledgerFence === 0) return false;
  const scope = scopeOf(record, ledger);
  return scope === undefined || !isSealed(textOf(record), seal, scope);
}

function scopeOf(
  { id, creationDate }: RegistryRecord,
  ledger: Ledger | undefined,
): LedgerScope | undefined {
  if (ledger === undefined || creationDate === undefined) return undefined;
  return { registry: id, creationDate, seals: ledger.seals };
}

function textOf({
  owned,
  tombstones,
  recovered,
  ledgerFence,
  ledgerWrittenAt,
}: RegistryRecord): string {
  return JSON.stringify([owned, tombstones, recovered, ledgerFence, ledgerWrittenAt]);
}
