import { decidersOf } from "../../domain/deciders.ts";
import type { PersonId, RegistryId } from "../../domain/ids.ts";
import { isLive, isShutOut, type Lease } from "../../domain/lease.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";
import type { Request } from "../../domain/request.ts";
import type { Surroundings } from "./card-view.ts";
import type { ConversationState } from "./conversation-plan.ts";
import { ifReadable } from "../if-readable.ts";
import type { RegistryRecord, Store } from "../store.ts";

/** So many approvers are named on a card; the others are counted. */
const NAMED = 3;

/** All that the cards of a request show, but for which of them were sent. `record`: the registry's, when it was just read. */
export async function readCardState(
  store: Store,
  policy: Policy,
  about: {
    readonly request: Request;
    readonly lease: Lease | undefined;
    readonly record?: RegistryRecord | undefined;
    readonly now: Date;
  },
  signal: AbortSignal,
): Promise<Omit<ConversationState, "sent" | "unwritable">> {
  const { request, lease, now } = about;
  const registry = registryOf(policy, request.registry);
  const waits = request.status === "pending";
  const can =
    waits && registry ? decidersOf(registry, request.requester.id, request.askedAt, now) : [];
  const [record, leases, deciders] = await Promise.all([
    about.record ?? recordOf(store, request.registry, signal),
    // What others have open is for who decides; afterwards nobody reads it any more.
    waits ? store.leasesFor(request.registry, signal) : undefined,
    namesOf(store, can.slice(0, NAMED), signal),
  ]);
  const surroundings: Surroundings = {
    now,
    findings: record?.findings ?? [],
    slots: record?.observed?.slots,
    ...othersOn(leases?.value ?? [], request, now),
  };
  const lastFailure = record?.lastFailure;
  return { request, lease, policy: registry, surroundings, deciders, lastFailure, now };
}

async function recordOf(
  store: Store,
  registry: RegistryId,
  signal: AbortSignal,
): Promise<RegistryRecord | undefined> {
  return (await ifReadable(store.registry(registry, signal)))?.value;
}

function othersOn(
  leases: readonly Lease[],
  { requester, address }: Request,
  now: Date,
): Pick<Surroundings, "others" | "sharing"> {
  const theirs = leases.filter(
    (lease) => isLive(lease, now) && !isShutOut(lease) && lease.requester.id !== requester.id,
  );
  const people = (of: readonly Lease[]): number =>
    new Set(of.map((each) => each.requester.id)).size;
  return {
    others: people(theirs),
    sharing: people(theirs.filter((lease) => lease.address === address)),
  };
}

/** Of those whom the bot has met. */
async function namesOf(
  store: Store,
  people: readonly PersonId[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const records = await Promise.all(people.map((id) => ifReadable(store.person(id, signal))));
  return records.flatMap((read) => (read?.value?.name ? [read.value.name] : []));
}
