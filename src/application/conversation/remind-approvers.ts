import { mayDecide } from "../../domain/deciders.ts";
import { isChannel, type PersonId } from "../../domain/ids.ts";
import type { Policy, RegistryPolicy } from "../../domain/policy.ts";
import type { Pending } from "../../domain/request.ts";
import { commitSurely } from "../commit-surely.ts";
import { within } from "../deadline.ts";
import { ifReadable } from "../if-readable.ts";
import type { Ids, Log, Messenger } from "../ports.ts";
import { isReminderDue, lastReminder } from "./reminder-times.ts";
import type { PersonRecord, SentCard, Store } from "../store.ts";

type Deps = {
  readonly store: Store;
  readonly messenger: Pick<Messenger, "send">;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
};

const SEND_WITHIN_MS = 10_000;
const WRITE_WITHIN_MS = 5_000;
const AGAIN_MS = 1_000;

/**
 * Reminds everybody who has the request's card and has not said yes of all that waits for them, in one message: the
 * same reminder of another request is then no news. That they were told is written down first, so that two requests
 * never remind of each other; a crash in between leaves out one reminder. Answers when to try again, if at all.
 */
export async function remindApprovers(
  deps: Deps,
  request: Pending,
  registry: RegistryPolicy,
  sent: readonly SentCard[],
  now: Date,
  signal: AbortSignal,
): Promise<number | undefined> {
  const reminder = lastReminder(registry.approval.remindAfterMs, request.askedAt, now);
  if (reminder === undefined) return undefined;
  const approved = new Set(request.approvals.map(({ approver }) => approver.id));
  let againMs: number | undefined;
  for (const { slot, to } of sent) {
    if (slot !== "approval" || isChannel(to) || approved.has(to)) continue;
    if (!mayDecide(registry, to, request.askedAt, now)) continue;
    const person = (await ifReadable(deps.store.person(to, signal)))?.value;
    if (person === undefined || !isReminderDue(reminder, person.remindedAt)) continue;
    if (!(await remind(deps, person, now, signal))) againMs = AGAIN_MS;
  }
  return againMs;
}

/** `false` when it is to be tried again. */
async function remind(
  deps: Deps,
  person: PersonRecord,
  now: Date,
  signal: AbortSignal,
): Promise<boolean> {
  const waiting = await waitingFor(deps, person.id, now, signal);
  // All of it was decided since the request was read.
  if (waiting.length === 0) return true;
  const told = { ...person, version: person.version + 1, remindedAt: now };
  if (!(await write(deps, told, now, signal))) return false;
  const view = { kind: "reminder", waiting } as const;
  const soon = within(SEND_WITHIN_MS, signal);
  const delivery = await deps.messenger.send(person, view, soon);
  if (delivery.kind === "delivered") return true;
  deps.log.warn("reminder.not-delivered", { person: person.id, why: delivery.why });
  if (delivery.kind === "gone") return true;
  const untold = { ...told, version: told.version + 1, remindedAt: person.remindedAt };
  await write(deps, untold, now, signal);
  return false;
}

async function write(
  { store, ids }: Deps,
  value: PersonRecord,
  now: Date,
  signal: AbortSignal,
): Promise<boolean> {
  const notAfter = new Date(now.getTime() + WRITE_WITHIN_MS + SEND_WITHIN_MS);
  const put = [{ kind: "person", value }] as const;
  const change = { opId: ids.opId(), notAfter, put };
  return (await commitSurely(store, change, signal)).kind === "committed";
}

async function waitingFor(
  { store, policy }: Deps,
  person: PersonId,
  now: Date,
  signal: AbortSignal,
): Promise<readonly Pending[]> {
  const lists = await Promise.all(
    policy().registries.map(async (registry) => {
      const { value } = await store.pendingFor(registry.id, signal);
      return value.filter(
        (request) =>
          request.requester.id !== person && mayDecide(registry, person, request.askedAt, now),
      );
    }),
  );
  return lists
    .flat()
    .filter((request) => request.status === "pending")
    .filter(({ approvals }) => approvals.every(({ approver }) => approver.id !== person));
}
