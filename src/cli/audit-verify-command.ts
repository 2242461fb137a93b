import { verifyAudit, type AuditVerdict } from "../application/audit/verify-audit.ts";
import { assertNever } from "../domain/assert-never.ts";
import type { AuditFinding } from "../domain/audit-finding.ts";
import { neededKeys, onAuditStore } from "./audit-store.ts";
import type { Call, Command } from "./command.ts";
import { readCheckpoints } from "./read-checkpoints.ts";

/** `drawbridge audit verify`. */
export const auditVerifyCommand: Command = {
  name: "audit verify",
  summary: "Say whether the audit trail is as the workers sealed it, and which entries are not.",
  usage: ["[--checkpoints FILE]"],
  operands: { least: 0, most: 0 },
  options: {
    checkpoints: {
      value: "FILE",
      says: "A worker's log as it is: its checkpoints show a missing end, too.",
    },
  },
  about: [
    "Entries that were changed, removed, reordered or cut off are named by their numbers. What retention or a forgotten person took away is no finding.",
  ],
  settings: "those of the store, AUDIT_KEY or LEDGER_KEY, AUDIT_KEPT_DAYS.",
  examples: [
    { line: "audit verify", says: "Is it consistent in itself?" },
    { line: "audit verify --checkpoints worker.log", says: "Is it what it was then?" },
  ],
  json: {
    intact: "whether there is no finding",
    findings: "a list of kind, from, to",
    numbers: "the first and the last entry there is",
    sealedTo: "the last entry that is sealed",
    forgotten: "in how many entries something was forgotten",
    checkpoints: "how many it was held against",
  },
  exits: { 0: "it is intact", 1: "something is wrong with it" },
  run: auditVerify,
};

/** Throws UsageError and ConfigError. */
async function auditVerify(call: Call): Promise<0 | 1> {
  const { option, json, print, signal } = call;
  const checkpointFile = option("checkpoints");
  const checkpoints =
    checkpointFile === undefined ? [] : await readCheckpoints(checkpointFile, signal);
  return onAuditStore(call, async (opened) => {
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
