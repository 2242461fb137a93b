import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Redis } from "ioredis";
import type { RedisToken } from "../../src/adapters/store/redis/token-renewal.ts";
import { StoreUnavailable } from "../../src/application/store.ts";
import { makeCertificate, type LocalCertificate } from "../emulators/azure/certificate.ts";
import { eventually } from "../eventually.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { startRedisNode, type NodeOptions, type RedisNode } from "../redis-node.ts";
import { tlsSettings } from "../redis-tls.ts";
import { startClusterOfOne } from "../redis-topologies.ts";
import {
  documentedRights,
  letIn,
  newPrefix,
  openedOn,
  openedStore,
  onRedis,
} from "./redis-access.ts";
import { change, pending, registryId, requestId, untilDone } from "./samples.ts";
import { storeContract } from "./store-contract.ts";

/** The minus is for systems without the second address. */
const BOTH_LOOPBACKS = ["--bind", "127.0.0.1", "-127.0.0.2"];
const CONNECTS = 200;
const SERVERS = [
  {
    name: "one server",
    scheme: "rediss",
    database: "/1",
    start: (settings: readonly string[], options: NodeOptions) =>
      startRedisNode(settings, { ...options, db: 1 }),
    notNeeded: ["+cluster|slots", "+cluster|keyslot"],
  },
  {
    name: "a cluster that names its nodes by addresses",
    scheme: "rediss-cluster",
    database: "",
    start: (settings: readonly string[], options: NodeOptions) =>
      startClusterOfOne(
        [...settings, "--tls-cluster", "yes", "--cluster-announce-ip", NOT_CERTIFIED],
        options,
      ),
    notNeeded: ["+select"],
  },
] as const;
/** On Linux the whole of 127/8 is ours; the certificate is for 127.0.0.1. */
const NOT_CERTIFIED = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";

