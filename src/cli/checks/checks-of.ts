import { performance } from "node:perf_hooks";
import { CLOUDS } from "../../adapters/azure/cloud.ts";
import { readPolicy } from "../../adapters/policy/policy-file.ts";
import { StoreUnavailable, type Store } from "../../application/store.ts";
import type { StoreConfig } from "../../command-config.ts";
import type { BotConfig } from "../../config.ts";
import type { Policy, RegistryPolicy } from "../../domain/policy.ts";
import { pass, warn, type Check } from "./check.ts";
import { checkClocks } from "./check-clocks.ts";
import { checkIdentity } from "./check-identity.ts";
import { checkPolicy, checkPolicyInUse } from "./check-policy.ts";
import { checkPublicUrl } from "./check-public-url.ts";
import { checkLooked, checkRegistry, type RegistryAccess } from "./check-registry.ts";
import type { UsableSettings } from "./check-settings.ts";
import { checkRedis, checkStore } from "./check-store.ts";

/** What the checks share. */
type Shared = UsableSettings & {
  readonly store: StoreConfig;
  /** The same one each time; what it throws, each who asks hears. */
  readonly opened: () => Promise<Store>;
  readonly signal: AbortSignal;
};

/** Every check that these settings allow, in the order of a report. */
export async function checksOf(shared: Shared): Promise<readonly Check[]> {
  const { store, config, secrets, opened, signal } = shared;
  const registries = await registriesOf(store.policyFile, signal);
  const isBot = config?.role === "bot";
  const azure = isBot ? undefined : await accessOf(shared);
  const [first] = registries;
  return [
    checkPolicy(store.policyFile, config?.bot?.tenantId),
    checkStore(store.store.kind, opened),
    ...(store.store.kind === "redis" ? [await redisOf(shared)] : []),
    unlessStoreIsGone(checkPolicyInUse(store.policyFile, opened)),
    unlessStoreIsGone(
      checkClocks(
        opened,
        azure && first && ((until) => viewOf(azure, first, until)),
        () => new Date(),
      ),
    ),
    ...(isBot ? [] : [identityOf(store)]),
    ...(azure === undefined ? [] : registries.map((each) => checkRegistry(each, azure))),
    ...registries.map((each) => unlessStoreIsGone(checkLooked(each, opened))),
    ...(config?.bot === undefined ? [] : [botOf(config.bot, secrets.appPassword)]),
    ...(config?.bot === undefined ? [] : checkPublicUrl(config)),
  ];
}

/** Without them there is nothing to look at on registries; the policy's own check says why. */
async function registriesOf(file: string, signal: AbortSignal): Promise<Policy["registries"]> {
  try {
    return (await readPolicy(file, signal)).registries;
  } catch {
    return [];
  }
}

async function accessOf({ store, config, secrets }: Shared): Promise<RegistryAccess> {
  const { connectAzure } = await import("../../connect-azure.ts");
  const keys = config?.ledger === "off" ? undefined : secrets.ledgerKeys;
  return connectAzure(store.azure, keys, () => performance.now());
}

async function viewOf({ rules }: RegistryAccess, { id }: RegistryPolicy, signal: AbortSignal) {
  const read = await rules.read(id, signal);
  return read.kind === "read" ? read.view : undefined;
}

async function redisOf({ store, secrets }: Shared): Promise<Check> {
  const { inspectRedis } = await import("../../adapters/store/redis/inspect-redis.ts");
  return checkRedis(async (signal) => {
    if (store.store.kind !== "redis") throw new Error("This is no Redis.");
    const { prefix, credential } = store.store;
    const onError = (): void => undefined;
    const options = { url: secrets.redisUrl ?? "", prefix, onError };
    if (credential === "password") return inspectRedis(options, signal);
    const { createRedisTokens } = await import("../../adapters/azure/redis-tokens.ts");
    const { azureCredential } = await import("../../azure-credential.ts");
    const tokens = createRedisTokens(azureCredential(store.azure));
    return inspectRedis({ ...options, tokens }, signal);
  });
}

function identityOf({ azure }: StoreConfig): Check {
  const credential = async () => {
    const { azureCredential } = await import("../../azure-credential.ts");
    return azureCredential(azure);
  };
  return checkIdentity(azure, credential, `${CLOUDS[azure.cloud].armAudience}/.default`);
}

function botOf(bot: BotConfig, appPassword: string | undefined): Check {
  return {
    name: "bot credentials",
    mend: `az ad app show --id ${bot.appId} --query "[appId,signInAudience]"`,
    async look() {
      const { tryBotToken } = await import("../../adapters/teams/bot-token.ts");
      await tryBotToken({ ...bot, appPassword });
      return [pass(`The bot ${bot.appId} (${bot.appType}) gets a token for the Bot Connector.`)];
    },
  };
}

/** That the store is gone is told once, by its own check. */
function unlessStoreIsGone(check: Check): Check {
  return {
    ...check,
    async look(signal) {
      try {
        return await check.look(signal);
      } catch (error) {
        if (error instanceof StoreUnavailable) return [warn("Not looked at without the store.")];
        throw error;
      }
    },
  };
}
