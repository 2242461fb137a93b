import type { Tracer } from "./adapters/trace/tracer.ts";
import type { Ledger, RegistryRules } from "./application/ports.ts";
import type { Hold, Store } from "./application/store.ts";
import type { Config } from "./config.ts";
import { registryNameOf } from "./domain/ids.ts";

/** What a round works with. */
type Deps = {
  readonly store: Store;
  readonly rules?: RegistryRules;
  readonly ledger?: Ledger | undefined;
};

/** What is measured, when somebody wants to know; without an endpoint everything is handed back as it is. */
export type Tracing = {
  /** A round over a registry or a conversation, under its hold. */
  round<C extends { readonly hold: Hold }>(work: Work<C>): Work<C>;
  /** The steps of a round: read, turn, patch, ledger, commit. */
  steps<D extends Deps>(deps: D): D;
  /** An activity of Teams, from the door to the answer. */
  activity<A extends readonly unknown[], R>(handle: (...args: A) => Promise<R>): typeof handle;
  stop(): Promise<void>;
};

type Work<C> = (claim: C, signal: AbortSignal, onLight: () => void) => Promise<void>;

const OFF: Tracing = {
  round: (work) => work,
  steps: (deps) => deps,
  activity: (handle) => handle,
  stop: () => Promise.resolve(),
};

/** Loads what it takes only when there is somewhere to send to. Throws when that is set and not installed. */
export async function startTracing({
  otlpEndpoint,
  role,
}: Pick<Config, "otlpEndpoint" | "role">): Promise<Tracing> {
  if (otlpEndpoint === undefined) return OFF;
  const openTracer = await loadOpenTelemetry();
  return tracingBy(openTracer(otlpEndpoint, role));
}

async function loadOpenTelemetry(): Promise<(endpoint: string, role: string) => Tracer> {
  try {
    return (await import("./adapters/trace/open-telemetry.ts")).openTracer;
  } catch (cause) {
    const missing =
      cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    if (!missing) throw cause;
    throw new Error(
      "OTEL_EXPORTER_OTLP_ENDPOINT is set, and the optional packages @opentelemetry/* are not installed: npm install --include=optional, or leave it unset.",
      { cause },
    );
  }
}

function tracingBy(tracer: Tracer): Tracing {
  return {
    round: (work) => (claim, signal, onLight) => {
      const { list, key } = claim.hold;
      const id = list === "registry" ? registryNameOf(key) : key;
      const ids = list === "registry" ? { registry: id } : { request: id };
      return tracer.span(`${list} round`, ids, () => work(claim, signal, onLight));
    },
    steps: (deps) => ({
      ...deps,
      store: withCommitsTraced(deps.store, tracer),
      ...(deps.rules && { rules: tracedRules(deps.rules, tracer) }),
      ...(deps.ledger && { ledger: tracedLedger(deps.ledger, tracer) }),
    }),
    activity:
      (handle) =>
      (...args) =>
        tracer.span("activity", {}, () => handle(...args)),
    stop: () => tracer.close(),
  };
}

/** `store` is a plain object of functions, as `withStoreLog` makes it. */
function withCommitsTraced(store: Store, tracer: Tracer): Store {
  return {
    ...store,
    commit: (change, signal) => tracer.span("commit", {}, () => store.commit(change, signal)),
  };
}

function tracedRules(rules: RegistryRules, tracer: Tracer): RegistryRules {
  const lastApplied = new Set<string>();
  return {
    read(registry, signal, purpose) {
      const name = lastApplied.delete(registry) ? "read back" : "read";
      const ids = { registry: registryNameOf(registry) };
      return tracer.span(name, ids, () => rules.read(registry, signal, purpose));
    },
    turn: (registry, urgency, signal) =>
      tracer.span("turn", { registry: registryNameOf(registry) }, () =>
        rules.turn(registry, urgency, signal),
      ),
    apply(registry, list, signal) {
      lastApplied.add(registry);
      const ids = { registry: registryNameOf(registry) };
      return tracer.span("patch", ids, () => rules.apply(registry, list, signal));
    },
  };
}

function tracedLedger(ledger: Ledger, tracer: Tracer): Ledger {
  return {
    ...ledger,
    write: (registry, tags, signal) =>
      tracer.span("ledger", { registry: registryNameOf(registry) }, () =>
        ledger.write(registry, tags, signal),
      ),
  };
}