describeUnless(redisMissing, "with Redis servers that ask who is there, through TLS", () => {
  const trusted = getCACertificates("default");
  let certificate: LocalCertificate;
  let settings: readonly string[];
  before(async () => {
    certificate = await makeCertificate();
    settings = [...(await tlsSettings(certificate)), ...BOTH_LOOPBACKS];
    // As NODE_EXTRA_CA_CERTS adds it; alone, since the others would be read for each connection.
    setDefaultCACertificates([certificate.caPem]);
  });
  after(async () => {
    setDefaultCACertificates(trusted);
    await certificate.remove();
  });

  for (const { name, scheme, database, start, notNeeded } of SERVERS) {
    describe(`access to ${name}`, () => {
      let server: RedisNode;
      const url = (login = "", host = "localhost"): string =>
        `${scheme}://${login}${host}:${String(server.port)}${database}`;
      before(async () => {
        server = await start(settings, { ca: certificate.caPem });
        // To ask for the nodes one has to be somebody.
        const nothing = ["-cluster|slots", "-cluster|keyslot"];
        await server.inspector.acl("SETUSER", "default", ...nothing);
      });
      after(() => server.remove());

      describe("as a user with the rights that docs/redis.md gives", () => {
        storeContract(name, async ({ auditKeptMs } = { auditKeptMs: 86_400_000 }) => {
          const prefix = newPrefix();
          await letIn(server, "drawbridge", "p@ss:w/rd", prefix);
          const options = { url: url("drawbridge:p%40ss%3Aw%2Frd@"), prefix, auditKeptMs };
          return openedOn([server], options);
        });

        it("was refused nothing, used what it may, and may nothing else", async () => {
          assert.deepEqual(await server.inspector.acl("LOG"), []);
          const stats = await server.inspector.info("commandstats");
          const unused = documentedRights("p")
            .filter((rule) => rule.startsWith("+"))
            .filter((rule) => !stats.includes(`cmdstat_${rule.slice(1)}:calls=`));
          assert.deepEqual(unused.toSorted(), notNeeded.toSorted());

          await letIn(server, "drawbridge", "secret", "mine");
          const { port } = server;
          const login = { username: "drawbridge", password: "secret", disableClientInfo: true };
          const intruder = new Redis({ port, tls: {}, ...login });
          await assert.rejects(intruder.get("{other}:fence"), /NOPERM/);
          await assert.rejects(intruder.publish("{other}:woken", "registry"), /NOPERM/);
          await assert.rejects(intruder.flushall(), /NOPERM/);
          await assert.rejects(intruder.keys("*"), /NOPERM/);
          intruder.disconnect();
        });

        it("is unavailable with a wrong password, and says so", async () => {
          await assert.rejects(onRedis({ url: url("drawbridge:wrong@") }), (error) => {
            assert.ok(error instanceof StoreUnavailable);
            const { cause } = error;
            const told = cause instanceof AggregateError ? cause.errors : [error];
            assert.match(told.map((each: Error) => String(each.cause)).join(), /WRONGPASS/);
            return true;
          });
        });
      });

      it("signs in again with the next token on the connection that is there", async () => {
        const prefix = newPrefix();
        const errors: unknown[] = [];
        const passwords: string[] = [];
        let asked = 0;
        const tokens = async (): Promise<RedisToken> => {
          asked++;
          if (asked === 2) throw new Error("no token now");
          const password = crypto.randomUUID();
          passwords.push(password);
          // The old one is no longer let in from here on.
          await letIn(server, "object-id", password, prefix);
          const lifeMs = asked === 1 ? 2000 : 3_600_000;
          const expiresAt = new Date(Date.now() + lifeMs);
          return { username: "object-id", password, expiresAt };
        };
        const store = await openedStore({
          url: url(),
          prefix,
          tokens,
          onError: (error) => errors.push(error),
        });
        // The last command of a connection says whether it signed in since it was used.
        const ours = async (): Promise<readonly string[]> => {
          const list = String(await server.inspector.client("LIST"));
          const lines = list.split("\n").filter((line) => line.includes(" user=object-id "));
          return lines.map((line) => (line.match(/\b(?:id=\d+|cmd=\S+)/g) ?? []).join(" "));
        };
        try {
          const before = await ours();
          assert.equal(before.length, 2, before.join());
          const [subscriber = ""] = before.filter((each) => each.endsWith(" cmd=subscribe"));
          const [commands = ""] = before.filter((each) => each !== subscriber);
          const signedIn = commands.replace(/cmd=.*/, "cmd=auth");
          let heard = 0;
          store.onWake("registry", () => heard++);
          // The subscriber comes back, since it can't sign in while it is subscribed; the other one stays.
          await eventually("both have the new token", async () => {
            const now = await ours();
            const isNew = now.length === 2 && now.includes(signedIn) && !now.includes(subscriber);
            return isNew || undefined;
          });
          assert.match(String(errors), /no token now/);
          const [old = "", next = ""] = passwords;
          assert.notEqual(old, next);
          const { port } = server;
          const late = new Redis({ port, tls: {}, lazyConnect: true, retryStrategy: () => null });
          late.on("error", () => undefined);
          await assert.rejects(late.auth("object-id", old), /WRONGPASS/);
          late.disconnect();

          const wake = [
            { list: "registry", key: registryId("warehouse"), at: new Date(0) },
          ] as const;
          const put = [{ kind: "request", value: pending(1) }] as const;
          assert.equal((await store.commit(change({ put, wake }), untilDone)).kind, "committed");
          await eventually("the wake was heard", () => heard || undefined);
          // Every connection from now on has the new one.
          const heardBefore = heard;
          await server.inspector.call("CLIENT", "KILL", "USER", "object-id");
          const found = await eventually("it comes back", () =>
            store.request(requestId(1), untilDone).catch(() => undefined),
          );
          assert.deepEqual(found.value, pending(1));
          await eventually("wakes are heard again", () => heard > heardBefore || undefined);
        } finally {
          await store.close();
        }
      });

      it("is refused where the certificate is for no host of the URL", async (test) => {
        if (NOT_CERTIFIED === "127.0.0.1") {
          test.skip("127.0.0.2 is of Linux only");
          return;
        }
        await letIn(server, "drawbridge", "secret", "p");
        const login = "drawbridge:secret@";
        await onRedis({ url: url(login, "127.0.0.1"), prefix: "p" });
        const other = onRedis({ url: url(login, NOT_CERTIFIED), prefix: "p" });
        await assert.rejects(other, StoreUnavailable);
      });
    });
  }
  it("lets no error of a socket go uncaught, whenever a cluster is given up", async () => {
    const server = await startClusterOfOne([...settings, "--tls-cluster", "yes"], {
      ca: certificate.caPem,
    });
    let seed = Number(process.env["SEED"] ?? (Date.now() % 1e6) + 1);
    console.log(`SEED=${String(seed)}`);
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const url = `rediss-cluster://localhost:${String(server.port)}`;
    const attempt = async (trusts: boolean, giveUpAfterMs: number): Promise<boolean> => {
      setDefaultCACertificates(trusts ? [certificate.caPem] : []);
      try {
        await (await openedStore({ url }, AbortSignal.timeout(giveUpAfterMs))).close();
        return true;
      } catch (error) {
        assert.ok(error instanceof StoreUnavailable, String(error));
        return false;
      }
    };
    const opened: boolean[] = [];
    try {
      for (let n = 1; n <= CONNECTS; n++) {
        // Right after the TCP handshake is the worst moment, and it is soon.
        const giveUpAfterMs = Math.floor(random() * (n % 4 === 0 ? 100 : 8));
        opened.push(await attempt(n % 2 === 0, giveUpAfterMs));
        if (n % 40 > 0) continue;
        const underWay = Array.from({ length: 5 }, () => attempt(true, 1000));
        await server.kill();
        await Promise.all(underWay);
        await server.restart();
      }
      assert.ok(opened.includes(true) && opened.includes(false), "some got through, some not");
    } finally {
      setDefaultCACertificates([certificate.caPem]);
      await server.remove();
    }
  });
});
