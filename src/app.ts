import { performance } from "node:perf_hooks";
import { captureLibraryConsole } from "./adapters/log/library-console.ts";
import { withStoreLog } from "./adapters/log/store-log.ts";
import { readPolicy } from "./adapters/policy/policy-file.ts";
import { createMetrics, type Metrics } from "./adapters/web/metrics.ts";
import type { SharedCounters } from "./adapters/web/rate-limits.ts";
import { createHeartbeat, type Heartbeat } from "./application/heartbeat.ts";
import { keepSealing } from "./application/audit/seal-audit.ts";
import { createDailyTime } from "./application/registry/daily-time.ts";
import { createHourlyCount } from "./application/registry/hourly-count.ts";
import { createQuietLooks } from "./application/registry/quiet-looks.ts";
import { keepSayingAlive } from "./application/say-alive.ts";
import type { DeliveryFailure, Ids, Log } from "./application/ports.ts";
import { reconcileConversation } from "./application/conversation/reconcile-conversation.ts";
import { reconcileRegistry } from "./application/registry/reconcile-registry.ts";
import type { ConversationClaim, RegistryClaim, Store } from "./application/store.ts";
import { keepSweeping, sweep } from "./application/registry/sweep.ts";
import { watchOverdue } from "./application/registry/watch-overdue.ts";
import { workLoop, type WorkLoop } from "./application/work-loop.ts";
import type { BotConfig, Config, Secrets } from "./config.ts";
import { auditKeys } from "./audit-keys.ts";
import { digestOf } from "./create-digest.ts";
import { createIds } from "./create-ids.ts";
import { createLinkSecrets } from "./create-link-secrets.ts";
import { keepPolicy } from "./keep-policy.ts";
import { openStore } from "./open-store.ts";
import type { Policy } from "./domain/policy.ts";
import { startOperations } from "./start-operations.ts";
import { startTracing, type Tracing } from "./tracing.ts";

/** A running process of any role. `stop` lets what is under way finish, within `STOP_WITHIN_MS`, then cuts it off. */
export type App = {
  /** Ports as they are, also when the settings said 0. */
  readonly ports: { readonly http: number | undefined; readonly operations: number };
  /** Has the policy file read now; it is also read when it changes. */
  reloadPolicy(): void;
  stop(): Promise<void>;
};

/** Orchestrators give 10 s between SIGTERM and SIGKILL. */
const STOP_WITHIN_MS = 8_000;
const START_WITHIN_MS = 15_000;
/**
 * Twice the calls to Azure at once: the others are at their store, or in the queue of this process, meanwhile. In a
 * rush more wait for nothing but their read back; so many since each is memory, and has to be let finish.
 */
