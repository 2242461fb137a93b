import { performance } from "node:perf_hooks";
import { readPolicy } from "../adapters/policy/policy-file.ts";
import type { Ledger, RegistryRules } from "../application/ports.ts";
import { loadSweepConfig } from "../command-config.ts";
import type { Policy } from "../domain/policy.ts";
import type { Call } from "./command.ts";

/** The way to the registries and to what their ledgers say, with no store. */
export type LedgerConnection = {
  readonly policy: Policy;
  readonly rules: RegistryRules;
  readonly ledger: Ledger;
};

/** The settings that the commands with `--from-ledger` read. */
export const LEDGER_SETTINGS =
  "DRAWBRIDGE_POLICY, LEDGER_KEY and those of Azure (AZURE_CREDENTIAL and its like)";

/** Connects to nothing yet. Throws ConfigError and PolicyError. */
export async function connectLedger({
  environment,
  signal,
}: Pick<Call, "environment" | "signal">): Promise<LedgerConnection> {
  const { policyFile, azure, ledgerKeys } = loadSweepConfig(environment);
  const policy = await readPolicy(policyFile, signal);
  const { connectAzure } = await import("../connect-azure.ts");
  const { rules, ledger } = connectAzure(azure, ledgerKeys, () => performance.now());
  if (ledger === undefined) throw new Error("There is no ledger without a key.");
  return { policy, rules, ledger };
}
