import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { ArmContext } from "./arm-call.ts";
import { armError, notAuthorized, throttled, tokenProblem } from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import type { ParsedFault } from "./faults.ts";
import type { Caller } from "./issued-tokens.ts";
import { sendJson } from "./local-http.ts";
import type { RegistryStore } from "./registry-store.ts";
import { subscriptionOf } from "./throttle.ts";

/** A reply, or one of the ways to give none. */
export type Verdict = ArmReply | "close-connection" | "never-answer";

/** The verdict of a fault that keeps a request from being applied; undefined when the request may go on. */
export async function beforeApplying(
  fault: ParsedFault,
  stopping: AbortSignal,
  sent: { readonly method: string; readonly path: string; readonly caller: Caller | undefined },
): Promise<Verdict | undefined> {
  const { method, path, caller } = sent;
  const objectId = caller?.objectId ?? "";
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
    case "throttled": {
      const who = { subscription: subscriptionOf(path), objectId };
      const reply = throttled(method, who, fault.retryAfterSeconds);
      if (fault.form === "seconds" || fault.retryAfterSeconds === undefined) return reply;
      const date = new Date(Date.now() + fault.retryAfterSeconds * 1000).toUTCString();
      return { ...reply, headers: { "retry-after": date } };
    }
    case "expired-token":
      return fault.claimsChallenge ? tokenProblem.needsClaims() : tokenProblem.expired();
    case "not-authorized":
      return notAuthorized(
        { objectId, clientId: caller?.clientId ?? "" },
        method === "GET" ? "read" : "write",
        path,
      );
    case "slow":
      await sleep(fault.ms, undefined, { signal: stopping }).catch(() => undefined);
      return stopping.aborted ? "close-connection" : undefined;
    case "reset-after-apply":
    case "reset-mid-body":
    case "truncated-json":
    case "hang-after-apply":
    case "stale":
    case "no-rule-set":
    case "long-running":
      return undefined;
  }
}

/** What a request finds when this is wrong with it. */
export function contextUnder(fault: ParsedFault | undefined, context: ArmContext): ArmContext {
  if (fault?.fault === "stale") return { ...context, store: staleView(context.store) };
  if (fault?.fault !== "long-running") return context;
  const { conditions } = context;
  const longRunning = fault.how;
  return {
    ...context,
    conditions: { ...conditions, of: (id) => ({ ...conditions.of(id), longRunning }) },
  };
}

/** What becomes of a request that has done its work. */
export function afterApplying(fault: ParsedFault | undefined, reply: ArmReply): Verdict {
  if (fault?.fault === "reset-after-apply") return "close-connection";
  if (fault?.fault === "hang-after-apply") return "never-answer";
  return fault?.fault === "no-rule-set" ? withoutRuleSet(reply) : reply;
}

/** How much of an answer has gone out: all, a part that looks whole, or a part and then the end of the connection. */
export type Delivery = "whole" | "cut" | "reset";

/** Sends a reply as far as the fault lets it. */
export function sendUnder(
  fault: ParsedFault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: ArmReply,
): Delivery {
  const text = body === undefined ? "" : JSON.stringify(body);
  const half = text.slice(0, Math.floor(text.length / 2));
  if (fault?.fault === "truncated-json") {
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(half) });
    response.end(half);
    return "cut";
  }
  if (fault?.fault === "reset-mid-body") {
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) });
    // Closed when the half is on its way, so that the client sees the head and then the end.
    response.write(half, () => setImmediate(() => request.socket.destroy()));
    return "reset";
  }
  sendJson(request, response, status, body, headers);
  return "whole";
}

function staleView(store: RegistryStore): RegistryStore {
  return { ...store, find: (id) => store.beforeLatest(id) ?? store.find(id) };
}

const registryShape = z.looseObject({ properties: z.looseObject({}) });

function withoutRuleSet(reply: ArmReply): ArmReply {
  const parsed = registryShape.safeParse(reply.body);
  if (!parsed.success) return reply;
  const members = Object.entries(parsed.data.properties);
  const properties = Object.fromEntries(members.filter(([name]) => name !== "networkRuleSet"));
  return { ...reply, body: { ...parsed.data, properties } };
}
