import { z } from "zod";
import type { CloudName } from "./adapters/azure/cloud.ts";
import { complaintsOfBot, PUBLIC_BOT_CLOUD } from "./bot-settings.ts";
import type { ClientProfile } from "./adapters/web/client-address.ts";
import {
  clientProfile,
  complaintsOfLinks,
  linkConfig,
  linkSettings,
  type LinkConfig,
} from "./link-settings.ts";
import { complaintsOfTokens, redisUrl } from "./redis-settings.ts";
import { parseTenantId, type TenantId } from "./domain/ids.ts";
import { guid, ledgerKeys, origins, port, url } from "./setting-fields.ts";

/** Everything a process is told from outside, checked once at start. Holds no secret: see Secrets. */
export type Config = {
  readonly role: "all" | "bot" | "worker";
  readonly policyFile: string;
  readonly store:
    | {
        readonly kind: "redis";
        readonly prefix: string;
        /** Who signs in: the user and password of the URL, or the Azure identity with Entra ID tokens. */
        readonly credential: "password" | "entra";
      }
    | { readonly kind: "sqlite"; readonly file: string };
  /** `undefined` for a worker: it has no door and no identity in Teams. */
  readonly bot: BotConfig | undefined;
  /** `undefined` without a public URL: addresses can only be typed then. */
  readonly links: LinkConfig | undefined;
  readonly http: { readonly host: string; readonly port: number };
  /** What stands between clients and the public server. */
  readonly clientAddress: ClientProfile;
  readonly operations: { readonly host: string; readonly port: number };
  readonly azure: AzureConfig;
  /** Where the second copy of what is ours is kept, outside the store. */
  readonly ledger: "tags" | "off";
  /** How long a process keeps a registry or a request to itself; a dead one's work is taken over after that. */
  readonly holdMs: number;
  readonly auditKeptMs: number;
  /** What one person may say and click. */
  readonly activitiesPerMinute: number;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Where OpenTelemetry traces go; `undefined` for nowhere, and then nothing of it is loaded. */
  readonly otlpEndpoint: string | undefined;
};

/** Which cloud, and who we are there. */
export type AzureConfig = {
  readonly credential: "managed-identity" | "workload-identity" | "azure-cli";
  readonly clientId: string | undefined;
  readonly cloud: CloudName;
  /** Instead of the cloud's own; `undefined` for that. */
  readonly armEndpoint: string | undefined;
};

/** How the bot proves itself, and whose activities it accepts. There is no setting that turns the check off. */
export type BotConfig = {
  readonly appId: string;
  readonly appType: "SingleTenant" | "UserAssignedMSI";
  readonly tenantId: TenantId;
  readonly tokenIssuer: string;
  readonly openIdMetadataUrl: string;
  readonly loginUrl: string;
  readonly oauthScope: string;
  /** Exact origins that messages may be sent to. */
  readonly connectorOrigins: readonly string[];
  /** Where somebody is first written to who never wrote to the bot; of one of the origins. */
  readonly serviceUrl: string;
};

/** Kept apart from Config, so that a Config can be logged. */
export type Secrets = {
  readonly redisUrl: string | undefined;
  readonly appPassword: string | undefined;
  /** Seal the audit trail; `undefined` for keys derived from the ledger's. Never known to the store. */
  readonly auditKeys: LedgerKeys | undefined;
  /** Seal the ledger; never known to the store, and not needed by a bot. */
  readonly ledgerKeys: LedgerKeys | undefined;
};

/** The key that seals, then former ones that are still believed. */
export type LedgerKeys = readonly [string, ...string[]];

