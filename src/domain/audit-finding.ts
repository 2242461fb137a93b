/** Something about the audit trail that is not as it was sealed, or as a checkpoint says that it was. */
export type AuditFinding = {
  readonly kind:
    | "changed"
    /** They were sealed, and are not there. */
    | "missing"
    /** They were gone before they were sealed. */
    | "missing-unsealed"
    /** The seal over them was not made with a key of ours, or was changed after. */
    | "forged"
    /** The seal over them does not follow the one before it. */
    | "unchained"
    /** They are there, and the seal over them is not. */
    | "seal-missing"
    | "seal-unreadable"
    /** The trail does not begin where it once did, and no entry was old enough to go. */
    | "cut-front"
    /** A checkpoint knows of them, and the trail ends before. */
    | "cut-tail"
    /** A checkpoint knows another trail up to there. */
    | "rewritten"
    /** Values were taken out of them, of more entries than anybody was to be forgotten in. */
    | "emptied";
  /** The first and the last number that it is about. */
  readonly from: number;
  readonly to: number;
};

/** Findings of one kind about numbers in a row as one. */
export function joinedFindings(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const joined: AuditFinding[] = [];
  const inOrder = findings.toSorted(
    (one, other) => one.kind.localeCompare(other.kind) || one.from - other.from,
  );
  for (const finding of inOrder) {
    const last = joined.at(-1);
    if (last?.kind === finding.kind && finding.from <= last.to + 1) {
      joined[joined.length - 1] = { ...last, to: Math.max(last.to, finding.to) };
    } else joined.push(finding);
  }
  return joined.toSorted((one, other) => one.from - other.from || one.to - other.to);
}
