/** What the connector answers. */
export interface ConnectorReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in the Bot Connector's own form. */
export function failure(status: number, code: string, message: string): ConnectorReply {
  return { status, body: { error: { code, message } } };
}

/** Of a chat whose person blocked or removed the app. Source: learn.microsoft.com, "Send proactive messages". */
export function writesBlocked(): ConnectorReply {
  const details = "Thread is blocked from message writes.";
  const message = JSON.stringify({ subCode: "MessageWritesBlocked", details, errorCode: null });
  return { status: 403, body: { errorCode: 209, message } };
}

/** As for everything else that the bot is no part of. Source: the same, status codes. */
export function notInRoster(): ConnectorReply {
  return failure(403, "BotNotInConversationRoster", "The bot is not part of the conversation.");
}
