import type { Address } from "../../domain/address.ts";
import { ended, isLive, opened, readmitted, wantsRule, type Lease } from "../../domain/lease.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import {
  admissions,
  ownedPresent,
  type Admission,
  type PlanInput,
} from "../../domain/rule-plan.ts";
import { isLeftGone } from "../../domain/wanted-rules.ts";
import { noteShutOut } from "./note-shut-out.ts";
import type { RegistryDraft } from "./registry-draft.ts";

type Input = {
  readonly draft: RegistryDraft;
  /** `actual` is what was read back, or read without anything to change. */
  readonly input: PlanInput;
  /** Rules that stay ours whether they are there or not. */
  readonly kept: readonly Address[];
  /** What waits to be opened goes on waiting. */
  readonly frozen: boolean;
  readonly policy: RegistryPolicy | undefined;
  readonly now: () => Date;
};

/** How long a write of ours can be late: a paused worker's, or one that Azure took minutes for. */
const KNOWN_AFTER_REMOVAL_MS = 15 * 60_000;

/**
 * Writes down what was read back, and nothing more: open when the address was seen to pass, ended when no rule of
 * ours that this lease kept is left. Rules of ours that are gone stop being ours.
 */
export function settleLeases({ draft, input, kept, frozen, policy, now }: Input): void {
  const at = now();
  const present = ownedPresent(input);
  const admissionOf = admissions(input);
  // What is left gone is nobody's: should somebody else bring it back, it is theirs.
  const wanting = draft
    .leases()
    .filter(wantsRule)
    .filter((lease) => !isLeftGone(lease, admissionOf(lease.address), policy));
  const needed = new Set([...wanting, ...draft.record().recovered].map(({ address }) => address));

  const waits = ({ status }: Lease): boolean => frozen && status === "opening";
  for (const lease of draft.leases().filter((each) => !waits(each))) {
    settle(draft, lease, admissionOf(lease.address), present, needed, at);
  }
  noteShutOut(draft, input, policy, at);

  const { owned } = draft.record();
  const still = owned.filter(
    (address) => present.has(address) || needed.has(address) || kept.includes(address),
  );
  if (still.length === owned.length) return;
  // What the policy has made permanent meanwhile stops being ours, and is still there.
  const gone = owned.filter(
    (address) => !still.includes(address) && !input.actual.includes(address),
  );
  const until = new Date(at.getTime() + KNOWN_AFTER_REMOVAL_MS);
  const tombstones = draft.record().tombstones.filter(({ address }) => !gone.includes(address));
  draft.update({
    owned: still,
    tombstones: [...tombstones, ...gone.map((address) => ({ address, until }))],
  });
}

function settle(
  draft: RegistryDraft,
  lease: Lease,
  admission: Admission,
  present: ReadonlySet<Address>,
  needed: ReadonlySet<Address>,
  now: Date,
): void {
  const { id, registry, address } = lease;
  const borrowed = admission === "foreign";
  switch (lease.status) {
    case "opening": {
      if (admission === "none" || !isLive(lease, now)) return;
      const open = opened(lease, now, borrowed);
      const { endsAt } = open;
      draft.move(open, { kind: "lease.opened", lease: id, registry, address, borrowed, endsAt });
      return;
    }
    case "open": {
      const asBefore = borrowed === lease.borrowed && lease.gone === undefined;
      if (admission === "none" || asBefore) return;
      const { endsAt } = lease;
      const event = {
        kind: "lease.opened",
        lease: id,
        registry,
        address,
        borrowed,
        endsAt,
      } as const;
      draft.move(readmitted(lease, borrowed), event);
      return;
    }
    case "closing": {
      // Gone, or still there because another lease needs it: either way nothing is open because of this one.
      if (present.has(address) && !needed.has(address)) return;
      const reason = lease.endReason;
      draft.move(ended(lease, now, admission), {
        kind: "lease.ended",
        lease: id,
        registry,
        address,
        reason,
        endsAt: lease.endsAt,
      });
      return;
    }
    case "ended":
  }
}
