import type { AuditEvent } from "../../domain/audit.ts";
import type { Actor } from "../../domain/operator.ts";

/** What most events say, wherever they say it. */
export type AuditFacts = {
  readonly registry: string | undefined;
  readonly request: string | undefined;
  readonly lease: string | undefined;
  /** Who did it; `undefined` for what the product does by itself. */
  readonly by: Actor | undefined;
  readonly address: string | undefined;
  /** What somebody wrote about why. */
  readonly comment: string | undefined;
};

/** Picks from an event what has a column or an attribute of its own. */
export function factsOf(event: AuditEvent): AuditFacts {
  return {
    registry: "registry" in event ? event.registry : undefined,
    request: "request" in event ? event.request : undefined,
    lease: "lease" in event ? event.lease : undefined,
    by: byOf(event),
    address: "address" in event ? event.address : undefined,
    comment: commentOf(event),
  };
}

function byOf(event: AuditEvent): Actor | undefined {
  if ("by" in event) return event.by;
  const isEnd = event.kind === "lease.closing" || event.kind === "lease.ended";
  return isEnd && "by" in event.reason && typeof event.reason.by === "object"
    ? event.reason.by
    : undefined;
}

function commentOf(event: AuditEvent): string | undefined {
  if ("why" in event) return event.why;
  if (!("reason" in event)) return undefined;
  const { reason } = event;
  if (typeof reason === "object") return "why" in reason ? reason.why : undefined;
  return reason;
}
