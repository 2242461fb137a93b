import { randomUUID } from "node:crypto";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { CardView } from "../../src/application/conversation/card-view.ts";
import { createContacts } from "../../src/application/conversation/first-contact.ts";
import type { DeliveryFailure, Log, Messenger } from "../../src/application/ports.ts";
import { reconcileConversation } from "../../src/application/conversation/reconcile-conversation.ts";
import type { ConversationReference, Put, Store } from "../../src/application/store.ts";
import { requestIdOf, type Person } from "../../src/domain/ids.ts";
import { isShutOut } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import type { StoreOnSetClock } from "../stores-on-set-clock.ts";
import { NOW, policyOf, registryPolicy } from "../unit/builders.ts";

/** One message of the bot, and all that it ever showed. */
export type Shown = {
  readonly conversationId: string;
  readonly id: string;
  readonly views: CardView[];
  /** The languages that it was sent and updated for. */
  readonly locales: (string | undefined)[];
};

/** The conversation reconciler over a store in memory and a Teams that keeps what it is sent. */
export type ConversationFixture = {
  readonly store: Store;
  now(): Date;
  pass(ms: number): void;
  /** Writes these and wakes their conversations. */
  given(...puts: readonly Put[]): Promise<void>;
  /** Somebody with a personal chat, who reads that language if one is named. */
  person(person: Person, locale?: string): Put;
  /** Works on all that is due; answers in how many ms something is due next, if at all. */
  settle(over?: Partial<RegistryPolicy>): Promise<number | undefined>;
  /** Every message so far. */
  shown(): readonly Shown[];
  /** What the conversation shows now, as "kind" or "kind status". */
  sees(conversationId: string): readonly string[];
  /** Makes Teams refuse everything to this conversation, person or channel. */
  refuse(to: string, failure: DeliveryFailure): void;
  /** Ends the process, as it were, with the n-th write or message from now; without effect, or just after it. */
  dieAt(n: number, when: "before" | "after"): void;
  /** Whether it has died since. */
  died(): boolean;
};

/** How long a claim holds a request here. */
export const HOLD_MS = 20_000;
const SERVICE_URL = "https://smba.trafficmanager.net/emea/";
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const soon = AbortSignal.timeout(300_000);

