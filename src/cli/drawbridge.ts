#!/usr/bin/env node
import { parseArgs } from "node:util";
import { PolicyError } from "../adapters/policy/policy-file.ts";
import { ConfigError } from "../config.ts";
import { policyCheck, policyTry, PolicyUsageError } from "./policy-command.ts";
import { sweepCommand } from "./sweep-command.ts";

const HELP = `Usage: drawbridge sweep --from-ledger [--json]
       drawbridge policy check FILE [--json]
       drawbridge policy try FILE "as PERSON: SENTENCE" [--json]

  sweep --from-ledger   Close every rule of ours that is 15 minutes past its end in the ledger on the
                        registries' tags. Needs no store: run it from a scheduled job, for the day
                        when the workers or the store are down. It takes DRAWBRIDGE_POLICY, LEDGER_KEY
                        and the AZURE_… settings.
  policy check FILE     Say in words what the policy file allows on each registry, or what is wrong
                        with it, with line numbers. Needs no settings, no store and no Azure.
  policy try FILE "…"   Say what would become of a sentence, and why: PERSON is an Entra object id, and
                        "as PERSON from ADDRESS: allow my IP for 4h" says what the link would see.

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
    error instanceof PolicyUsageError;
  const isUsage = error instanceof TypeError && "code" in error;
  process.stderr.write(`${explained || isUsage ? error.message : String(error)}\n`);
  process.exitCode = explained || isUsage ? 2 : 1;
}
