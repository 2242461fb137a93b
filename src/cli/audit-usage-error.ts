/** The words of an audit command can't be used. */
export class AuditUsageError extends Error {
  override readonly name = "AuditUsageError";
}
