import type { AuditEntry } from "../../domain/audit.ts";

/** An entry as a line of JSON, with its end: number, time, then the event's own fields. Times are ISO 8601, in UTC. */
export function jsonLine({ number, at, event }: AuditEntry): string {
  return `${JSON.stringify({ number, at, ...event })}\n`;
}
