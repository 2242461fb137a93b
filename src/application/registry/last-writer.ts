import type { RegistryView } from "../ports.ts";
import type { RegistryRecord } from "../store.ts";

/** Who changed the registry last, as far as it says who changed its rules. */
export type LastWriter = "us" | "program" | "person" | "unknown" | "our-ledger";

/** By Azure's `systemData`. After our own ledger write it says nothing of who touched the rules before that. */
export function lastWriterOf({ ledgerWrittenAt }: RegistryRecord, view: RegistryView): LastWriter {
  const { lastModifiedAt, lastModifiedByUs, lastModifiedByType } = view;
  const byLedger = ledgerWrittenAt !== undefined && isSame(lastModifiedAt, ledgerWrittenAt);
  if (byLedger && lastModifiedByUs) return "our-ledger";
  if (lastModifiedByUs) return "us";
  if (lastModifiedByType === undefined) return "unknown";
  return lastModifiedByType === "User" ? "person" : "program";
}

function isSame(one: Date | undefined, other: Date): boolean {
  return one?.getTime() === other.getTime();
}
