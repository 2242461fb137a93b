import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { armError, armHeaders } from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import { answerArm } from "./arm-routes.ts";
import type { FaultQueue, ParsedFault } from "./faults.ts";
import type { Interception } from "./interception.ts";
import type { Journal } from "./journal.ts";
import { listener, parseJson, readBody, sendJson, targetOf } from "./local-http.ts";
import type { RegistryStore } from "./registry-store.ts";
import type { IssuedTokens } from "./token-endpoint.ts";

interface Deps {
  readonly store: RegistryStore;
  readonly tokens: IssuedTokens;
  readonly journal: Journal;
  readonly faults: FaultQueue;
  readonly interception: Interception;
  readonly now: () => Date;
  /** Aborted when the emulator stops: ends the waits of slow requests. */
  readonly stopping: AbortSignal;
}

/** A reply, or one of the ways to give none. */
type Verdict = ArmReply | "close-connection" | "never-answer";

/** Serves Azure Resource Manager: journal, hooks and faults around `answerArm`. */
export function armListener(deps: Deps): RequestListener {
  return listener(async (request, response) => {
    const method = request.method ?? "GET";
    const target = targetOf(request);
    const entry = deps.journal.begin(method, target?.pathname ?? request.url ?? "");
    response.once("close", () => {
      entry.end(null);
    });
    const body = await readBody(request);
    entry.received(body === "" ? null : (parseJson(body) ?? body));

    const verdict =
      target === undefined
        ? armError(400, "BadRequest", "The request target is not a path.")
        : await judge(deps, request, { method, target, body });

    if (verdict === "never-answer") return;
    if (verdict === "close-connection") {
      request.socket.destroy();
      return;
    }
    entry.end(verdict.status);
    send(request, response, verdict, deps.now());
  });
}

async function judge(
  deps: Deps,
  request: IncomingMessage,
  sent: { readonly method: string; readonly target: URL; readonly body: string },
): Promise<Verdict> {
  const { method } = sent;
  const path = sent.target.pathname;
  if ((await deps.interception.run({ phase: "received", method, path })) === "drop") {
    return "close-connection";
  }
  const fault = deps.faults.take(method);
  const early = fault && (await beforeApplying(fault, deps.stopping));
  if (early !== undefined) return early;

  const { authorization } = request.headers;
  const { reply, applied } = answerArm(deps, { ...sent, authorization });
  if (applied && (await deps.interception.run({ phase: "applied", method, path })) === "drop") {
    return "close-connection";
  }
  return fault?.fault === "reset-after-apply" ? "close-connection" : reply;
}

/** The verdict of a fault that keeps a request from being applied; undefined when the request may go on. */
async function beforeApplying(
  fault: ParsedFault,
  stopping: AbortSignal,
): Promise<Verdict | undefined> {
  switch (fault.fault) {
    case "reset-before":
      return "close-connection";
    case "hang":
      return "never-answer";
    case "status": {
      const { retryAfterSeconds: seconds } = fault;
      const headers = seconds === undefined ? undefined : { "retry-after": String(seconds) };
      return armError(fault.status, fault.code, fault.message, headers);
    }
    case "slow":
      await sleep(fault.ms, undefined, { signal: stopping }).catch(() => undefined);
      return stopping.aborted ? "close-connection" : undefined;
    case "reset-after-apply":
      return undefined;
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: ArmReply,
  at: Date,
): void {
  const correlationId = request.headers["x-ms-correlation-request-id"];
  const common = armHeaders(
    request.method ?? "GET",
    // Node gives an array for set-cookie only, but types every header it has no name for so.
    typeof correlationId === "string" ? correlationId : undefined,
    at,
  );
  sendJson(request, response, status, body, { ...common, ...headers });
}