/** Settings that can't be used. The message names every bad one, and no value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Settings that count days count these, in ms. */
export const DAY_MS = 24 * 60 * 60_000;
/** Every setting, as it stands in the environment. */
export const settings = z.object({
  DRAWBRIDGE_ROLE: z.enum(["all", "bot", "worker"], "must be all, bot or worker").default("all"),
  DRAWBRIDGE_POLICY: z.string("must be the path of the policy file").min(1),
  REDIS_URL: redisUrl.optional(),
  REDIS_CREDENTIAL: z.enum(["password", "entra"], "must be password or entra").default("password"),
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, "must be 1 to 40 of a-z, 0-9 and -")
    .default("drawbridge"),
  SQLITE_FILE: z.string().min(1).optional(),
  MicrosoftAppId: guid.optional(),
  MicrosoftAppType: z
    .enum(["SingleTenant", "UserAssignedMSI"], "must be SingleTenant or UserAssignedMSI")
    .optional(),
  MicrosoftAppTenantId: guid.optional(),
  MicrosoftAppPassword: z.string().min(1).optional(),
  BOT_TOKEN_ISSUER: url.default(PUBLIC_BOT_CLOUD.BOT_TOKEN_ISSUER),
  BOT_OPENID_METADATA_URL: url.default(PUBLIC_BOT_CLOUD.BOT_OPENID_METADATA_URL),
  BOT_LOGIN_URL: url.optional(),
  BOT_OAUTH_SCOPE: url.default(PUBLIC_BOT_CLOUD.BOT_OAUTH_SCOPE),
  BOT_CONNECTOR_ORIGINS: origins.default([PUBLIC_BOT_CLOUD.BOT_CONNECTOR_ORIGINS]),
  ...linkSettings,
  BOT_SERVICE_URL: url.optional(),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: port.default(3978),
  OPERATIONS_HOST: z.string().min(1).default("127.0.0.1"),
  OPERATIONS_PORT: port.default(3979),
  AZURE_CREDENTIAL: z
    .enum(
      ["managed-identity", "workload-identity", "azure-cli"],
      "must be managed-identity, workload-identity or azure-cli",
    )
    .default("managed-identity"),
  AZURE_CLIENT_ID: guid.optional(),
  AZURE_CLOUD: z
    .enum(["public", "us-government", "china"], "must be public, us-government or china")
    .default("public"),
  ARM_ENDPOINT: z.url({ protocol: /^https$/, error: "must be an https URL" }).optional(),
  LEDGER: z.enum(["tags", "off"], "must be tags or off").default("tags"),
  LEDGER_KEY: ledgerKeys.optional(),
  HOLD_SECONDS: z.coerce.number("must be a number of seconds").min(2).max(300).default(60),
  AUDIT_KEY: ledgerKeys.optional(),
  AUDIT_KEPT_DAYS: z.coerce.number("must be a number of days").int().min(1).default(400),
  ACTIVITIES_PER_MINUTE: z.coerce.number("must be a number").int().min(10).default(120),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], "must be debug, info, warn or error")
    .default("info"),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
});

/** An environment. */
export type Given = Readonly<Record<string, string | undefined>>;
type Complaint = { readonly name: string; readonly message: string };

/** What no setting shows by itself. Looks at the texts, so that it speaks up beside whatever else is wrong. */
function complaintsAcross(given: Given): readonly Complaint[] {
  const complaints = [...complaintsOfStore(given)];
  const isOff = given["LEDGER"] === "off" || given["DRAWBRIDGE_ROLE"] === "bot";
  if (!isOff && given["LEDGER_KEY"] === undefined) {
    const message = "is needed unless LEDGER=off; make one with: openssl rand -base64 32";
    complaints.push({ name: "LEDGER_KEY", message });
  }
  complaints.push(...complaintsOfLinks(given));
  if (given["DRAWBRIDGE_ROLE"] === "worker") return complaints;
  complaints.push(...complaintsOfBot(given));
  return complaints;
}

/** What of the store's settings no setting shows by itself. */
export function complaintsOfStore(given: Given): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if ((given["REDIS_URL"] === undefined) === (given["SQLITE_FILE"] === undefined)) {
    complaints.push({ name: "REDIS_URL", message: "set exactly one of REDIS_URL and SQLITE_FILE" });
  }
  if (given["REDIS_CREDENTIAL"] === "entra") {
    for (const message of complaintsOfTokens(given["REDIS_URL"])) {
      complaints.push({ name: "REDIS_URL", message });
    }
  }
  return complaints;
}

/**
 * Reads the settings from an environment. An empty value counts as not set. Throws ConfigError once, naming
 * every bad setting and what it must be, and no value.
 */
