import { z } from "zod";
import { UnreadableRecord } from "../../application/store.ts";
import type { AuditSeal } from "../../domain/audit-seal.ts";
import { amount, date, listOf, maybe, version } from "./stored-fields.ts";

const digest = z.string().regex(/^[\w-]*$/);

const auditSeal = z.strictObject({
  from: version,
  to: version,
  previous: digest,
  previousAt: maybe(date),
  sealedAt: date,
  keptMs: amount,
  times: listOf(amount),
  leaves: listOf(digest),
  mac: digest,
  salts: listOf(digest),
});

/** A seal as text: compact JSON, times as milliseconds since 1970. */
export function sealText(seal: AuditSeal): string {
  return JSON.stringify(z.encode(auditSeal, seal));
}

/** Exactly what was written. Throws UnreadableRecord, which names the numbers. */
export function sealOf(text: string, name: string): AuditSeal {
  try {
    const seal = auditSeal.parse(JSON.parse(text));
    const { from, to, times, leaves, salts } = seal;
    const count = to - from + 1;
    if ([times, leaves, salts].every(({ length }) => length === count)) return seal;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
  }
  throw new UnreadableRecord(`The seal over audit entries ${name} cannot be read.`);
}
