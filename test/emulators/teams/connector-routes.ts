import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson, readBody, sendJson, targetOf } from "../azure/local-http.ts";
import { memberReply, pagedMembersReply } from "./connector-members.ts";
import type { CallCounter } from "./connector-limits.ts";
import { newConversation } from "./connector-new-conversation.ts";
import { failure, notInRoster, writesBlocked, type ConnectorReply } from "./connector-reply.ts";
import type { ConnectorFault, FaultQueue } from "./connector-faults.ts";
import { readSentActivity } from "./message-content.ts";
import type { TeamsDirectory } from "./teams-directory.ts";
import type { ShownMessages } from "./shown-messages.ts";

/** One call that reached the connector. */
export interface ConnectorCall {
  readonly at: Date;
  readonly method: string;
  /** Undefined for a path that the connector does not have. */
  readonly conversationId: string | undefined;
  /** The last part of the path: the message that is updated, deleted or answered. */
  readonly activityId: string | undefined;
  /** What was answered; undefined while a fault keeps it hanging. */
  readonly status: number | undefined;
}

/** What the routes work on. */
export interface ConnectorState {
  readonly isBotToken: (token: string) => boolean;
  readonly now: () => Date;
  readonly messages: ShownMessages;
  readonly directory: TeamsDirectory;
  readonly limits: CallCounter;
  readonly faults: FaultQueue;
  /** Each call is added when it is answered, or when it begins to hang. */
  readonly calls: ConnectorCall[];
}

type Place =
  | { readonly kind: "conversations"; readonly conversationId?: never; readonly activityId?: never }
  | {
      readonly kind: "activities" | "members";
      readonly conversationId: string;
      /** Of members: the one that is asked for. */
      readonly activityId: string | undefined;
    };

const MAX_BODY_BYTES = 100 * 1024;

/** Answers one call, and writes it down. */
export async function serveConnector(
  state: ConnectorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { now, calls, faults } = state;
  const method = request.method ?? "";
  const place = placeOf(request);
  const write = (status: number | undefined) => {
    const { conversationId, activityId } = place ?? {};
    calls.push({ at: now(), method, conversationId, activityId, status });
  };
  const answer = ({ status, body, headers }: ConnectorReply) => {
    write(status);
    sendJson(request, response, status, body, headers);
  };

  const text = await readBody(request);
  if (!state.isBotToken(bearerOf(request))) {
    answer(failure(401, "Unauthorized", "Authorization has been denied for this request."));
    return;
  }
  if (place === undefined) {
    answer(failure(404, "NotFound", "Nothing is emulated there."));
    return;
  }
  const waitMs = state.limits.refusal(method === "GET" ? undefined : place.conversationId);
  if (waitMs !== undefined) {
    answer(tooMany(waitMs));
    return;
  }
  const fault = faults.take(method, place.conversationId ?? "");
  if (fault?.kind === "status") {
    answer(faultReply(fault));
  } else if (fault?.kind === "redirect") {
    answer({ status: 307, headers: { location: fault.location } });
  } else if (fault?.kind === "hang") {
    if (fault.afterApply === true) apply(state, method, place, text);
    write(undefined);
  } else {
    answer(apply(state, method, place, text));
  }
}

function apply(state: ConnectorState, method: string, place: Place, text: string): ConnectorReply {
  const { messages, directory } = state;
  if (place.kind === "conversations") {
    return method === "POST"
      ? newConversation(directory, messages, parseJson(text))
      : failure(405, "MethodNotAllowed", `${method} is not emulated there.`);
  }
  const { conversationId, activityId } = place;
  if (place.kind === "members") {
    return activityId === undefined
      ? pagedMembersReply(directory)
      : memberReply(directory, activityId);
  }
  const closed = closedTo(directory, conversationId);
  if (closed !== undefined) return closed;
  if (method === "DELETE" && activityId !== undefined) {
    return messages.remove(conversationId, activityId) ? { status: 200 } : notFound(activityId);
  }
  if (method !== "POST" && !(method === "PUT" && activityId !== undefined)) {
    return failure(405, "MethodNotAllowed", `${method} is not emulated there.`);
  }
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    return failure(413, "MessageSizeTooBig", "The message is longer than 100 KB.");
  }
  const content = readSentActivity(parseJson(text));
  if (content === undefined) return failure(400, "BadSyntax", "The body is no activity.");
  const { type, ...shown } = content;
  // Teams takes typing and the like, and shows no message.
  if (type !== "message") return { status: 202, body: {} };
  if (method === "POST") {
    return { status: 201, body: { id: messages.add(conversationId, activityId, shown) } };
  }
  // Only a PUT with an id comes here.
  const id = activityId ?? "";
  return messages.update(conversationId, id, shown) ? { status: 200, body: { id } } : notFound(id);
}

/** Nobody is written to who has not got the app, nor a channel that it is not in. Any group chat exists. */
function closedTo(directory: TeamsDirectory, conversationId: string): ConnectorReply | undefined {
  const [channelId = ""] = conversationId.split(";");
  const isThread = channelId !== conversationId;
  if (isThread && !directory.hasChannel(channelId)) return notInRoster();
  const owner = directory.ownerOf(conversationId);
  return owner !== undefined && directory.reachability(owner) !== "installed"
    ? writesBlocked()
    : undefined;
}

function placeOf(request: IncomingMessage): Place | undefined {
  const path = targetOf(request)?.pathname ?? "";
  const match = /^\/(?:emea|teams)\/+v3\/conversations(?:\/([^/]+)\/([a-z]+)(?:\/([^/]+))?)?$/.exec(
    path,
  );
  if (match === null) return undefined;
  const [, conversation, kind, id] = match;
  if (conversation === undefined) return { kind: "conversations" };
  const conversationId = decodeURIComponent(conversation);
  const activityId = id === undefined ? undefined : decodeURIComponent(id);
  if (kind === "activities") return { kind, conversationId, activityId };
  if (kind === "members" && activityId !== undefined) return { kind, conversationId, activityId };
  return kind === "pagedmembers" && activityId === undefined
    ? { kind: "members", conversationId, activityId }
    : undefined;
}

function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function notFound(id: string): ConnectorReply {
  return failure(404, "ActivityNotFoundInConversation", `There is no message ${id}.`);
}

/** Source: learn.microsoft.com, "Optimize your bot with rate limiting in Teams". */
function tooMany(waitMs: number): ConnectorReply {
  const headers = { "retry-after": String(Math.ceil(waitMs / 1_000)) };
  return { ...failure(429, "TooManyRequests", "API calls quota exceeded."), headers };
}

function faultReply(fault: ConnectorFault & { kind: "status" }): ConnectorReply {
  const { status, code = "EmulatedFault", retryAfterSeconds } = fault;
  const headers =
    retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return { ...failure(status, code, "An emulated fault."), headers };
}
