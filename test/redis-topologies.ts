import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { startRedisNode, type NodeOptions, type RedisNode } from "./redis-node.ts";

/** Several Redis children that belong together. They are as they were started: a failover changes no role here. */
export type RedisTopology = {
  /** For REDIS_URL. */
  readonly url: string;
  /** The one that holds the keys. */
  readonly master: RedisNode;
  /** Of that master. */
  readonly replicas: readonly RedisNode[];
  /** The masters of other slots of a cluster; they take part in its elections. */
  readonly otherMasters: readonly RedisNode[];
  readonly sentinels: readonly RedisNode[];
  /** Ends all children and removes their folders. */
  readonly stop: () => Promise<void>;
};

const UP_WITHIN_MS = 15_000;

/** Writes every commit to the disk before it answers; a new replica is served at once. */
const DURABLE = [
  ...["--appendonly", "yes", "--appendfsync", "always", "--save", ""],
  ...["--maxmemory-policy", "noeviction", "--repl-diskless-sync-delay", "0"],
];

/** What the sentinels call the master. */
export const MASTER_NAME = "mymaster";

/** A cluster that is one node with all slots. */
export async function startClusterOfOne(
  settings: readonly string[] = [],
  options: NodeOptions = {},
): Promise<RedisNode> {
  const cluster = ["--cluster-enabled", "yes", "--cluster-port", String(await freePort())];
  const announce = ["--cluster-announce-ip", "127.0.0.1"];
  const node = await startRedisNode([...DURABLE, ...cluster, ...announce, ...settings], options);
  await node.inspector.call("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
  await eventually("the cluster is up", async () => {
    const info = String(await node.inspector.call("CLUSTER", "INFO"));
    return info.includes("cluster_state:ok") || undefined;
  });
  return node;
}

/**
 * A cluster of 3 masters, and a replica of the one that has the keys of this prefix. A master counts as gone after
 * a second. The URL names the two masters that do not have the keys.
 */
export async function startRedisCluster(
  prefix: string,
  { program }: Pick<NodeOptions, "program"> = {},
): Promise<RedisTopology> {
  return together(async (start) => {
    const buses = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const nodes = await Promise.all(
      buses.map((bus) =>
        start(
          [
            ...["--cluster-enabled", "yes", "--cluster-port", String(bus)],
            ...["--cluster-announce-ip", "127.0.0.1", "--cluster-node-timeout", "1000"],
            ...DURABLE,
          ],
          { ...(program !== undefined && { program }) },
        ),
      ),
    );
    const [first, second, third, replica] = nodes;
    if (!first || !second || !third || !replica) throw new Error("Four nodes were started.");
    const slots = [
      [first, 0, 5460],
      [second, 5461, 10922],
      [third, 10923, 16383],
    ] as const;
    for (const [i, { inspector, port }] of nodes.entries()) {
      await inspector.cluster("SET-CONFIG-EPOCH", i + 1);
      if (i > 0) await first.inspector.call("CLUSTER", "MEET", "127.0.0.1", port, buses[i] ?? 0);
    }
    for (const [node, from, to] of slots) {
      await node.inspector.call("CLUSTER", "ADDSLOTSRANGE", from, to);
    }
    const slot = Number(await first.inspector.call("CLUSTER", "KEYSLOT", `{${prefix}}`));
    const master = slots.find(([, , to]) => slot <= to)?.[0] ?? first;
    const id = String(await master.inspector.call("CLUSTER", "MYID"));
    await eventually(
      "the replica follows",
      () => replica.inspector.call("CLUSTER", "REPLICATE", id).catch(() => undefined),
      UP_WITHIN_MS,
    );
    for (const { inspector } of nodes) {
      await eventually(
        "the node knows all others",
        async () => {
          const info = String(await inspector.call("CLUSTER", "INFO"));
          const known = String(await inspector.call("CLUSTER", "NODES"));
          const replicas = known.match(/ (?:myself,)?slave /g)?.length;
          return (info.includes("cluster_state:ok") && replicas === 1) || undefined;
        },
        UP_WITHIN_MS,
      );
    }
    await inSync(master, replica);
    const otherMasters = [first, second, third].filter((node) => node !== master);
    const seeds = otherMasters.map(({ port }) => `127.0.0.1:${String(port)}`);
    const url = `redis-cluster://${seeds.join(",")}`;
    return { url, master, replicas: [replica], otherMasters, sentinels: [] };
  });
}

/** A master, its replica and 3 sentinels, of which 2 must agree. The master counts as gone after a second. */
export async function startRedisSentinel({
  program,
}: Pick<NodeOptions, "program"> = {}): Promise<RedisTopology> {
  const options = { ...(program !== undefined && { program }) };
  return together(async (start) => {
    const master = await start(DURABLE, options);
    const following = ["--replicaof", `127.0.0.1 ${String(master.port)}`];
    const replica = await start([...DURABLE, ...following], options);
    await inSync(master, replica);
    const sentinels = await Promise.all(
      [1, 2, 3].map(async () => {
        const port = await freePort();
        const conf = [
          `port ${String(port)}`,
          `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${String(master.port)} 2`,
          `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
          `sentinel failover-timeout ${MASTER_NAME} 5000`,
        ].join("\n");
        return start(["--sentinel"], { ...options, port, conf });
      }),
    );
    for (const { inspector } of sentinels) {
      await eventually(
        "the sentinel knows the replica and the others",
        async () => {
          const replicas = await inspector.call("SENTINEL", "REPLICAS", MASTER_NAME);
          const others = await inspector.call("SENTINEL", "SENTINELS", MASTER_NAME);
          const counts = [replicas, others].map((list) => Array.isArray(list) && list.length);
          return counts.join() === "1,2" || undefined;
        },
        UP_WITHIN_MS,
      );
    }
    const hosts = sentinels.map(({ port }) => `127.0.0.1:${String(port)}`).join(",");
    const url = `redis-sentinel://${hosts}/${MASTER_NAME}`;
    return { url, master, replicas: [replica], otherMasters: [], sentinels };
  });
}

/** Waits until the replica has all that its master has. */
export async function inSync(master: RedisNode, replica: RedisNode): Promise<void> {
  await eventually(
    "the replica is in sync",
    async () => {
      const wanted = /^master_repl_offset:(\d+)/m.exec(await master.inspector.info("replication"));
      const state = await replica.inspector.info("replication");
      const has = /^slave_repl_offset:(\d+)/m.exec(state);
      const isUp = state.includes("master_link_status:up");
      return (isUp && Number(has?.[1]) >= Number(wanted?.[1])) || undefined;
    },
    UP_WITHIN_MS,
  );
}

async function together(
  build: (start: typeof startRedisNode) => Promise<Omit<RedisTopology, "stop">>,
): Promise<RedisTopology> {
  const started: RedisNode[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.remove()));
  };
  try {
    const built = await build(async (...settings) => {
      const node = await startRedisNode(...settings);
      started.push(node);
      return node;
    });
    return { ...built, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
