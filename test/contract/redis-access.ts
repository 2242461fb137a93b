import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  openRedisStore,
  type RedisStoreOptions,
} from "../../src/adapters/store/redis/redis-store.ts";
import type { Store } from "../../src/application/store.ts";
import type { RedisNode } from "../redis-node.ts";
import type { OpenedStore } from "./opened-store.ts";
import { untilDone } from "./samples.ts";
import { textsInRedis } from "./stored-texts.ts";

/** Where the rights are written down that the tests give. */
export const OPERATORS_PAGE = readFileSync(new URL("../../docs/redis.md", import.meta.url), "utf8");
const DAY_MS = 86_400_000;

/** A store under a prefix of its own, unless told otherwise. Errors of connections are dropped. */
export function openedStore(
  options: Partial<RedisStoreOptions> & { readonly url: string },
  signal = untilDone,
): Promise<Store> {
  const defaults = { prefix: newPrefix(), auditKeptMs: DAY_MS, onError: () => undefined };
  return openRedisStore({ ...defaults, ...options }, signal);
}

/** Opens a store, and closes it whatever happens. */
export async function onRedis(
  options: Parameters<typeof openedStore>[0],
  test: (store: Store) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const store = await openedStore(options);
  try {
    await test(store);
  } finally {
    await store.close();
  }
}

/** What the contract needs of a store on one of these nodes. */
export async function openedOn(
  nodes: readonly RedisNode[],
  options: Partial<RedisStoreOptions> & { readonly url: string; readonly prefix: string },
): Promise<OpenedStore> {
  let store = await openedStore(options);
  return {
    store,
    reopen: async () => {
      await store.close();
      return (store = await openedStore(options));
    },
    texts: textsInRedis(
      nodes.map(({ inspector }) => inspector),
      options.prefix,
    ),
    close: () => store.close(),
  };
}

/** A prefix that nobody else uses. */
export function newPrefix(): string {
  return `test-${crypto.randomUUID()}`;
}

/** The rights that docs/redis.md gives the store's user, for this prefix, as ACL SETUSER takes them. */
export function documentedRights(prefix: string): readonly string[] {
  const [, rules = ""] =
    /^ACL SETUSER drawbridge reset on >PASSWORD ((?:.+\\\n)*.+)$/m.exec(OPERATORS_PAGE) ?? [];
  assert.notEqual(rules, "", "docs/redis.md has the line");
  return rules.replaceAll("drawbridge", prefix).split(/[\s\\]+/);
}

/** Lets this user in, with these rights and no others, and no other password. */
export async function letIn(
  { inspector }: RedisNode,
  user: string,
  password: string,
  prefix: string,
): Promise<void> {
  const rights = documentedRights(prefix);
  assert.equal(
    await inspector.acl("SETUSER", user, "reset", "on", `>${password}`, ...rights),
    "OK",
  );
}
