import { access } from "node:fs/promises";
import { readPolicy } from "../adapters/policy/policy-file.ts";
import { within } from "../application/deadline.ts";
import type { Ids, Log } from "../application/ports.ts";
import type { Store } from "../application/store.ts";
import { loadStoreConfig, type StoreConfig } from "../command-config.ts";
import type { Secrets } from "../config.ts";
import { createIds } from "../create-ids.ts";
import type { Policy } from "../domain/policy.ts";
import { openStore, type StoreSettings } from "../open-store.ts";
import { UsageError, type Call } from "./command.ts";

/** What a command works with that looks into the store. */
export type CommandStore = {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly config: StoreConfig;
};

const OPEN_WITHIN_MS = 15_000;

/** Opens the store of the settings for as long as `work` takes, whatever becomes of it. */
export async function withStore<T>(
  { environment, tell, signal }: Pick<Call, "environment" | "tell" | "signal">,
  work: (at: CommandStore) => Promise<T>,
): Promise<T> {
  const { config, secrets } = loadStoreConfig(environment);
  const policy = await readPolicy(config.policyFile, signal);
  return whileOpen({ config, secrets }, { tell, signal }, (store) =>
    work({ store, policy: () => policy, ids: createIds(), config }),
  );
}

/** The same with settings that were read already, and without a policy. */
export async function whileOpen<T>(
  settings: { readonly config: StoreSettings; readonly secrets: Pick<Secrets, "redisUrl"> },
  { tell, signal }: Pick<Call, "tell" | "signal">,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { config, secrets } = settings;
  const store = await openExisting(config, secrets, tell, within(OPEN_WITHIN_MS, signal));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Opens the store that the product uses, and makes none. The caller closes it. */
export async function openExisting(
  config: StoreSettings,
  secrets: Pick<Secrets, "redisUrl">,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<Store> {
  if (config.store.kind === "sqlite") await isThere(config.store.file);
  return openStore(config, secrets, logTo(tell), signal);
}

/** SQLite would make an empty store of a mistyped path, and everything would look closed. */
async function isThere(file: string): Promise<void> {
  try {
    await access(file);
  } catch (cause) {
    const said = `There is no store at ${file} (SQLITE_FILE). Is it the path that the product was started with?`;
    throw new UsageError(said, { cause });
  }
}

/** What the store would log is told once: the command itself says how it ended. */
function logTo(tell: (line: string) => void): Log {
  const told = new Set<string>();
  const say = (event: string, { error }: Readonly<Record<string, unknown>>): void => {
    if (told.has(event)) return;
    told.add(event);
    tell(`${event}${error instanceof Error ? `: ${error.message}` : ""}`);
  };
  return { info: () => undefined, warn: say, error: say };
}
