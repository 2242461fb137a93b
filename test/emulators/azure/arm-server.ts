import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { ArmContext } from "./arm-call.ts";
import { armHeaders } from "./arm-headers.ts";
import { armError, throttled } from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import { answerArm, callerOf } from "./arm-routes.ts";
import type { ExternalWriters } from "./external-writers.ts";
import { afterApplying, beforeApplying, contextUnder, sendUnder } from "./fault-effects.ts";
import type { Delivery, Verdict } from "./fault-effects.ts";
import type { FaultQueue, ParsedFault } from "./faults.ts";
import type { Interception } from "./interception.ts";
import type { Caller, KnownTokens } from "./issued-tokens.ts";
import type { Journal, OpenEntry } from "./journal.ts";
import type { LastReads } from "./last-reads.ts";
import { listener, parseJson, readBody, targetOf } from "./local-http.ts";
import type { Registry } from "./registry.ts";
import { subscriptionOf } from "./throttle.ts";
import type { Throttle } from "./throttle.ts";

interface Deps extends ArmContext {
  readonly tokens: KnownTokens;
  readonly journal: Journal;
  readonly faults: FaultQueue;
  readonly interception: Interception;
  readonly throttle: Throttle;
  readonly writers: ExternalWriters;
  readonly reads: LastReads;
  readonly now: () => Date;
  /** Aborted when the emulator stops: ends the waits of slow requests. */
  readonly stopping: AbortSignal;
}

/** A request that has come in whole. */
interface Sent {
  readonly method: string;
  readonly target: URL;
  readonly body: string;
  readonly caller: Caller | undefined;
}

/** What is to be done about a request, and how the answer is spoilt. */
interface Judgement {
  readonly verdict: Verdict;
  readonly fault?: ParsedFault | undefined;
  readonly shown?: Registry | undefined;
  readonly remaining?: number | undefined;
}

/** Serves Azure Resource Manager: journal, hooks, faults, throttling and other people's writes around `answerArm`. */
export function armListener(deps: Deps): RequestListener {
  return listener(async (request, response) => {
    const method = request.method ?? "GET";
    const target = targetOf(request);
    const caller = callerOf(deps.tokens, request.headers.authorization);
    const path = target?.pathname ?? request.url ?? "";
    const entry = deps.journal.begin(method, path, caller);
    response.once("close", () => {
      entry.end(null);
    });
    const body = await readBody(request);
    entry.received(body === "" ? null : (parseJson(body) ?? body));

    const judgement: Judgement =
      target === undefined
        ? { verdict: armError(400, "BadRequest", "The request target is not a path.") }
        : await judge(deps, request, entry, { method, target, body, caller });
    const { verdict, fault, shown, remaining } = judgement;

    if (verdict === "never-answer") return;
    if (verdict === "close-connection") {
      request.socket.destroy();
      return;
    }
    const sent = send(request, response, verdict, { fault, at: deps.now(), remaining });
    if (sent !== "reset") entry.end(verdict.status);
    if (sent !== "whole") return;
    if (caller !== undefined && shown !== undefined) {
      deps.reads.shown(namesOf(request, caller), shown.id, shown.rules);
    }
  });
}

async function judge(
  deps: Deps,
  request: IncomingMessage,
  entry: OpenEntry,
  { method, target, body, caller }: Sent,
): Promise<Judgement> {
  const path = target.pathname;
  const receivedAt = deps.now();
  if ((await deps.interception.run({ phase: "received", method, path })) === "drop") {
    return { verdict: "close-connection" };
  }
  const fault = deps.faults.take(method, path);
  const early = fault && (await beforeApplying(fault, deps.stopping, { method, path, caller }));
  if (early !== undefined) return { verdict: early };

  const { remaining, retryAfterSeconds } = deps.throttle.take(method, path);
  if (retryAfterSeconds !== undefined) {
    const who = { subscription: subscriptionOf(path), objectId: caller?.objectId ?? "" };
    return { verdict: throttled(method, who, retryAfterSeconds), remaining };
  }

  deps.writers.run("before-next-patch", method, path);
  const { authorization } = request.headers;
  const origin = `https://${request.headers.host ?? "localhost"}`;
  const lastRead = (id: string) => deps.reads.of(namesOf(request, caller), id);
  const context = { ...contextUnder(fault, deps), tokens: deps.tokens, lastRead };
  const answer = await answerArm(context, {
    ...{ method, target, body, authorization, origin, receivedAt },
  });
  const { applied, shown } = answer;
  const before = shown && lastRead(shown.id);
  entry.shows(shown?.rules ?? null, before ?? null);
  deps.writers.run("after-next-get", method, path);

  if (applied && (await deps.interception.run({ phase: "applied", method, path })) === "drop") {
    return { verdict: "close-connection" };
  }
  return { verdict: afterApplying(fault, answer.reply), fault, shown, remaining };
}

/**
 * What a client is known by: its token, or else the id of its command. azure-cli gets a new token for each request,
 * but sends one x-ms-client-request-id for a whole command; the JavaScript SDK sends a new one with each request.
 */
function namesOf(request: IncomingMessage, caller: Caller | undefined): readonly string[] {
  const command = request.headers["x-ms-client-request-id"];
  return [
    ...(caller === undefined ? [] : [caller.name]),
    ...(typeof command === "string" ? [`command ${command}`] : []),
  ];
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: ArmReply,
  how: {
    readonly fault: ParsedFault | undefined;
    readonly at: Date;
    readonly remaining: number | undefined;
  },
): Delivery {
  const correlationId = request.headers["x-ms-correlation-request-id"];
  const common = armHeaders(
    request.method ?? "GET",
    // Node gives an array for set-cookie only, but types every header it has no name for so.
    typeof correlationId === "string" ? correlationId : undefined,
    how.at,
    how.remaining,
  );
  return sendUnder(how.fault, request, response, {
    status,
    body,
    headers: { ...common, ...headers },
  });
}
