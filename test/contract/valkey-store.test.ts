import { after, before } from "node:test";
import { describeUnless, valkeyMissing } from "../needs-redis.ts";
import { startRedisNode, type RedisNode } from "../redis-node.ts";
import { valkeyServerOnPath } from "../redis-server.ts";
import { newPrefix, openedOn } from "./redis-access.ts";
import { storeContract } from "./store-contract.ts";

const DAY_MS = 86_400_000;

describeUnless(valkeyMissing, "with a Valkey of its own", () => {
  let server: RedisNode;
  before(async () => {
    const program = valkeyServerOnPath();
    server = await startRedisNode([], { ...(program !== undefined && { program }) });
  });
  after(() => server.remove());
  storeContract("Valkey", ({ auditKeptMs } = { auditKeptMs: DAY_MS }) => {
    const url = `redis://127.0.0.1:${String(server.port)}`;
    return openedOn([server], { url, prefix: newPrefix(), auditKeptMs });
  });
});
