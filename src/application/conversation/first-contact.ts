import type { Person, PersonId } from "../../domain/ids.ts";
import { commitSurely } from "../commit-surely.ts";
import { ifReadable } from "../if-readable.ts";
import type { DeliveryFailure, Ids, Log, Messenger, Reader, Unreachable } from "../ports.ts";
import type { ConversationReference, Store } from "../store.ts";

/** Where somebody's cards go; or why nowhere yet, and when to try again. */
type Reach =
  | (Reader & { readonly kind: "known" })
  | { readonly kind: "unreachable"; readonly why: Unreachable }
  | (DeliveryFailure & { readonly kind: "later" });

/** What is known of somebody who was never written to. */
type Hints = {
  readonly name?: string;
  /** Of any conversation in the tenant. */
  readonly serviceUrl: string | undefined;
  /** Their Teams id, from an activity or a roster. */
  readonly userId: string | undefined;
};

type Deps = {
  readonly store: Store;
  readonly messenger: Pick<Messenger, "beginChat">;
  readonly ids: Ids;
  readonly log: Log;
  readonly monotonicMs: () => number;
  /** For the first word to anybody in the tenant. */
  readonly serviceUrl: string;
};

/** Finds people's personal chats. */
export type Contacts = {
  /** The chat that is known, else a new one, which is written down. */
  reach(person: PersonId, hints: Hints, signal: AbortSignal): Promise<Reach>;
};

/** Whom Teams lets us not write to is not asked for again before this; installing the app makes itself heard. */
const REFUSED_RETRY_MS = 30 * 60_000;
const WRITE_WITHIN_MS = 5_000;
const REMEMBERED = 5_000;

/** Remembers for a while, in this process, whom Teams refused: many requests wait for the same approver. */
export function createContacts(deps: Deps): Contacts {
  const { store, messenger, log, monotonicMs } = deps;
  const refused = new Map<PersonId, { readonly why: Unreachable; readonly untilMs: number }>();
  return {
    async reach(person, { name = "", serviceUrl, userId }, signal) {
      const stored = await ifReadable(store.person(person, signal));
      if (stored === undefined) return { kind: "later", afterMs: 60_000, why: "unreadable person" };
      if (stored.value !== undefined) {
        const { reference, locale } = stored.value;
        return { kind: "known", reference, locale };
      }
      const before = refused.get(person);
      if (before !== undefined && monotonicMs() < before.untilMs) {
        return { kind: "unreachable", why: before.why };
      }
      const begun = await messenger.beginChat(
        person,
        { serviceUrl: serviceUrl ?? deps.serviceUrl, userId },
        signal,
      );
      if (begun.kind === "later") return begun;
      if (begun.kind === "gone") {
        if (refused.size >= REMEMBERED) refused.clear();
        refused.set(person, { why: begun.why, untilMs: monotonicMs() + REFUSED_RETRY_MS });
        log.error("person.unreachable", { person, why: begun.why, todo: TODO });
        return { kind: "unreachable", why: begun.why };
      }
      refused.delete(person);
      const reference = await keep(deps, { id: person, name }, begun.reference, stored.now, signal);
      return { kind: "known", reference, locale: undefined };
    },
  };
}

const TODO = "Ask them to add the app in Teams, or install it for them by an app setup policy.";

/** Somebody who wrote to us meanwhile knows better where they are. */
async function keep(
  { store, ids }: Deps,
  { id, name }: Person,
  reference: ConversationReference,
  now: Date,
  signal: AbortSignal,
): Promise<ConversationReference> {
  const unknown = { locale: undefined, remindedAt: undefined };
  const value = { id, version: 1, name, reference, ...unknown };
  const outcome = await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(now.getTime() + WRITE_WITHIN_MS),
      put: [{ kind: "person", value }],
    },
    signal,
  );
  if (outcome.kind !== "conflict") return reference;
  return (await ifReadable(store.person(id, signal)))?.value?.reference ?? reference;
}
