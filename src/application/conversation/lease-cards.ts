import { isChangeable } from "../../domain/grant.ts";
import { leaseIdOf } from "../../domain/ids.ts";
import { isShutOut, type Lease, type Open } from "../../domain/lease.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import type { Request } from "../../domain/request.ts";
import { extensionsOf } from "./extensions-of.ts";
import type { WantedCard } from "./wanted-card.ts";
import type { SentCard } from "../store.ts";

/** How long before the end the requester hears of it. */
const ENDING_SOON_MS = 15 * 60_000;
/** Of a shorter lease nobody is told that it ends soon: they were told so when it began. */
const LONG_ENOUGH_MS = 2 * ENDING_SOON_MS;

type LeaseState = {
  readonly request: Request;
  readonly lease: Lease | undefined;
  readonly policy: RegistryPolicy | undefined;
  readonly sent: readonly SentCard[];
  readonly now: Date;
};

/** What the requester is told of the lease that the request made: nothing that was not read back. */
export function leaseCards(state: LeaseState): readonly WantedCard[] {
  const { request, lease } = state;
  if (lease === undefined || lease.status === "opening") return [];
  if (lease.id !== leaseIdOf(request.id)) return [];
  const to = request.requester.id;
  const shows = String(lease.version);
  const extendByMs = extensionsOf(state.policy, lease);
  const cards: WantedCard[] = [];
  if (lease.seenAt !== undefined) {
    cards.push({ slot: "opened", to, view: { kind: "opened", lease, extendByMs }, shows });
  }
  cards.push(...endingCards(state, lease));
  if (lease.status === "ended") {
    cards.push({ slot: "ended", to, view: { kind: "ended", lease }, shows });
  }
  return cards;
}

/** When the conversation is to be looked at next because of the lease's end; `undefined` when nothing is due then. */
export function endingSoonAt(lease: Lease | undefined, now: Date): Date | undefined {
  if (!isChangeable(lease, now) || !isLong(lease)) return undefined;
  const soonAt = new Date(lease.endsAt.getTime() - ENDING_SOON_MS);
  return soonAt > now ? soonAt : undefined;
}

/**
 * Told once for each end: a lease that got more time is told of anew when that is nearly up, and what was said before
 * is corrected meanwhile.
 */
function endingCards(
  { request, policy, sent, now }: LeaseState,
  lease: Exclude<Lease, { status: "opening" }>,
): readonly WantedCard[] {
  const told = sent.find(({ slot }) => slot === "ending")?.shows;
  const card = { slot: "ending", to: request.requester.id } as const;
  const view = { kind: "ending", lease, extendByMs: extensionsOf(policy, lease) } as const;
  const end = String(lease.endsAt.getTime());
  if (!isChangeable(lease, now)) {
    if (told === undefined) return [];
    return [{ ...card, view, shows: `over ${end}` }];
  }
  // What lets nothing pass does not end soon; what was said before is corrected.
  if (isShutOut(lease)) {
    const shows = `shut out ${String(lease.gone.seenAt.getTime())} ${String(lease.gone.putBack)}`;
    return told === undefined ? [] : [{ ...card, view, shows }];
  }
  const soon = now.getTime() >= lease.endsAt.getTime() - ENDING_SOON_MS;
  if (soon && isLong(lease)) {
    const shows = `soon ${end}`;
    const anew = told !== shows;
    return [{ ...card, view, shows, anew }];
  }
  if (told === undefined) return [];
  return [{ ...card, view: { ...view, moved: true }, shows: `later ${end}` }];
}

function isLong({ seenAt, endsAt }: Open): boolean {
  return endsAt.getTime() - seenAt.getTime() >= LONG_ENOUGH_MS;
}
