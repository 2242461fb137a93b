import { performance } from "node:perf_hooks";
import { readPolicy } from "../adapters/policy/policy-file.ts";
import {
  FORGOTTEN_AFTER_MS,
  sweepFromLedger,
  type Swept,
} from "../application/registry/sweep-from-ledger.ts";
import { loadSweepConfig } from "../config.ts";
import { connectAzure } from "../connect-azure.ts";
import { registryNameOf } from "../domain/ids.ts";
import type { RegistryPolicy } from "../domain/policy.ts";

const AT_ONCE = 8;

/**
 * `drawbridge sweep --from-ledger`: closes what is long over on every registry of the policy. Writes a line for each
 * to `print`, or JSON. Answers the exit code: 0 nothing is left, 1 something has to be looked at.
 */
export async function sweepCommand(
  environment: Readonly<Record<string, string | undefined>>,
  json: boolean,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<0 | 1> {
  const { policyFile, azure, ledgerKeys } = loadSweepConfig(environment);
  const policy = await readPolicy(policyFile, signal);
  const { rules, ledger } = connectAzure(azure, ledgerKeys, () => performance.now());
  if (ledger === undefined) throw new Error("There is no ledger without a key.");

  const swept: Swept[] = [];
  const waiting = [...policy.registries];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const one = await sweepFromLedger({ rules, ledger }, next, signal);
      swept.push(one);
      if (!json) print(lineOf(one, next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (json) print(JSON.stringify({ swept }));
  return swept.some(({ kind }) => kind === "failed") ? 1 : 0;
}

function lineOf(swept: Swept, { name, id }: RegistryPolicy): string {
  const closed = swept.closed.map((address) => `closed ${address}`);
  if (swept.kind === "failed") {
    const azName = registryNameOf(id);
    const { kind, code } = swept.failure;
    const what = `could not be swept (${kind}: ${code}). Look by hand: az acr network-rule list -n ${azName}`;
    return `${name}: ${[...closed, what].join(", ")}`;
  }
  const nothing = `nothing is ${String(FORGOTTEN_AFTER_MS / 60_000)} minutes past its end`;
  return `${name}: ${closed.length > 0 ? closed.join(", ") : nothing}`;
}
