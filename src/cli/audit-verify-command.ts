import { verifyAudit, type AuditVerdict } from "../application/audit/verify-audit.ts";
import { assertNever } from "../domain/assert-never.ts";
import type { AuditFinding } from "../domain/audit-finding.ts";
import { neededKeys, onAuditStore, type Environment } from "./audit-store.ts";
import { readCheckpoints } from "./read-checkpoints.ts";

/** Where the words go. */
export type Words = {
  readonly print: (line: string) => void;
  /** For what is no part of the answer. */
  readonly warn: (line: string) => void;
};

/**
 * `drawbridge audit verify`: says whether the trail is as it was sealed and, with a log's checkpoints, as it was then.
 * Answers the exit code: 0 intact, 1 something is wrong. Throws AuditUsageError and ConfigError.
 */
export async function auditVerify(
  environment: Environment,
  checkpointFile: string | undefined,
  json: boolean,
  { print, warn }: Words,
  signal: AbortSignal,
): Promise<0 | 1> {
  const checkpoints =
    checkpointFile === undefined ? [] : await readCheckpoints(checkpointFile, signal);
  return onAuditStore(environment, warn, signal, async (opened) => {
    const { store, keptMs } = opened;
    const deps = { trail: store.trail, keys: neededKeys(opened), keptMs };
    const verdict = await verifyAudit(deps, checkpoints, signal);
    const intact = verdict.findings.length === 0;
    if (json) print(JSON.stringify({ intact, ...verdict }));
    else for (const line of linesOf(verdict)) print(line);
    return intact ? 0 : 1;
  });
}

function linesOf(verdict: AuditVerdict): readonly string[] {
  const { findings, numbers, sealedTo, forgotten, checkpoints } = verdict;
  const there = numbers
    ? `Entries ${String(numbers.first)} to ${String(numbers.last)}, sealed up to ${String(sealedTo)}.`
    : "There is no entry.";
  return [
    there,
    ...(forgotten > 0 ? [`In ${String(forgotten)} of them something was forgotten.`] : []),
    checkpoints > 0
      ? `Held against ${String(checkpoints)} checkpoints.`
      : "Without checkpoints, a missing end can't be seen: --checkpoints FILE takes the worker's log.",
    ...findings.map((finding) => `! ${numbersOf(finding)}: ${sentenceOf(finding)}`),
    findings.length === 0 ? "It is intact." : "It is NOT intact.",
  ];
}

function numbersOf({ from, to }: AuditFinding): string {
  return from === to ? String(from) : `${String(from)} to ${String(to)}`;
}

function sentenceOf({ kind }: AuditFinding): string {
  switch (kind) {
    case "changed":
      return "not what was sealed: changed, or moved here from another place";
    case "missing":
      return "sealed, and removed since";
    case "missing-unsealed":
      return "gone before they were sealed";
    case "forged":
      return "their seal was not made with a key of ours, or was changed since";
    case "unchained":
      return "their seal does not follow the one before it";
    case "seal-missing":
      return "there is no seal over them, and later ones have one";
    case "seal-unreadable":
      return "their seal can't be read, and what follows is not looked at";
    case "cut-front":
      return "the trail began earlier, and these were not old enough to go";
    case "cut-tail":
      return "a checkpoint knows them, and the trail ends before";
    case "rewritten":
      return "a checkpoint knows another trail up to there";
    case "emptied":
      return "values were taken out of more of them than anybody was to be forgotten in";
    default:
      return assertNever(kind);
  }
}
