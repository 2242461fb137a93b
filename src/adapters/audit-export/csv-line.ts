import type { AuditEntry } from "../../domain/audit.ts";
import { factsOf } from "./audit-facts.ts";

// A spreadsheet takes a cell that begins like this for a formula (owasp.org, "CSV Injection"), and somebody who asks
// for access writes what is in the cells.
const FORMULA = /^[=+\-@\t\r\n]/;

const COLUMNS = [
  "number",
  "at",
  "kind",
  "registry",
  "request",
  "lease",
  "by_id",
  "by_name",
  "address",
  "comment",
  "event",
] as const;

/** The first line: the names of the columns. */
export const CSV_HEADER = lineOf(COLUMNS);

/** An entry as a line of RFC 4180, with its end; the last column has the whole event as JSON. */
export function csvLine({ number, at, event }: AuditEntry): string {
  const { registry, request, lease, by, address, comment } = factsOf(event);
  return lineOf([
    String(number),
    at.toISOString(),
    event.kind,
    registry,
    request,
    lease,
    by?.id,
    by?.name,
    address,
    comment,
    JSON.stringify(event),
  ]);
}

function lineOf(cells: readonly (string | undefined)[]): string {
  return `${cells.map((cell) => cellOf(cell ?? "")).join(",")}\r\n`;
}

function cellOf(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
