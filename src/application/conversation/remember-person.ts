import { mayEverDecide } from "../../domain/deciders.ts";
import type { Policy } from "../../domain/policy.ts";
import { commitSurely } from "../commit-surely.ts";
import { ifReadable } from "../if-readable.ts";
import type { Ids, Sender } from "../ports.ts";
import type { ConversationReference, PersonRecord, Store, Wake } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

const WRITE_WITHIN_MS = 5_000;

/**
 * Keeps where a person's cards go, and in which language. Only a personal conversation counts; a group's never becomes
 * somebody's address. An approver who turns up late, or in a new conversation, gets the cards that wait for them.
 * Answers true when nothing was known of them before: once for a person, however many activities come at the same time.
 */
export async function rememberPerson(
  { store, policy, ids }: Deps,
  sender: Sender,
  signal: AbortSignal,
): Promise<boolean> {
  if (!sender.personal) return false;
  const { person, reference } = sender;
  const stored = await ifReadable(store.person(person.id, signal));
  // A newer version keeps more about the person than this one would write back.
  if (stored === undefined) return false;
  const { now, value: known } = stored;
  const name = person.name === "" ? (known?.name ?? "") : person.name;
  // Not every activity says it.
  const locale = sender.locale ?? known?.locale;
  const same = known?.name === name && known.locale === locale;
  if (same && isSame(known.reference, reference)) return false;

  const record: PersonRecord = {
    id: person.id,
    version: (known?.version ?? 0) + 1,
    name,
    reference,
    locale,
    remindedAt: known?.remindedAt,
  };
  // A conflict means that another message of the same person was quicker: nothing is lost.
  const outcome = await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(now.getTime() + WRITE_WITHIN_MS),
      put: [{ kind: "person", value: record }],
      wake: await waiting({ store, policy, ids }, sender, now, signal),
    },
    signal,
  );
  return known === undefined && (outcome.kind === "committed" || outcome.kind === "repeated");
}

async function waiting(
  { store, policy }: Deps,
  { person }: Sender,
  now: Date,
  signal: AbortSignal,
): Promise<readonly Wake[]> {
  const theirs = policy().registries.filter((registry) => mayEverDecide(registry, person.id));
  const pending = await Promise.all([
    store.pendingOf(person.id, signal),
    ...theirs.map(({ id }) => store.pendingFor(id, signal)),
  ]);
  return pending
    .flatMap(({ value }) => value)
    .map(({ id }) => ({ list: "conversation", key: id, at: now }));
}

function isSame(a: ConversationReference, b: ConversationReference): boolean {
  return (
    a.serviceUrl === b.serviceUrl &&
    a.conversationId === b.conversationId &&
    a.tenantId === b.tenantId &&
    a.botId === b.botId &&
    a.userId === b.userId
  );
}
