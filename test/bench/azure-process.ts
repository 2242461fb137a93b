import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Fault } from "../emulators/azure/faults.ts";
import type { RegistrySeed } from "../emulators/azure/registry.ts";
import type { Throttling } from "../emulators/azure/throttle.ts";
import { IDENTITY_HEADER } from "../emulators/azure/token-endpoint.ts";
import { inParallel } from "./in-parallel.ts";

const MAIN = fileURLToPath(new URL("../emulators/azure/main.ts", import.meta.url));
/** Before an emulator was started: their authorities share a name, and an earlier one must not be asked for a later. */
const TRUSTED = getCACertificates("default");
const ANSWER_WITHIN_MS = 60_000;
/** More calls than any benchmark makes. */
const ALL = 1_000_000_000;

const place = z.object({
  arm: z.string(),
  token: z.string(),
  control: z.string(),
  ca: z.string(),
});
const historyEntry = z.object({
  atMs: z.number(),
  registry: z.string(),
  method: z.string(),
  rules: z.array(z.string()),
});
const journalEntry = z.object({
  method: z.string(),
  path: z.string(),
  status: z.number().nullable(),
  startedAt: z.coerce.date(),
});

/** The Azure emulator as a process of its own, so that its work is not the measured process's. */
export type AzureProcess = {
  readonly armUrl: string;
  /** What a worker needs to find it. */
  readonly settings: Readonly<Record<string, string>>;
  seed(registries: readonly RegistrySeed[]): Promise<void>;
  /** Sets a registry's list at once, as somebody else. */
  setRules(id: string, rules: readonly string[]): Promise<void>;
  /** From now on each call takes this long, plus what the emulator needs for it. */
  setLatency(ms: number): Promise<void>;
  throttle(limits: Throttling): Promise<void>;
  /** Every list of rules that there was, oldest first. */
  history(): Promise<readonly z.output<typeof historyEntry>[]>;
  /** Every call, in the order of arrival. */
  calls(): Promise<readonly z.output<typeof journalEntry>[]>;
  stop(): Promise<void>;
};

/** Starts it; this process trusts its certificate from now on. */
export async function startAzureProcess(): Promise<AzureProcess> {
  const child = spawn(process.execPath, [MAIN], { stdio: ["ignore", "pipe", "inherit"] });
  const endWithUs = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  const lines = createInterface({ input: child.stdout });
  const line: unknown = (await once(lines, "line", deadline()))[0];
  const { arm, token, control, ca } = place.parse(JSON.parse(String(line)));
  setDefaultCACertificates([...TRUSTED, await readFile(ca, "utf8")]);

  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${control}/${path}`, { method, ...sent, ...deadline() });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The emulator answered ${answer.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    armUrl: arm,
    settings: {
      ARM_ENDPOINT: arm,
      IDENTITY_ENDPOINT: token,
      IDENTITY_HEADER,
      NODE_EXTRA_CA_CERTS: ca,
    },
    seed: (registries) => inParallel(8, registries, (seed) => ask("POST", "registries", seed)),
    async setRules(id, rules) {
      await ask("PUT", "registries/rules", { id, rules });
    },
    async setLatency(ms) {
      await ask("DELETE", "faults");
      const slow: Fault = { fault: "slow", ms, match: { times: ALL } };
      if (ms > 0) await ask("POST", "faults", slow);
    },
    async throttle(limits) {
      await ask("PUT", "throttling", limits);
    },
    history: async () => z.array(historyEntry).parse(await ask("GET", "history")),
    calls: async () => z.array(journalEntry).parse(await ask("GET", "journal")),
    async stop() {
      process.off("exit", endWithUs);
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

function deadline(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
}
