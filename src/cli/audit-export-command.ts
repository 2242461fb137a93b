import { once } from "node:events";
import { CSV_HEADER, csvLine } from "../adapters/audit-export/csv-line.ts";
import { jsonLine } from "../adapters/audit-export/json-line.ts";
import { ocsfLine } from "../adapters/audit-export/ocsf-line.ts";
import { auditEntryOf } from "../adapters/store/record-codec.ts";
import { auditPages } from "../application/audit/read-audit.ts";
import { UnreadableRecord } from "../application/store.ts";
import type { AuditEntry } from "../domain/audit.ts";
import { parseDuration } from "../domain/duration.ts";
import { onAuditStore } from "./audit-store.ts";
import { UsageError, type Call, type Command } from "./command.ts";

const FORMATS = {
  jsonl: { header: "", line: jsonLine },
  csv: { header: CSV_HEADER, line: csvLine },
  ocsf: { header: "", line: ocsfLine },
} as const;

/** `drawbridge audit export`. */
export const auditExportCommand: Command = {
  name: "audit export",
  summary: "Write the audit trail to stdout, for spreadsheets, a SIEM or an archive.",
  usage: ["[--since TIME] [--format jsonl|csv|ocsf]"],
  operands: { least: 0, most: 0 },
  options: {
    since: {
      value: "TIME",
      says: "Only from then on: 2026-11-01, 2026-11-01T08:00:00Z, or how long ago (7d, 12h).",
    },
    format: {
      value: "FORMAT",
      says: "jsonl (the product's own, the default), csv, or ocsf (OCSF 1.6.0, a line each).",
    },
  },
  about: [
    "It is written page by page, and stops when the trail ends. Entries that this version can't read are passed over, and their numbers are told beside it.",
  ],
  settings: "those of the store.",
  examples: [
    { line: "audit export --since 2026-11-01 --json", says: "For an archive." },
    { line: "audit export --since 7d --format csv", says: "The last week, for a spreadsheet." },
  ],
  json: {
    number: "of the entry: the lines are objects, as --format jsonl prints them",
    at: "when, as ISO 8601 in UTC",
    kind: "what happened",
    "…": "what the kind has besides",
  },
  exits: { 0: "all of it was written", 1: "some entries could not be read" },
  run: (call) => {
    const { option, json } = call;
    const format = option("format") ?? "jsonl";
    if (json && format !== "jsonl") throw new UsageError("--json is --format jsonl.");
    return auditExport(call, { since: option("since"), format });
  },
};

/** A pipe takes so much at a time; more than that would pile up here. */
async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

/** As they were given; left out, everything there is as `jsonl`. */
type ExportOptions = { readonly since: string | undefined; readonly format: string };

/** Throws UsageError and ConfigError. */
async function auditExport(call: Call, { since, format }: ExportOptions): Promise<0 | 1> {
  const { header, line } = formatOf(format);
  const start = startOf(since);
  return onAuditStore(call, async ({ store }) => {
    if (header !== "") await writeOut(header);
    const unreadable: number[] = [];
    for await (const { now, entries } of auditPages(store.trail, 1, call.signal)) {
      const lines = entries
        .filter(({ at }) => at >= start(now))
        .map((entry) => lineOf(() => line(auditEntryOf(entry)), entry.number, unreadable));
      if (lines.length > 0) await writeOut(lines.join(""));
    }
    if (unreadable.length === 0) return 0;
    const numbers = unreadable.slice(0, NAMED).join(", ");
    const more = unreadable.length > NAMED ? ", …" : "";
    call.tell(`${String(unreadable.length)} entries could not be read: ${numbers}${more}`);
    return 1;
  });
}

const NAMED = 20;

function lineOf(line: () => string, number: number, unreadable: number[]): string {
  try {
    return line();
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    unreadable.push(number);
    return "";
  }
}

function formatOf(format: string): {
  readonly header: string;
  readonly line: (entry: AuditEntry) => string;
} {
  if (format === "jsonl" || format === "csv" || format === "ocsf") return FORMATS[format];
  throw new UsageError("--format is jsonl, csv or ocsf.");
}

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** The first time to export, given the store's own. */
function startOf(since: string | undefined): (now: Date) => Date {
  if (since === undefined) return () => new Date(0);
  if (INSTANT.test(since)) {
    const start = new Date(since);
    if (!Number.isNaN(start.getTime())) return () => start;
  }
  const ms = parseDuration(since);
  if (typeof ms === "number") return (now) => new Date(now.getTime() - ms);
  throw new UsageError(
    "--since is a time (2026-11-01, 2026-11-01T08:00:00Z) or how long ago (7d, 12h).",
  );
}
