import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson, readBody, sendJson, targetOf } from "../azure/local-http.ts";
import type { ConnectorFault, FaultQueue } from "./connector-faults.ts";
import { readSentActivity } from "./message-content.ts";
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
  readonly faults: FaultQueue;
  /** Each call is added when it is answered, or when it begins to hang. */
  readonly calls: ConnectorCall[];
}

type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
type Place = { readonly conversationId: string; readonly activityId: string | undefined };

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
  const answer = ({ status, body, headers }: Reply) => {
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
  const fault = faults.take(method, place.conversationId);
  if (fault?.kind === "status") {
    answer(faultReply(fault));
  } else if (fault?.kind === "hang") {
    if (fault.afterApply === true) apply(state, method, place, text);
    write(undefined);
  } else {
    answer(apply(state, method, place, text));
  }
}

function apply(state: ConnectorState, method: string, place: Place, text: string): Reply {
  const { messages } = state;
  const { conversationId, activityId } = place;
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

function placeOf(request: IncomingMessage): Place | undefined {
  const path = targetOf(request)?.pathname ?? "";
  const match = /^\/emea\/+v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(path);
  const [, conversation, activity] = match ?? [];
  if (conversation === undefined) return undefined;
  return {
    conversationId: decodeURIComponent(conversation),
    activityId: activity === undefined ? undefined : decodeURIComponent(activity),
  };
}

function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function notFound(id: string): Reply {
  return failure(404, "ActivityNotFoundInConversation", `There is no message ${id}.`);
}

function failure(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } };
}

function faultReply(fault: ConnectorFault & { kind: "status" }): Reply {
  const { status, code = "EmulatedFault", retryAfterSeconds } = fault;
  const headers =
    retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return { ...failure(status, code, "An emulated fault."), headers };
}
