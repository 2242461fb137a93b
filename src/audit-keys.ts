import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { Secrets } from "./config.ts";
import type { AuditKeys } from "./domain/audit-seal.ts";
import type { Seal } from "./domain/ledger.ts";

/**
 * The keys that the audit trail is sealed with: AUDIT_KEY, or without one a key derived from LEDGER_KEY (RFC 5869), so
 * that no installation needs a second secret and a seal of one kind is never one of the other. What was derived stays
 * believed when AUDIT_KEY is set later. `undefined` without either: then nothing is sealed.
 */
export function auditKeys({
  auditKeys: own,
  ledgerKeys,
}: Pick<Secrets, "auditKeys" | "ledgerKeys">): AuditKeys | undefined {
  const keys = [
    ...(own ?? []),
    ...(ledgerKeys ?? []).map((key) =>
      Buffer.from(hkdfSync("sha256", key, "", "drawbridge audit seal", 32)),
    ),
  ];
  const [present, ...former] = keys.map(sealWith);
  if (present === undefined) return undefined;
  return { seals: [present, ...former], digests: createDigests() };
}

/** The digests that the chain is made of. */
export function createDigests(): AuditKeys["digests"] {
  return {
    hash: (text) => createHash("sha256").update(text).digest("base64url"),
    keyed: (key, text) => createHmac("sha256", key).update(text).digest("base64url"),
    newSalt: () => randomBytes(16).toString("base64url"),
  };
}

function sealWith(key: string | Buffer): Seal {
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
}
