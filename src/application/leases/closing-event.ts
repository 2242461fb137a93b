import type { AuditEvent } from "../../domain/audit.ts";
import type { Closing } from "../../domain/lease.ts";

/** What the auditor is told of a lease that is moved to closing, whoever moves it. */
export function closingEvent({ id, registry, address, endReason }: Closing): AuditEvent {
  return { kind: "lease.closing", lease: id, registry, address, reason: endReason };
}