export function loadConfig(environment: Given): {
  readonly config: Config;
  readonly secrets: Secrets;
} {
  const given = setOnly(environment);
  const data = readSettings(settings, given, complaintsAcross(given));
  const config: Config = {
    role: data.DRAWBRIDGE_ROLE,
    policyFile: data.DRAWBRIDGE_POLICY,
    store: storeConfig(data),
    bot: data.DRAWBRIDGE_ROLE === "worker" ? undefined : botConfig(data),
    links: linkConfig(data),
    clientAddress: clientProfile(data),
    http: { host: data.HOST, port: data.PORT },
    operations: { host: data.OPERATIONS_HOST, port: data.OPERATIONS_PORT },
    azure: azureConfig(data),
    ledger: data.LEDGER,
    holdMs: data.HOLD_SECONDS * 1_000,
    auditKeptMs: data.AUDIT_KEPT_DAYS * DAY_MS,
    activitiesPerMinute: data.ACTIVITIES_PER_MINUTE,
    logLevel: data.LOG_LEVEL,
    otlpEndpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
  const secrets = {
    redisUrl: data.REDIS_URL,
    appPassword: data.MicrosoftAppPassword,
    auditKeys: data.AUDIT_KEY,
    ledgerKeys: data.LEDGER_KEY,
  };
  return { config: Object.freeze(config), secrets };
}

/** Without what is set to nothing. */
export function setOnly(environment: Given): Given {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** The settings of the schema, typed; throws ConfigError, with `more` among what it names. */
export function readSettings<T extends z.ZodType>(
  schema: T,
  given: Given,
  more: readonly Complaint[],
): z.output<T> {
  const parsed = schema.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const complaints = [
    ...issues.map(({ path, message, code }): Complaint => {
      const name = String(path[0] ?? "settings");
      const missing = code === "invalid_type" && given[name] === undefined;
      return { name, message: missing ? "is not set" : message };
    }),
    ...more,
  ];
  if (!parsed.success || complaints.length > 0) {
    const lines = new Set(complaints.map(({ name, message }) => `  ${name}: ${message}`));
    throw new ConfigError(`Invalid settings:\n${[...lines].join("\n")}`);
  }
  return parsed.data;
}

/** Where the store is. */
export function storeConfig(
  data: Pick<z.output<typeof settings>, "SQLITE_FILE" | "REDIS_KEY_PREFIX" | "REDIS_CREDENTIAL">,
): Config["store"] {
  return data.SQLITE_FILE === undefined
    ? { kind: "redis", prefix: data.REDIS_KEY_PREFIX, credential: data.REDIS_CREDENTIAL }
    : { kind: "sqlite", file: data.SQLITE_FILE };
}

/** Which cloud, and who we are there. */
export function azureConfig(
  data: Pick<
    z.output<typeof settings>,
    "AZURE_CREDENTIAL" | "AZURE_CLIENT_ID" | "AZURE_CLOUD" | "ARM_ENDPOINT"
  >,
): AzureConfig {
  return {
    credential: data.AZURE_CREDENTIAL,
    clientId: data.AZURE_CLIENT_ID,
    cloud: data.AZURE_CLOUD,
    armEndpoint: data.ARM_ENDPOINT,
  };
}

/** complaintsAcross has seen that the three are there; without one of them there is no bot. */
function botConfig(data: z.output<typeof settings>): BotConfig | undefined {
  const { MicrosoftAppId: appId, MicrosoftAppType: appType } = data;
  const tenantId = parseTenantId(data.MicrosoftAppTenantId ?? "");
  if (appId === undefined || appType === undefined || tenantId === undefined) return undefined;
  return {
    appId: appId.toLowerCase(),
    appType,
    tenantId,
    tokenIssuer: data.BOT_TOKEN_ISSUER,
    openIdMetadataUrl: data.BOT_OPENID_METADATA_URL,
    loginUrl: data.BOT_LOGIN_URL ?? `https://login.microsoftonline.com/${tenantId}`,
    oauthScope: data.BOT_OAUTH_SCOPE,
    connectorOrigins: data.BOT_CONNECTOR_ORIGINS,
    // Teams' own for all regions: microsoft/botframework-sdk#6650.
    serviceUrl: data.BOT_SERVICE_URL ?? `${data.BOT_CONNECTOR_ORIGINS[0] ?? ""}/teams/`,
  };
}
