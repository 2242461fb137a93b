import type { Store } from "../application/store.ts";
import { auditKeys } from "../audit-keys.ts";
import { loadAuditConfig } from "../command-config.ts";
import { ConfigError } from "../config.ts";
import type { AuditKeys } from "../domain/audit-seal.ts";
import type { Call } from "./command.ts";
import { whileOpen } from "./command-store.ts";

/** The store, and what its audit trail is sealed with. */
export type AuditStore = {
  readonly store: Store;
  /** `undefined` without AUDIT_KEY and LEDGER_KEY. */
  readonly keys: AuditKeys | undefined;
  /** How long audit entries are kept, in ms. */
  readonly keptMs: number;
};

/** Opens the store of the settings for as long as the work takes, and makes none. Throws ConfigError and UsageError. */
export async function onAuditStore<T>(
  { environment, tell, signal }: Pick<Call, "environment" | "tell" | "signal">,
  work: (opened: AuditStore) => Promise<T>,
): Promise<T> {
  const settings = loadAuditConfig(environment);
  const keys = auditKeys(settings.secrets);
  const { auditKeptMs: keptMs } = settings.config;
  return whileOpen(settings, { tell, signal }, (store) => work({ store, keys, keptMs }));
}

/** Throws ConfigError when there is none. */
export function neededKeys({ keys }: AuditStore): AuditKeys {
  if (keys !== undefined) return keys;
  throw new ConfigError(
    "Invalid settings:\n  AUDIT_KEY: is needed, or LEDGER_KEY: what the workers have",
  );
}
