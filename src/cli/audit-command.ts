import { once } from "node:events";
import { auditExport } from "./audit-export-command.ts";
import { auditVerify, type Words } from "./audit-verify-command.ts";
import type { Environment } from "./audit-store.ts";
import { AuditUsageError } from "./audit-usage-error.ts";

/** What stands behind `drawbridge audit`. */
export type AuditArguments = {
  readonly verb: string | undefined;
  readonly since: string | undefined;
  /** jsonl, csv or ocsf; left out, jsonl. */
  readonly format: string | undefined;
  readonly checkpoints: string | undefined;
  readonly json: boolean;
};

/**
 * `drawbridge audit export|verify`. Answers the exit code. Throws AuditUsageError for words that can't be used, and
 * ConfigError.
 */
export async function auditCommand(
  environment: Environment,
  { verb, since, format, checkpoints, json }: AuditArguments,
  words: Words,
  signal: AbortSignal,
): Promise<0 | 1> {
  if (verb === "export" && checkpoints === undefined) {
    const output = { write: writeOut, warn: words.warn };
    return auditExport(environment, { since, format: format ?? "jsonl" }, output, signal);
  }
  if (verb === "verify" && since === undefined && format === undefined) {
    return auditVerify(environment, checkpoints, json, words, signal);
  }
  throw new AuditUsageError(
    "Say: drawbridge audit export [--since 7d] [--format jsonl|csv|ocsf], or drawbridge audit verify [--checkpoints FILE]",
  );
}

/** A pipe takes so much at a time; more than that would pile up here. */
async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