const REGISTRIES_AT_ONCE = { parallel: 32, light: 384 };
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
  let tracing: Tracing | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all(parts.splice(0).map((part) => part.stop()));
    // Last: what was under way had to be written down.
    await store?.close();
    await tracing?.stop();
  };
  try {
    const first = await readPolicy(config.policyFile, starting);
    if (config.bot !== undefined && first.tenant !== config.bot.tenantId) {
      throw new Error("The policy's tenant is not MicrosoftAppTenantId; one of the two is wrong.");
    }
    tracing = await startTracing(config);
    const opened = await openStore(config, secrets, log, starting);
    const [ids, metrics] = [createIds(), createMetrics()];
    store = metrics.withCommitsCounted(withStoreLog(opened, log));
    const policy = keepPolicy(config, first, { store, ids, log, metrics });
    parts.push(policy);
    const shared: Shared = {
      store,
      policy: policy.present,
      ids,
      log,
      counters: opened.counters,
      monotonicMs: () => performance.now(),
      metrics,
      tracing,
      hearts: [],
    };

    if (config.role !== "bot") {
      parts.push(await startWorker(shared, config, secrets, starting));
    }
    const http =
      config.bot === undefined ? undefined : await startBot(shared, config.bot, config, secrets);
    if (http !== undefined) parts.push(http);
    parts.push(
      startLoop((stopping) =>
        watchOverdue(
          {
            ...shared,
            onLook: (state) => {
              shared.metrics.setOverdue(state);
            },
          },
          stopping,
        ),
      ),
    );
    const standsStillAfterMs = config.holdMs + SILENT_MARGIN_MS;
    parts.push(
      startLoop((stopping) => keepSayingAlive({ ...shared, standsStillAfterMs }, stopping)),
    );
    const operations = await startOperations(shared, config, standsStillAfterMs);
    parts.push(operations);
    log.info("started", { http: http?.port, operations: operations.port, policy: first.digest });
    const ports = { http: http?.port, operations: operations.port };
    return { ports, reloadPolicy: policy.reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Shared = {
  readonly store: Store;
  /** Where processes count attempts together; `undefined` where there is no such place. */
  readonly counters: SharedCounters | undefined;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Of the loops that this process runs. */
  readonly hearts: { readonly loop: string; readonly heart: Heartbeat }[];
};

async function startWorker(
  shared: Shared,
  config: Config,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<Part> {
  const { store, monotonicMs, tracing } = shared;
  const { connectAzure } = await import("./connect-azure.ts");
  const deps = tracing.steps({
    ...shared,
    ...connectAzure(
      config.azure,
      config.ledger === "tags" ? secrets.ledgerKeys : undefined,
      monotonicMs,
      shared.metrics,
    ),
    recentOpenings: createHourlyCount(monotonicMs),
    recentRestores: createHourlyCount(monotonicMs),
    dailyTime: createDailyTime(monotonicMs),
    quietLooks: createQuietLooks(digestOf),
  });
  await sweep(shared, shared.policy(), 0, signal);
  const sweeping = startLoop((stopping) => keepSweeping(shared, stopping));
  const sealing = startSealing(shared, config, secrets);
  const work = startWorkLoop(shared, {
    name: "registry",
    claim: (until) => store.claimRegistry(config.holdMs, until),
    work: tracing.round((claim: RegistryClaim, ...more) => reconcileRegistry(deps, claim, ...more)),
    onWake: (listener) => store.onWake("registry", listener),
    ...REGISTRIES_AT_ONCE,
  });
  return {
    stop: async () => {
      await Promise.all([sweeping.stop(), work.stop(), sealing?.stop()]);
    },
  };
}

function startSealing(
  { store, log }: Shared,
  { auditKeptMs }: Config,
  secrets: Secrets,
): Part | undefined {
  const keys = auditKeys(secrets);
  if (keys === undefined) {
    log.warn("audit.unsealed", { why: "neither AUDIT_KEY nor LEDGER_KEY is set" });
    return undefined;
  }
  const deps = { trail: store.trail, keys, keptMs: auditKeptMs, log };
  return startLoop((stopping) => keepSealing(deps, stopping));
}

async function startBot(
  shared: Shared,
  bot: BotConfig,
  { http, holdMs, links: linkConfig, clientAddress, activitiesPerMinute }: Config,
  { appPassword }: Secrets,
): Promise<Part & { readonly port: number }> {
  const { createBot } = await import("./adapters/teams/bot.ts");
  const { connectTeams } = await import("./connect-teams.ts");
  const { startPublicServer } = await import("./adapters/web/public-server.ts");
  const { createProofPage } = await import("./adapters/web/proof-page.ts");
  const { createRateLimits } = await import("./adapters/web/rate-limits.ts");
  const { createAddressLimits } = await import("./adapters/web/address-limits.ts");
  const { store, log, metrics, tracing } = shared;
  const limits = createRateLimits(activitiesPerMinute, shared.counters);
  const addresses = createAddressLimits(limits, clientAddress, shared.monotonicMs);

  captureLibraryConsole(log);
  const onFailure = (failure: DeliveryFailure): void => {
    metrics.countUndelivered(failure.why);
  };
  const teams = connectTeams({ ...shared, onFailure }, bot, appPassword);
  const secrets = createLinkSecrets();
  const links = linkConfig && {
    secrets,
    publicUrl: linkConfig.publicUrl,
    ipv4Url: linkConfig.ipv4Url ?? linkConfig.publicUrl,
  };
  const page = linkConfig && createProofPage({ ...shared, ...linkConfig, clientAddress, secrets });
  const onTurn = (): void => {
    metrics.countTurn();
  };
  const receive = tracing.activity(
    createBot({ ...shared, ...teams, rules: bot, links, limits, onTurn }),
  );
  const deps = tracing.steps({ ...shared, ...teams, serviceUrl: bot.serviceUrl });
  const loop = startWorkLoop(shared, {
    name: "conversation",
    claim: (until) => store.claimConversation(holdMs, until),
    work: tracing.round((claim: ConversationClaim, until) =>
      reconcileConversation(deps, claim, until),
    ),
    onWake: (listener) => store.onWake("conversation", listener),
    parallel: CONVERSATIONS_AT_ONCE,
  });
  try {
    const server = await startPublicServer(http, receive, page, addresses, log);
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

/** A loop over a wake list, with a heart that readiness and metrics listen to. */
function startWorkLoop<Claim extends { readonly kind: "claimed" }>(
  { log, hearts, metrics, monotonicMs }: Shared,
  loop: Omit<WorkLoop<Claim>, "log" | "onBeat">,
): Part {
  const heart = createHeartbeat(monotonicMs);
  hearts.push({ loop: loop.name, heart });
  metrics.watchLoop(loop.name, () => heart.silentMs());
  const onBeat = (): void => {
    heart.beat();
  };
  return startLoop((stopping, abort) => workLoop({ ...loop, log, onBeat }, stopping, abort));
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

/** A loop that has something to do looks at its list at least each time a hold is over. */
const SILENT_MARGIN_MS = 30_000;