/** The clock stands at NOW until it is moved, and that of the given store with it. */
export function conversationFixture(kept?: StoreOnSetClock): ConversationFixture {
  let nowMs = NOW.getTime();
  let messageNumber = 0;
  let untilDeath = Infinity;
  let death: "before" | "after" = "before";
  const now = (): Date => new Date(nowMs);
  const opened = kept?.store ?? openSqliteStore({ file: ":memory:", now, auditKeptMs: 3_600_000 });
  kept?.setClock(NOW);
  const messages: Shown[] = [];
  const refused = new Map<string, DeliveryFailure>();

  /** One step of the process: it may be its last. */
  async function step<T>(act: () => Promise<T> | T): Promise<T> {
    untilDeath -= 1;
    if (untilDeath === 0 && death === "before") throw new Error("died");
    const done = await act();
    if (untilDeath === 0) throw new Error("died");
    return done;
  }
  const store: Store = new Proxy(opened, {
    get(target, name) {
      if (name === "commit") {
        return (...args: Parameters<Store["commit"]>) => step(() => target.commit(...args));
      }
      const value: unknown = Reflect.get(target, name);
      // Methods of a class with private fields work on the object itself only.
      return value instanceof Function ? (value.bind(target) as unknown) : value;
    },
  });

  const show = (conversationId: string, view: CardView, locale?: string): string => {
    messageNumber += 1;
    messages.push({ conversationId, id: String(messageNumber), views: [view], locales: [locale] });
    return String(messageNumber);
  };
  const reference = (conversationId: string, userId: string): ConversationReference => ({
    ...{ serviceUrl: SERVICE_URL, conversationId, userId, botId: "28:bot" },
    tenantId: policyOf().tenant,
  });
  const messenger: Messenger = {
    send: ({ reference: { conversationId }, locale }, view) =>
      step(
        () =>
          refused.get(conversationId) ?? {
            kind: "delivered",
            messageId: show(conversationId, view, locale),
          },
      ),
    update: ({ reference: { conversationId }, locale }, messageId, view) =>
      step(() => {
        const failure = refused.get(conversationId);
        if (failure !== undefined) return failure;
        const message = messages.find(({ id }) => id === messageId);
        message?.views.push(view);
        message?.locales.push(locale);
        return { kind: "delivered", messageId };
      }),
    beginChat: (person) =>
      step(
        () =>
          refused.get(person) ?? {
            kind: "begun",
            reference: reference(`chat ${person}`, person),
            messageId: undefined,
          },
      ),
    beginThread: (channel, view) =>
      step(() => {
        const failure = refused.get(channel);
        if (failure !== undefined) return failure;
        const conversationId = `${channel};messageid=${String(messageNumber + 1)}`;
        const messageId = show(conversationId, view);
        return { kind: "begun", reference: reference(conversationId, channel), messageId };
      }),
  };
  const ids = {
    requestId: () => {
      throw new Error("nobody asks here");
    },
    opId: () => randomUUID(),
    random: () => 0.5,
  };
  // A process that has died remembers nothing.
  let contacts = createContacts({
    ...{ store, messenger, ids, log: quiet, serviceUrl: SERVICE_URL },
    monotonicMs: () => nowMs,
  });

  return {
    store: opened,
    now,
    pass(ms) {
      nowMs += ms;
      kept?.setClock(now());
    },
    async given(...puts) {
      const keys = puts.flatMap((put) => {
        if (put.kind === "request") return [put.value.id];
        return put.kind === "lease" ? [requestIdOf(put.value.id)] : [];
      });
      const wake = keys.map((key) => ({ list: "conversation", key, at: now() }) as const);
      const notAfter = new Date(nowMs + 1_000);
      await opened.commit({ opId: randomUUID(), notAfter, put: puts, wake }, soon);
    },
    person: ({ id, name }, locale) => ({
      kind: "person",
      value: {
        ...{ id, version: 1, name, locale, remindedAt: undefined },
        reference: reference(`chat ${id}`, `29:${id}`),
      },
    }),
    async settle(over = {}) {
      const policy = policyOf(registryPolicy(over));
      const deps = {
        ...{ store, messenger, contacts, ids, log: quiet, serviceUrl: SERVICE_URL },
        ...{ policy: () => policy, monotonicMs: () => nowMs },
      };
      for (;;) {
        const claim = await opened.claimConversation(HOLD_MS, soon);
        if (claim.kind === "idle") return claim.nextAt && claim.nextAt.getTime() - nowMs;
        try {
          await reconcileConversation(deps, claim, soon);
        } catch (error) {
          if (!(error instanceof Error && error.message === "died")) throw error;
          contacts = createContacts({ ...deps, monotonicMs: () => nowMs });
          return undefined;
        }
      }
    },
    shown: () => messages,
    sees: (conversationId) =>
      messages
        .filter((message) => message.conversationId === conversationId)
        .map(({ views }) => said(views.at(-1))),
    refuse: (to, failure) => void refused.set(to, failure),
    dieAt(n, when) {
      untilDeath = n;
      death = when;
    },
    died: () => untilDeath <= 0,
  };
}

function said(view: CardView | undefined): string {
  if (view === undefined) return "nothing";
  if (view.kind === "proof") return `proof ${view.proof.status}`;
  if (view.kind === "reminder") return `reminder of ${String(view.waiting.length)}`;
  if (view.kind === "ending") {
    return `ending ${view.moved === true ? "later" : view.lease.status}`;
  }
  if (view.kind === "request" || view.kind === "approval") {
    const lost = view.kind === "approval" && view.mayDecide === false ? " lost" : "";
    return `${view.kind} ${view.request.status}${lost}`;
  }
  return `${view.kind} ${isShutOut(view.lease) ? "shut out" : view.lease.status}`;
}
