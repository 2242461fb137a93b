import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { it } from "node:test";
import { letIn } from "../contract/redis-access.ts";
import { makeCertificate } from "../emulators/azure/certificate.ts";
import { EMULATED_IDENTITY } from "../emulators/azure/token-endpoint.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { startRedisWithTls } from "../redis-tls.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld } from "../world/world.ts";

describeUnless(redisMissing, "the process on a Redis that takes tokens of Entra ID", () => {
  it("signs in as the object id of its managed identity, on every connection", async () => {
    const world = await startWorld({ store: await sqliteStore() });
    const certificate = await makeCertificate();
    const redis = await startRedisWithTls(certificate);
    try {
      const { objectId } = EMULATED_IDENTITY;
      await letIn(redis, objectId, "unused", "drawbridge");
      // Any token will do: there is none before the product asks for one.
      await redis.inspector.acl("SETUSER", objectId, "nopass");
      const authorities = join(dirname(certificate.caFile), "authorities.pem");
      const ofEmulator = await readFile(world.settings["NODE_EXTRA_CA_CERTS"] ?? "", "utf8");
      await writeFile(authorities, `${ofEmulator}\n${certificate.caPem}`);
      const product = await world.start({
        SQLITE_FILE: "",
        REDIS_URL: `rediss://localhost:${String(redis.port)}`,
        REDIS_CREDENTIAL: "entra",
        NODE_EXTRA_CA_CERTS: authorities,
      });
      const clients = String(await redis.inspector.client("LIST"))
        .trim()
        .split("\n");
      const users = clients.map((line) => / user=(\S+)/.exec(line)?.[1]);
      assert.deepEqual(users.toSorted(), [objectId, objectId, "default"].toSorted());
      assert.deepEqual(await redis.inspector.acl("LOG"), []);
      assert.equal(await product.stop(), 0);
    } finally {
      await redis.remove();
      await certificate.remove();
      await world.stop();
    }
  });
});
