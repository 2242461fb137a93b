import type { Address } from "../../domain/address.ts";
import { ledgerEndOf, readLedger } from "../../domain/ledger.ts";
import { ledgerScope } from "./keep-ledger.ts";
import type { RegistryView } from "../ports.ts";
import type { RegistryRound } from "./registry-round.ts";
import type { RegistryClaim } from "../store.ts";

/**
 * When to look again at what can't be read, in ms: soon, since during an upgrade a newer program may be the next to
 * claim it.
 */
export const UNREADABLE_RECHECK_MS = 60_000;

/**
 * Rules of ours that no lease which can be read explains, as long as there is one that can't: they may be its rules.
 * They stay until their ends in the ledger, whoever wrote those: programs of two versions must not take turns at
 * removing and restoring, and no rule outlives its lease because a program is too old for it.
 */
export function keptUnread(round: RegistryRound, view: RegistryView): readonly Address[] {
  const { claim, ledger, now } = round;
  const unexplained = ownedByUnreadable(claim);
  if (ledger === undefined || unexplained.length === 0) return unexplained;
  const scope = ledgerScope(round, ledger, view);
  const written = readLedger(view.tags, scope);
  return unexplained.filter((address) => {
    const end = ledgerEndOf(written, address, scope);
    return end === undefined || now() < end;
  });
}

function ownedByUnreadable({ record, leases, unreadable }: RegistryClaim): readonly Address[] {
  if (unreadable.length === 0) return [];
  const explained = new Set(leases.map(({ address }) => address));
  return (record?.owned ?? []).filter((address) => !explained.has(address));
}
