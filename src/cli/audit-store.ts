import { auditKeys } from "../audit-keys.ts";
import type { Store } from "../application/store.ts";
import { ConfigError, loadConfig } from "../config.ts";
import type { AuditKeys } from "../domain/audit-seal.ts";
import { openStore } from "../open-store.ts";

/** The settings of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The store, and what its audit trail is sealed with. */
export type AuditStore = {
  readonly store: Store;
  /** `undefined` without AUDIT_KEY and LEDGER_KEY. */
  readonly keys: AuditKeys | undefined;
  /** How long audit entries are kept, in ms. */
  readonly keptMs: number;
};

/** Opens the store of the settings for as long as the work takes. Throws ConfigError, and what `openStore` throws. */
export async function onAuditStore<T>(
  environment: Environment,
  warn: (line: string) => void,
  signal: AbortSignal,
  work: (opened: AuditStore) => Promise<T>,
): Promise<T> {
  const { config, secrets } = loadConfig(asWorker(environment));
  const log = {
    info: () => undefined,
    warn: (event: string) => {
      warn(`! ${event}`);
    },
    error: (event: string) => {
      warn(`! ${event}`);
    },
  };
  const store = await openStore(config, secrets, log, signal);
  try {
    return await work({ store, keys: auditKeys(secrets), keptMs: config.auditKeptMs });
  } finally {
    await store.close();
  }
}

/** Throws ConfigError when there is none. */
export function neededKeys({ keys }: AuditStore): AuditKeys {
  if (keys !== undefined) return keys;
  throw new ConfigError(
    "Invalid settings:\n  AUDIT_KEY: is needed, or LEDGER_KEY: what the workers have",
  );
}

// A worker has no door, and so needs the fewest settings; the policy is not read.
function asWorker(environment: Environment): Environment {
  return {
    DRAWBRIDGE_POLICY: "-",
    ...environment,
    DRAWBRIDGE_ROLE: "worker",
    LEDGER: environment["LEDGER_KEY"] ? environment["LEDGER"] : "off",
  };
}
