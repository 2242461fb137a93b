import { createServer as createHttpServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { armListener } from "./arm-server.ts";
import { makeCertificate } from "./certificate.ts";
import { createClock } from "./clock.ts";
import { createConditions } from "./conditions.ts";
import { serveControl } from "./control-routes.ts";
import { createControls } from "./controls.ts";
import type { Controls, RegistryAddress } from "./controls.ts";
import { createDataPlane } from "./data-plane.ts";
import { createExternalWriters } from "./external-writers.ts";
import { createFaultQueue } from "./faults.ts";
import type { FrontEnds } from "./front-end.ts";
import { createFrontEnds } from "./front-ends.ts";
import { createInterception } from "./interception.ts";
import type { InterceptHook } from "./interception.ts";
import type { IssuedTokens } from "./issued-tokens.ts";
import { createJournal } from "./journal.ts";
import { createLastReads } from "./last-reads.ts";
import { listener, listenOnLocalhost, sendJson, targetOf } from "./local-http.ts";
import { createOperations } from "./operations.ts";
import { createRegistryStore } from "./registry-store.ts";
import type { RegistrySeed } from "./registry.ts";
import { createThrottle } from "./throttle.ts";
import type { Throttling } from "./throttle.ts";
import { createTokenEndpoint, IDENTITY_HEADER } from "./token-endpoint.ts";
import type { TokenEndpoint } from "./token-endpoint.ts";

const PAGE_SIZE = 100;

/** How to start an emulator; nothing is needed. */
export interface AzureEmulatorOptions {
  /** What there is at the start and after a reset; nothing by default. */
  readonly registries?: readonly RegistrySeed[];
  /** Dates history, journal, `systemData` and reply headers; the wall clock by default. */
  readonly rulesClock?: () => Date;
  /** Whether Azure Resource Manager throttles, and how; not by default. */
  readonly throttling?: Throttling | boolean;
  /** Entries on a page of a list; 100 by default. */
  readonly pageSize?: number;
  /** How late the front ends of every registry are; one that is never late by default. */
  readonly frontEnds?: FrontEnds;
  /** Where front ends listen and how they are called, for clients that are not on this host's loopback. */
  readonly listenAt?: { readonly address: string; readonly host: string };
}

/** A running emulator of Azure Resource Manager, of registries' front ends and of a managed identity. */
export interface AzureEmulator extends Controls {
  /** `https://localhost:…`, for the SDK's `endpoint`. */
  readonly armUrl: string;
  /** `http://localhost:…/msi/token`, for IDENTITY_ENDPOINT or MSI_ENDPOINT. */
  readonly tokenUrl: string;
  /** `http://localhost:…`, for AZURE_POD_IDENTITY_AUTHORITY_HOST: the endpoint of a virtual machine. */
  readonly imdsUrl: string;
  /** `http://localhost:…/_emulator`. */
  readonly controlUrl: string;
  /** A PEM file with the authority to trust, there until `stop`; `caPem` is its text. */
  readonly caFile: string;
  readonly caPem: string;
  /** For IDENTITY_HEADER or MSI_SECRET. */
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
  const { registries: initial = [], throttling: initialThrottling = false } = options;
  const { listenAt = { address: "127.0.0.1", host: "localhost" } } = options;
  const clock = createClock(options.rulesClock ?? (() => new Date()));
  const now = () => clock.now();
  const certificate = await makeCertificate(listenAt.host);
  const store = createRegistryStore(now);
  const conditions = createConditions();
  const operations = createOperations();
  const writers = createExternalWriters(store);
  const reads = createLastReads();
  const journal = createJournal(now);
  const faults = createFaultQueue();
  const throttle = createThrottle();
  const interception = createInterception();
  const identity = createTokenEndpoint();
  const stopping = new AbortController();
  const plane = createDataPlane(identity.tokens);
  const laggards = { certificate, store, plane, now, listenAt, initial: options.frontEnds ?? {} };
  const frontEnds = createFrontEnds(laggards);
  const behind = { store, conditions, operations, writers, reads, journal, faults, throttle };
  const { seedAs, ...controls } = createControls({
    ...behind,
    ...{ frontEnds, clock, initial, initialThrottling },
  });

  const armRequests = armListener({
    ...behind,
    ...{ interception, now, tokens: identity.tokens, stopping: stopping.signal },
    create: seedAs,
    pageSize: options.pageSize ?? PAGE_SIZE,
  });
  const { key, cert, caFile, caPem } = certificate;
  const arm = await listenOnLocalhost(createHttpsServer({ key, cert }, armRequests));
  const plain = await listenOnLocalhost(createHttpServer(plainListener(controls, identity)));

  async function closeAll(): Promise<void> {
    stopping.abort();
    operations.clear();
    await Promise.all([arm.close(), plain.close(), frontEnds.prune(() => false)]);
    await certificate.remove();
  }
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= closeAll());

  try {
    await controls.reset();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...controls,
    armUrl: `https://localhost:${arm.port}`,
    tokenUrl: `http://localhost:${plain.port}/msi/token`,
    imdsUrl: `http://localhost:${plain.port}`,
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
    if (target !== undefined && identity.serves(path)) {
      await identity.serve(request, response, target);
    } else if (path.startsWith("/_emulator/")) {
      await serveControl(controls, request, response, path);
    } else {
      sendJson(request, response, 404, { error: `Nothing is emulated at ${path}.` });
    }
  });
}
