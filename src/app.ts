import { createHash, randomInt, randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { withAuditLog } from "./adapters/log/audit-log.ts";
import { captureLibraryConsole } from "./adapters/log/library-console.ts";
import { readPolicy } from "./adapters/policy/policy-file.ts";
import { startOperationsServer, type Readiness } from "./adapters/web/operations-server.ts";
import { createHourlyCount } from "./application/hourly-count.ts";
import type { Ids, Log, RegistryRules } from "./application/ports.ts";
import { reconcileConversation } from "./application/reconcile-conversation.ts";
import { reconcileRegistry } from "./application/reconcile-registry.ts";
import type { Store } from "./application/store.ts";
import { sweep } from "./application/sweep.ts";
import { workLoop } from "./application/work-loop.ts";
import type { BotConfig, Config, Secrets } from "./config.ts";
import { parseRequestId, type RequestId } from "./domain/ids.ts";
import type { Policy } from "./domain/policy.ts";

/** A running process of any role. `stop` lets what is under way finish, within `STOP_WITHIN_MS`, then cuts it off. */
export type App = {
  /** Ports as they are, also when the settings said 0. */
  readonly ports: { readonly http: number | undefined; readonly operations: number };
  stop(): Promise<void>;
};

/** Orchestrators give 10 s between SIGTERM and SIGKILL. */
const STOP_WITHIN_MS = 8_000;
const START_WITHIN_MS = 15_000;
const REGISTRIES_AT_ONCE = 16;
const CONVERSATIONS_AT_ONCE = 8;

type Part = { stop(): Promise<void> };

/**
 * The only wiring. Each role loads what it needs and nothing else: a worker no botbuilder, a bot no Azure
 * management client. Throws when a setting, the policy or the store can't be used; nothing is left running then.
 */
export async function startApp(config: Config, secrets: Secrets, log: Log): Promise<App> {
  const starting = AbortSignal.timeout(START_WITHIN_MS);
  const parts: Part[] = [];
  let store: Store | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all(parts.splice(0).map((part) => part.stop()));
    // Last: what was under way had to be written down.
    await store?.close();
  };
  try {
    const policy = await readPolicy(config.policyFile, starting);
    if (config.bot !== undefined && policy.tenant !== config.bot.tenantId) {
      throw new Error("The policy's tenant is not MicrosoftAppTenantId; one of the two is wrong.");
    }
    store = withAuditLog(await openStore(config, secrets, log, starting), log);
    const shared: Shared = {
      store,
      policy: () => policy,
      ids: createIds(),
      log,
      monotonicMs: () => performance.now(),
    };

    if (config.role !== "bot") parts.push(await startWorker(shared, config, policy, starting));
    const http =
      config.bot === undefined ? undefined : await startBot(shared, config.bot, config, secrets);
    if (http !== undefined) parts.push(http);
    const operations = await startOperationsServer(config.operations, readinessOf(store, policy));
    parts.push(operations);
    log.info("started", { http: http?.port, operations: operations.port, policy: policy.digest });
    return { ports: { http: http?.port, operations: operations.port }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Shared = {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  readonly monotonicMs: () => number;
};

async function openStore(
  { store, auditKeptMs, azure }: Config,
  { redisUrl }: Secrets,
  log: Log,
  signal: AbortSignal,
): Promise<Store> {
  if (store.kind === "sqlite") {
    const { openSqliteStore } = await import("./adapters/store/sqlite/sqlite-store.ts");
    return openSqliteStore({ file: store.file, now: () => new Date(), auditKeptMs });
  }
  if (redisUrl === undefined) throw new Error("REDIS_URL is not set");
  const { openRedisStore } = await import("./adapters/store/redis/redis-store.ts");
  const onError = (error: unknown): void => {
    log.warn("redis.connection", { error });
  };
  const options = { url: redisUrl, prefix: store.prefix, auditKeptMs, onError };
  if (store.credential === "password") return openRedisStore(options, signal);
  const { createRedisTokens } = await import("./adapters/azure/redis-tokens.ts");
  const tokens = createRedisTokens(await credentialOf(azure));
  return openRedisStore({ ...options, tokens }, signal);
}

async function startWorker(
  shared: Shared,
  config: Config,
  policy: Policy,
  signal: AbortSignal,
): Promise<Part> {
  const { store, ids, log } = shared;
  const { monotonicMs } = shared;
  const deps = {
    ...shared,
    rules: await connectAzure(config, monotonicMs),
    recentOpenings: createHourlyCount(monotonicMs),
    recentRestores: createHourlyCount(monotonicMs),
  };
  await sweep({ store, ids }, policy, signal);
  return startLoop((stopping, abort) =>
    workLoop(
      {
        name: "registry",
        claim: (until) => store.claimRegistry(config.holdMs, until),
        work: (claim, until) => reconcileRegistry(deps, claim, until),
        onWake: (listener) => store.onWake("registry", listener),
        parallel: REGISTRIES_AT_ONCE,
        log,
      },
      stopping,
      abort,
    ),
  );
}

async function connectAzure({ azure }: Config, monotonicMs: () => number): Promise<RegistryRules> {
  const { CLOUDS } = await import("./adapters/azure/cloud.ts");
  const { createRegistryRules } = await import("./adapters/azure/registry-rules.ts");
  const { armEndpoint, armAudience } = CLOUDS[azure.cloud];
  return createRegistryRules({
    credential: await credentialOf(azure),
    endpoint: azure.armEndpoint ?? armEndpoint,
    audience: armAudience,
    monotonicMs,
  });
}

async function credentialOf({ credential: kind, clientId, cloud }: Config["azure"]) {
  const { CLOUDS } = await import("./adapters/azure/cloud.ts");
  const { createCredential } = await import("./adapters/azure/credential.ts");
  return createCredential({ kind, clientId, authorityHost: CLOUDS[cloud].authorityHost });
}

async function startBot(
  shared: Shared,
  bot: BotConfig,
  { http, holdMs }: Config,
  { appPassword }: Secrets,
): Promise<Part & { readonly port: number }> {
  const { createBot } = await import("./adapters/teams/bot.ts");
  const { createMessenger } = await import("./adapters/teams/messenger.ts");
  const { createTeamsAdapter } = await import("./adapters/teams/teams-adapter.ts");
  const { startPublicServer } = await import("./adapters/web/public-server.ts");
  const { store, log } = shared;

  captureLibraryConsole(log);
  const adapter = createTeamsAdapter({ ...bot, appPassword });
  const messenger = createMessenger(adapter, bot);
  const receive = createBot({ ...shared, adapter, messenger, rules: bot });
  const deps = { ...shared, messenger };
  const loop = startLoop((stopping, abort) =>
    workLoop(
      {
        name: "conversation",
        claim: (until) => store.claimConversation(holdMs, until),
        work: (claim, until) => reconcileConversation(deps, claim, until),
        onWake: (listener) => store.onWake("conversation", listener),
        parallel: CONVERSATIONS_AT_ONCE,
        log,
      },
      stopping,
      abort,
    ),
  );
  try {
    const server = await startPublicServer(http, receive, log);
    return {
      port: server.port,
      stop: async () => {
        await server.stop();
        await loop.stop();
      },
    };
  } catch (error) {
    await loop.stop();
    throw error;
  }
}

/** Runs until stopped; what is then still at work gets its time, and is cut off after that. */
function startLoop(run: (stopping: AbortSignal, abort: AbortSignal) => Promise<void>): Part {
  const stopping = new AbortController();
  const abort = new AbortController();
  const ended = run(stopping.signal, abort.signal);
  return {
    async stop() {
      stopping.abort();
      const late = setTimeout(() => {
        abort.abort();
      }, STOP_WITHIN_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

function readinessOf(store: Store, policy: Policy): Readiness {
  const [registry] = policy.registries;
  return async (signal) => {
    if (registry === undefined) return { ready: false, why: "the policy names no registry" };
    await store.registry(registry.id, signal);
    return { ready: true };
  };
}

function createIds(): Ids {
  return {
    requestId: requestIdFrom,
    opId: randomUUID,
    random: () => randomInt(2 ** 32) / 2 ** 32,
  };
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_LENGTH = 12;

/** 60 bits of the seed's SHA-256: unguessable without the seed, and the same for the same message. */
function requestIdFrom(seed: string): RequestId {
  const hash = createHash("sha256").update(seed).digest();
  const text = [...hash.subarray(0, ID_LENGTH)]
    .map((byte) => CROCKFORD[byte % CROCKFORD.length] ?? "")
    .join("");
  const id = parseRequestId(text);
  if (id === undefined) throw new Error("a request id came out malformed");
  return id;
}
