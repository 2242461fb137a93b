import { isAddress, parseAddress } from "../../domain/address.ts";
import { closing, wantsRule, type Open, type Opening } from "../../domain/lease.ts";
import { ledgerEndOf, readLedger, type LedgerEntry } from "../../domain/ledger.ts";
import { registryOf } from "../../domain/policy.ts";
import { ownedPresent } from "../../domain/rule-plan.ts";
import { ledgerScope } from "./keep-ledger.ts";
import type { RegistryView } from "../ports.ts";
import type { RegistryRound } from "./registry-round.ts";
import { isForged } from "./seal-record.ts";

/**
 * Whether the store is believed to know what is ours. `unconfirmed`: the ledger knows more, or this is the store's
 * first look at all, and another look has to show the same before anything is done about it. `recovered`: the ledger
 * was followed, and nothing is added in this round.
 */
export type Recovery = "not-needed" | "unconfirmed" | "recovered";

/**
 * A ledger that is newer than what the store says of it was written by a store that is gone: wiped, cut or restored
 * from a copy. Then the ledger counts. What it does not name is not ours; what it names stays until its end; a lease
 * without its entry has ended since, and must not come back. A record without our seal was not written by a worker:
 * what is ours is then taken from the ledger, too.
 *
 * A store without a past can't tell a stale read, and one read that lacks our last rule would make it a foreign one
 * for ever: what is done here takes two looks with the same `lastModifiedAt`.
 */
export function recoverRules(round: RegistryRound, view: RegistryView): Recovery {
  const { ledger, draft, claim, policy, log } = round;
  if (ledger === undefined) return "not-needed";
  const scope = ledgerScope(round, ledger, view);
  const written = readLedger(view.tags, scope);
  const { owned } = draft.record();
  const forged = isForged(claim, ledger);
  const { ledgerFence } = (forged ? claim.record : undefined) ?? draft.record();
  if (!forged) {
    const lookedBefore = claim.record?.observed;
    if (lookedBefore === undefined) return "unconfirmed";
    if (written.fence <= ledgerFence) {
      forgetWhatIsOver(round);
      return "not-needed";
    }
    if (lookedBefore.lastModifiedAt?.getTime() !== view.lastModifiedAt?.getTime()) {
      return "unconfirmed";
    }
  }

  const actual = view.network?.rules ?? [];
  const named = actual.map(parseAddress).filter(isAddress).concat(owned);
  const entries = [...new Set(named)].flatMap((address): LedgerEntry[] => {
    const end = ledgerEndOf(written, address, scope);
    return end === undefined ? [] : [{ address, end }];
  });
  const baseline = registryOf(policy, claim.registry)?.baseline ?? [];
  const ours = new Set(entries.map(({ address }) => address));
  const present = ownedPresent({ owned: ours, baseline, actual });

  // The leases of a record that was only written into are as good as they were.
  if (written.fence > ledgerFence) endLost(round, entries);
  const wanted = new Set(
    draft
      .leases()
      .filter(wantsRule)
      .map(({ address }) => address),
  );
  const recovered = entries.filter(({ address }) => present.has(address) && !wanted.has(address));
  draft.update({ owned: [...present], tombstones: [], recovered, ledgerFence: written.fence });
  draft.note({ kind: "registry.recovered", registry: claim.registry, rules: recovered });
  log.error("registry.recovered", { registry: claim.registry, rules: recovered.length });
  return "recovered";
}

/** What has ended since the copy was made must not come back. */
function endLost({ draft, now }: RegistryRound, entries: readonly LedgerEntry[]): void {
  const at = now();
  for (const lease of draft.leases().filter(wantsRule)) {
    if (lease.status === "open" && lease.borrowed) continue;
    const entry = entries.find(({ address }) => address === lease.address);
    if (entry !== undefined && soonestEndOf(lease) <= entry.end) continue;
    const { id, registry, address } = lease;
    const reason = { kind: "lost", by: "restored-store" } as const;
    const event = { kind: "lease.closing", lease: id, registry, address, reason } as const;
    draft.move(closing(lease, reason, at), event);
  }
}

/** An entry that ends before this was not made for the lease. */
function soonestEndOf(lease: Opening | Open): Date {
  return lease.status === "open"
    ? lease.endsAt
    : new Date(lease.approvedAt.getTime() + lease.durationMs);
}

function forgetWhatIsOver({ draft, now }: RegistryRound): void {
  const { recovered } = draft.record();
  const still = recovered.filter(({ end }) => now() < end);
  if (still.length < recovered.length) draft.update({ recovered: still });
}
