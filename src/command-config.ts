import type { z } from "zod";
import {
  azureConfig,
  complaintsOfStore,
  DAY_MS,
  readSettings,
  setOnly,
  settings,
  storeConfig,
  type AzureConfig,
  type Config,
  type Given,
  type LedgerKeys,
  type Secrets,
} from "./config.ts";
import { ledgerKeys } from "./setting-fields.ts";

/** What is needed to open the store. */
const opening = settings.pick({
  REDIS_URL: true,
  REDIS_CREDENTIAL: true,
  REDIS_KEY_PREFIX: true,
  SQLITE_FILE: true,
  AZURE_CREDENTIAL: true,
  AZURE_CLIENT_ID: true,
  AZURE_CLOUD: true,
  ARM_ENDPOINT: true,
  AUDIT_KEPT_DAYS: true,
});

/** What is needed to look into the store, and at what it is about: no bot. */
const storeSettings = opening.extend(settings.pick({ DRAWBRIDGE_POLICY: true }).shape);

/** What is needed to hold the audit trail against its seals: no policy, no bot. */
const auditSettings = opening.extend(settings.pick({ AUDIT_KEY: true, LEDGER_KEY: true }).shape);

/** What is needed to reach Azure and to read what is ours there: no store, no bot. */
const sweepSettings = settings
  .pick({
    DRAWBRIDGE_POLICY: true,
    AZURE_CREDENTIAL: true,
    AZURE_CLIENT_ID: true,
    AZURE_CLOUD: true,
    ARM_ENDPOINT: true,
  })
  .extend({ LEDGER_KEY: ledgerKeys });

/** What a command is told that looks into the store. */
export type StoreConfig = Pick<Config, "policyFile" | "store" | "auditKeptMs" | "azure">;

/** The few settings that take part in that; throws like `loadConfig`. */
export function loadStoreConfig(environment: Given): {
  readonly config: StoreConfig;
  readonly secrets: Pick<Secrets, "redisUrl">;
} {
  const given = setOnly(environment);
  const data = readSettings(storeSettings, given, complaintsOfStore(given));
  const config = { policyFile: data.DRAWBRIDGE_POLICY, ...openingConfig(data) };
  return { config: Object.freeze(config), secrets: { redisUrl: data.REDIS_URL } };
}

/** The few settings that a look at the audit trail takes; throws like `loadConfig`. */
export function loadAuditConfig(environment: Given): {
  readonly config: Omit<StoreConfig, "policyFile">;
  readonly secrets: Pick<Secrets, "redisUrl" | "auditKeys" | "ledgerKeys">;
} {
  const given = setOnly(environment);
  const data = readSettings(auditSettings, given, complaintsOfStore(given));
  const { REDIS_URL: redisUrl, AUDIT_KEY: auditKeys, LEDGER_KEY: ledgerKeys } = data;
  return {
    config: Object.freeze(openingConfig(data)),
    secrets: { redisUrl, auditKeys, ledgerKeys },
  };
}

function openingConfig(data: z.output<typeof opening>): Omit<StoreConfig, "policyFile"> {
  return {
    store: storeConfig(data),
    auditKeptMs: data.AUDIT_KEPT_DAYS * DAY_MS,
    azure: azureConfig(data),
  };
}

/** What a sweep from the ledger is told. */
export type SweepConfig = {
  readonly policyFile: string;
  readonly azure: AzureConfig;
  readonly ledgerKeys: LedgerKeys;
};

/** The few settings that a sweep from the ledger takes; throws like `loadConfig`. */
export function loadSweepConfig(environment: Given): SweepConfig {
  const data = readSettings(sweepSettings, setOnly(environment), []);
  const { DRAWBRIDGE_POLICY: policyFile, LEDGER_KEY: ledgerKeys } = data;
  return Object.freeze({ policyFile, azure: azureConfig(data), ledgerKeys });
}
