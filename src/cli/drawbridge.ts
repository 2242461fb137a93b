#!/usr/bin/env node
import { parseArgs } from "node:util";
import { auditCommand } from "./audit-command.ts";
import { AuditUsageError } from "./audit-usage-error.ts";
import { forgetCommand } from "./forget-command.ts";
import { PolicyError } from "../adapters/policy/policy-file.ts";
import { ConfigError } from "../config.ts";
import { policyCheck, policyTry, PolicyUsageError } from "./policy-command.ts";
import { sweepCommand } from "./sweep-command.ts";

const HELP = `Usage: drawbridge sweep --from-ledger [--json]
       drawbridge policy check FILE [--json]
       drawbridge policy try FILE "as PERSON: SENTENCE" [--json]
       drawbridge audit export [--since TIME] [--format jsonl|csv|ocsf]
       drawbridge audit verify [--checkpoints FILE] [--json]
       drawbridge forget PERSON [--json]

  sweep --from-ledger   Close every rule of ours that is 15 minutes past its end in the ledger on the
                        registries' tags. Needs no store: run it from a scheduled job, for the day
                        when the workers or the store are down. It takes DRAWBRIDGE_POLICY, LEDGER_KEY
                        and the AZURE_… settings.
  policy check FILE     Say in words what the policy file allows on each registry, or what is wrong
                        with it, with line numbers. Needs no settings, no store and no Azure.
  policy try FILE "…"   Say what would become of a sentence, and why: PERSON is an Entra object id, and
                        "as PERSON from ADDRESS: allow my IP for 4h" says what the link would see.
  audit export          Write the audit trail to stdout; TIME is 2026-11-01, 2026-11-01T08:00:00Z or 7d. With
                        --format csv for spreadsheets, ocsf for a SIEM (OCSF 1.6.0, a line each).
  audit verify          Say whether the trail is as the workers sealed it, and which entries are not. FILE is
                        a worker's log: its checkpoints show a missing end, too.
  forget PERSON         Remove what is known of somebody, given by Entra object id, but for what lasts; the
                        trail can be verified as before.
                        These three take the settings of the store, AUDIT_KEY or LEDGER_KEY, AUDIT_KEPT_DAYS.

Example: npx node --env-file=.env dist/cli/drawbridge.js sweep --from-ledger

Exit codes: 0 nothing is left, the file can be used, or it would be asked; 1 something could not be closed or
looked at, the file can't be used, or it would be refused; 2 wrong usage or settings.
`;

/** Throws TypeError for an option that there is not. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "from-ledger": { type: "boolean", default: false },
      since: { type: "string" },
      format: { type: "string" },
      checkpoints: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      stopping.abort();
    });
  }
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const { "from-ledger": fromLedger, json } = values;
  const [command, verb, file, sentence, ...more] = positionals;
  const warn = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  if (command === "audit" && file === undefined && !fromLedger) {
    const { since, format, checkpoints } = values;
    const asked = { verb, since, format, checkpoints, json };
    return auditCommand(process.env, asked, { print, warn }, stopping.signal);
  }
  if (command === "forget" && verb !== undefined && file === undefined && !fromLedger) {
    return forgetCommand(process.env, verb, json, { print, warn }, stopping.signal);
  }
  if (command === "sweep" && verb === undefined && fromLedger) {
    return sweepCommand(process.env, json, print, stopping.signal);
  }
  if (command === "policy" && file !== undefined && !fromLedger && more.length === 0) {
    if (verb === "check" && sentence === undefined) {
      return policyCheck(file, json, print, stopping.signal);
    }
    if (verb === "try" && sentence !== undefined) {
      return policyTry(file, sentence, json, print, stopping.signal);
    }
  }
  process.stderr.write(HELP);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  const explained =
    error instanceof ConfigError ||
    error instanceof PolicyError ||
    error instanceof PolicyUsageError ||
    error instanceof AuditUsageError;
  const isUsage = error instanceof TypeError && "code" in error;
  process.stderr.write(`${explained || isUsage ? error.message : String(error)}\n`);
  process.exitCode = explained || isUsage ? 2 : 1;
}
