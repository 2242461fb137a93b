import type { MessageContent } from "./message-content.ts";

/** One state of a message that somebody could read. */
export interface MessageVersion extends MessageContent {
  /** When the connector took it. */
  readonly at: Date;
}

/** A message of the bot as it is at one moment; a later update makes another value and leaves this one alone. */
export interface ConnectorMessage extends MessageContent {
  readonly id: string;
  readonly conversationId: string;
  /** The message it answers, if it was sent as an answer. */
  readonly replyToId: string | undefined;
  /** All that it ever said, oldest first; the last is what it says now. */
  readonly versions: readonly MessageVersion[];
  readonly deletedAt: Date | undefined;
}

/** What the bot has shown in each conversation. */
export interface ShownMessages {
  /** What is to be seen now, in the order it was first shown. */
  visible(conversationId: string): readonly ConnectorMessage[];
  /** The same with what was deleted. */
  all(conversationId: string): readonly ConnectorMessage[];
  add(conversationId: string, replyToId: string | undefined, content: MessageContent): string;
  /** A message that a thread of the channel begins with, and is named for. */
  addThread(channelId: string, content: MessageContent): string;
  /** What is to be seen in all threads of a channel, oldest first. */
  inChannel(channelId: string): readonly ConnectorMessage[];
  /** False, and nothing changes, when no such message is to be seen. */
  update(conversationId: string, id: string, content: MessageContent): boolean;
  /** False when no such message is to be seen. */
  remove(conversationId: string, id: string): boolean;
  /** Calls back after each change of a conversation, until the returned function is called. */
  onChange(conversationId: string, changed: () => void): () => void;
}

/** No messages yet; `now` dates versions. Ids are epoch milliseconds, as in Teams, and never repeat. */
export function createShownMessages(now: () => Date): ShownMessages {
  const conversations = new Map<string, ConnectorMessage[]>();
  const listeners = new Set<(conversationId: string) => void>();
  let lastId = 0;

  const all = (conversationId: string) => conversations.get(conversationId) ?? [];

  function put(conversationId: string, messages: ConnectorMessage[]): void {
    conversations.set(conversationId, messages);
    for (const tell of [...listeners]) tell(conversationId);
  }

  function change(
    conversationId: string,
    id: string,
    to: (message: ConnectorMessage) => ConnectorMessage,
  ): boolean {
    const messages = all(conversationId);
    const found = messages.find((message) => message.id === id);
    if (found?.deletedAt !== undefined || found === undefined) return false;
    put(
      conversationId,
      messages.map((message) => (message === found ? to(message) : message)),
    );
    return true;
  }

  function append(
    where: (id: string) => string,
    replyToId: string | undefined,
    content: MessageContent,
  ): string {
    const at = now();
    lastId = Math.max(lastId + 1, at.getTime());
    const id = String(lastId);
    const conversationId = where(id);
    const versions = [{ ...content, at }];
    const message = { ...content, id, conversationId, replyToId, versions, deletedAt: undefined };
    put(conversationId, [...all(conversationId), message]);
    return id;
  }

  return {
    all: (conversationId) => [...all(conversationId)],
    visible: (conversationId) =>
      all(conversationId).filter(({ deletedAt }) => deletedAt === undefined),
    add: (conversationId, replyToId, content) => append(() => conversationId, replyToId, content),
    addThread: (channelId, content) =>
      append((id) => `${channelId};messageid=${id}`, undefined, content),
    inChannel: (channelId) =>
      [...conversations]
        .filter(([id]) => id === channelId || id.startsWith(`${channelId};`))
        .flatMap(([, messages]) => messages)
        .filter(({ deletedAt }) => deletedAt === undefined)
        .toSorted((a, b) => Number(a.id) - Number(b.id)),
    update: (conversationId, id, content) =>
      change(conversationId, id, (message) => ({
        ...message,
        ...content,
        versions: [...message.versions, { ...content, at: now() }],
      })),
    remove: (conversationId, id) =>
      change(conversationId, id, (message) => ({ ...message, deletedAt: now() })),
    onChange(conversationId, changed) {
      const tell = (changedId: string) => {
        if (changedId === conversationId) changed();
      };
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
  };
}
