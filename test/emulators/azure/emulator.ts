import { createServer as createHttpServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { armListener } from "./arm-server.ts";
import { makeCertificate } from "./certificate.ts";
import { serveControl } from "./control-routes.ts";
import { createControls } from "./controls.ts";
import type { Controls, RegistryAddress } from "./controls.ts";
import { createFaultQueue } from "./faults.ts";
import { createInterception } from "./interception.ts";
import type { InterceptHook } from "./interception.ts";
import { createJournal } from "./journal.ts";
import { listener, listenOnLocalhost, sendJson, targetOf } from "./local-http.ts";
import { createRegistryStore } from "./registry-store.ts";
import type { RegistrySeed } from "./registry.ts";
import { createTokenEndpoint, IDENTITY_HEADER } from "./token-endpoint.ts";
import type { IssuedTokens, TokenEndpoint } from "./token-endpoint.ts";

/** How to start an emulator; nothing is needed. */
export interface AzureEmulatorOptions {
  /** What there is at the start and after a reset; nothing by default. */
  readonly registries?: readonly RegistrySeed[];
  /** Dates history, journal, `systemData` and reply headers; the wall clock by default. */
  readonly rulesClock?: () => Date;
}

/** A running emulator of Azure Resource Manager, of registries' front ends and of a managed identity. */
export interface AzureEmulator extends Controls {
  /** `https://localhost:…`, for the SDK's `endpoint`. */
  readonly armUrl: string;
  /** `http://localhost:…/msi/token`, for IDENTITY_ENDPOINT. */
  readonly tokenUrl: string;
  /** `http://localhost:…/_emulator`. */
  readonly controlUrl: string;
  /** A PEM file with the authority to trust, there until `stop`; `caPem` is its text. */
  readonly caFile: string;
  readonly caPem: string;
  /** For IDENTITY_HEADER. */
  readonly identityHeader: string;
  /** The registries there are now, in the order they were seeded. */
  readonly registries: readonly RegistryAddress[];
  /** Tells what the tokens issued here are for, also to other emulators. */
  readonly tokens: IssuedTokens;
  /** Holds each ARM request for a test; call what it returns to end that. */
  intercept(hook: InterceptHook): () => void;
  /** Ends every connection and server and removes `caFile`; every call waits for that. */
  stop(): Promise<void>;
}

/** Starts an emulator on free ports of 127.0.0.1. Stop it in the end: its servers keep the process alive. */
export async function startAzureEmulator(
  options: AzureEmulatorOptions = {},
): Promise<AzureEmulator> {
  const { registries: initial = [], rulesClock: now = () => new Date() } = options;
  const certificate = await makeCertificate();
  const store = createRegistryStore(now);
  const journal = createJournal(now);
  const faults = createFaultQueue();
  const interception = createInterception();
  const identity = createTokenEndpoint();
  const stopping = new AbortController();
  const { closeFrontEnds, ...controls } = createControls({
    certificate,
    store,
    journal,
    faults,
    now,
    initial,
  });

  const { key, cert, caFile, caPem } = certificate;
  const armRequests = armListener({
    store,
    journal,
    faults,
    interception,
    now,
    tokens: identity.tokens,
    stopping: stopping.signal,
  });
  const arm = await listenOnLocalhost(createHttpsServer({ key, cert }, armRequests));
  const plain = await listenOnLocalhost(createHttpServer(plainListener(controls, identity)));

  async function closeAll(): Promise<void> {
    stopping.abort();
    await Promise.all([arm.close(), plain.close(), closeFrontEnds()]);
    await certificate.remove();
  }
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= closeAll());

  try {
    for (const wanted of initial) await controls.seed(wanted);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...controls,
    armUrl: `https://localhost:${arm.port}`,
    tokenUrl: `http://localhost:${plain.port}/msi/token`,
    controlUrl: `http://localhost:${plain.port}/_emulator`,
    caFile,
    caPem,
    identityHeader: IDENTITY_HEADER,
    get registries() {
      return store.all().map(({ id, loginServer }) => ({ id, loginServer }));
    },
    tokens: identity.tokens,
    intercept: (hook) => interception.intercept(hook),
    stop,
  };
}

/** What is served without TLS: tokens and controls. */
function plainListener(controls: Controls, identity: TokenEndpoint): RequestListener {
  return listener(async (request, response) => {
    const target = targetOf(request);
    const path = target?.pathname ?? "";
    if (target !== undefined && path === "/msi/token") {
      identity.serve(request, response, target);
    } else if (path.startsWith("/_emulator/")) {
      await serveControl(controls, request, response, path);
    } else {
      sendJson(request, response, 404, { error: `Nothing is emulated at ${path}.` });
    }
  });
}
