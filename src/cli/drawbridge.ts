#!/usr/bin/env node
import { parseArgs } from "node:util";
import { PolicyError } from "../adapters/policy/policy-file.ts";
import { ConfigError } from "../config.ts";
import { sweepCommand } from "./sweep-command.ts";

const HELP = `Usage: drawbridge sweep --from-ledger [--json]

  sweep --from-ledger   Close every rule of ours that is 15 minutes past its end in the ledger on the
                        registries' tags. Needs no store: run it from a scheduled job, for the day
                        when the workers or the store are down. It takes DRAWBRIDGE_POLICY, LEDGER_KEY
                        and the AZURE_… settings.

Example: npx node --env-file=.env dist/cli/drawbridge.js sweep --from-ledger

Exit codes: 0 nothing is left, 1 something could not be closed or looked at, 2 wrong usage or settings.
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
  if (positionals.join(" ") !== "sweep" || !values["from-ledger"]) {
    process.stderr.write(HELP);
    return 2;
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
  return sweepCommand(process.env, values.json, print, stopping.signal);
}

try {
  process.exitCode = await main();
} catch (error) {
  const explained = error instanceof ConfigError || error instanceof PolicyError;
  const isUsage = error instanceof TypeError && "code" in error;
  process.stderr.write(`${explained || isUsage ? error.message : String(error)}\n`);
  process.exitCode = explained || isUsage ? 2 : 1;
}
