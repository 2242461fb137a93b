import type { AuditSeal } from "../../domain/audit-seal.ts";
import type { AuditText } from "../../domain/personal-values.ts";

/** An entry that is to have another text. */
export type RewrittenEntry = {
  readonly number: number;
  /** What is there now. */
  readonly from: string;
  readonly to: string;
};

/** The audit trail below its events: as texts, with the seals over them. Throws StoreUnavailable like the store. */
export interface AuditTrail {
  /** Entries as they are stored, in order, from the number on, at most `limit`. */
  texts(
    fromNumber: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly now: Date; readonly value: readonly AuditText[] }>;
  /** The last of the chain. Throws UnreadableRecord. */
  newestSeal(signal: AbortSignal): Promise<AuditSeal | undefined>;
  /** Seals in order, from the one over this number on, at most `limit`. Throws UnreadableRecord. */
  seals(fromNumber: number, limit: number, signal: AbortSignal): Promise<readonly AuditSeal[]>;
  /**
   * Adds it when it follows the newest; `false` when another one is there by now. Seals over nothing but entries that
   * are gone from the front go then, step by step.
   */
  addSeal(seal: AuditSeal, signal: AbortSignal): Promise<boolean>;
  /** Puts it in the place of the one over the same numbers; `false` when that is gone. */
  replaceSeal(seal: AuditSeal, signal: AbortSignal): Promise<boolean>;
  /**
   * Changes the texts of entries, all of them at once or none; those that are gone meanwhile stay gone. `conflict` when
   * one is not what it was, or when somebody else is at it. The former texts, and records that have expired, are in no
   * memory of the store afterwards, and in no file but its logs and copies.
   */
  rewrite(
    entries: readonly RewrittenEntry[],
    signal: AbortSignal,
  ): Promise<"rewritten" | "conflict">;
}
