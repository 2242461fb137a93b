import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { Redis } from "ioredis";
import type { Store } from "../../src/application/store.ts";
import { APP_ID, PEOPLE, TENANT_ID } from "../emulators/teams/people.ts";
import { createTeamsClient, type TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import { freePort } from "../free-port.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { leaksIn } from "../world/canary.ts";
import { askForLink, visitLink } from "../world/link-visitor.ts";
import { linkOn } from "../world/link-on-card.ts";
import { runCommand, runProduct } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { privateRedisStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

const APP_PASSWORD = "canary-of-the-app-Passw0rd";
const soon = AbortSignal.timeout(300_000);

// What a process prints is searched when it ends, here as in every test: see product-process.ts.
const OTHER_CLOUD = "https://api.botframework.example";

describeUnless(redisMissing, "a secret, a token, a link or a card", () => {
  let world: World;
  let store: Store;
  let robin: TeamsClient;
  let alex: TeamsClient;
  let operations: readonly string[];
  /** All that came back over HTTP, but for the page of a link, which shows that link. */
  const answers: string[] = [];
  const links: string[] = [];

  before(async () => {
    world = await startWorld({ store: await privateRedisStore() });
    store = await world.store.open();
    operations = [String(await freePort()), String(await freePort())];
    for (const [n, role] of ["bot", "worker"].entries()) {
      const OPERATIONS_PORT = operations[n] ?? "";
      const over = { LOG_LEVEL: "debug", CLIENT_ADDRESS: "container-apps", OPERATIONS_PORT };
      await world.start({ DRAWBRIDGE_ROLE: role, ...over });
    }
    [robin, alex] = [world.client("robin"), world.client("alex")];
    for (const client of [robin, alex]) await client.install();
  });
  after(async () => {
    await store.close();
    await world.stop();
  });

  const approve = async (...shown: Parameters<typeof shownCard>): Promise<void> => {
    const card = await alex.waitForCard(shownCard(...shown), { timeoutMs: 60_000 });
    await alex.click(card, "approve");
  };
  const keep = async (answer: Response): Promise<void> => {
    answers.push(JSON.stringify([...answer.headers]), await answer.text());
  };
  const post = async (body: string, authorization: string): Promise<void> => {
    const headers = { "content-type": "application/json", authorization };
    await keep(await fetch(world.botUrl, { method: "POST", headers, body, signal: soon }));
  };

  it("is in nothing that a walk from asking to giving back leaves behind", async () => {
    const card = await askForLink(robin, "allow my IP for 20m on acrdemomagic because TICKET-12");
    const link = linkOn(card);
    links.push(link);
    for (const wrong of [link.slice(0, -1), `${link}x`, link.replace("/p/", "/q/")]) {
      await keep(await visitLink(wrong, "GET", "203.0.113.7"));
      await keep(await visitLink(wrong, "POST", "203.0.113.7"));
    }
    for (const method of ["GET", "PUT", "POST", "POST"]) {
      await (await visitLink(link, method, "203.0.113.7")).text();
    }
    await robin.click(
      await robin.waitForCard(shownCard("Was that you?", "203.0.113.7")),
      "send-for-approval",
    );
    await approve("Open a registry?", "203.0.113.7");
    await robin.waitForCard(shownCard("Open", "203.0.113.7", "Rule seen"));
    await robin.say("extend acrdemomagic by 1h");
    await approve("More time?", "203.0.113.7");
    await robin.waitForCard(shownCard("Approved", "203.0.113.7", "Ends now"));
    await robin.say("give back");
    await robin.waitForCard(shownCard("Closed", "203.0.113.7"));
  });

  it("is in no answer to those who are refused", async () => {
    const { serviceUrl } = world.connector;
    const good = world.issuer.connectorToken({ appId: APP_ID, serviceUrl });
    const others = [
      "",
      "Bearer",
      `Basic ${good}`,
      `Bearer ${good.slice(0, -4)}`,
      `Bearer ${world.issuer.connectorToken({ appId: TENANT_ID, serviceUrl })}`,
      `Bearer ${world.issuer.connectorToken({ appId: APP_ID, serviceUrl }, { foreignKey: true })}`,
      `Bearer ${world.issuer.connectorToken({ appId: APP_ID, serviceUrl }, { alg: "none" })}`,
    ];
    for (const authorization of others) {
      answers.push(JSON.stringify(await robin.post({ text: "status" }, { authorization })));
    }
    await post(`{"type":"message","text":"${good}`, `Bearer ${good}`);
    await post(JSON.stringify({ type: "message", text: good.repeat(600) }), `Bearer ${good}`);
    await post(JSON.stringify({ type: "message", serviceUrl: good }), `Bearer ${good}`);
    answers.push(JSON.stringify(await robin.invoke("approve", { request: good, version: good })));
    answers.push(JSON.stringify(await robin.invoke(`Bearer ${good}`, { card: "AdaptiveCard" })));
  });

  it("is in nothing that failures of Azure, Teams and the store leave behind", async () => {
    const match = { method: "PATCH", path: "acrdemomagic", skip: 0, times: 1 };
    const message = "An emulated fault.";
    world.azure.fault({
      match,
      fault: "status",
      status: 403,
      code: "AuthorizationFailed",
      message,
    });
    world.azure.fault({
      match,
      fault: "status",
      status: 500,
      code: "InternalServerError",
      message,
    });
    world.azure.fault({ match, fault: "expired-token", claimsChallenge: true });
    world.azure.fault({ match, fault: "truncated-json" });
    world.azure.fault({ match, fault: "reset-after-apply" });
    // What is refused for good, and what is tried again.
    world.connector.fault({ kind: "status", status: 400, method: "PUT" });
    world.connector.fault({ kind: "status", status: 401, method: "PUT" });
    world.connector.fault({ kind: "status", status: 500, method: "POST", times: 2 });
    await robin.say("allow 203.0.113.8 for 20m on acrdemomagic");
    await approve("Open a registry?", "203.0.113.8");
    await redisRefuses();
    await robin.waitForCard(shownCard("Open", "203.0.113.8"), { timeoutMs: 60_000 });
    await robin.say("give back");
    await robin.waitForCard(shownCard("Closed", "203.0.113.8"), { timeoutMs: 60_000 });
  });

  it("is in no complaint about settings, nor of a bot that can't sign in", async () => {
    const { REDIS_URL = "" } = world.settings;
    const single = { MicrosoftAppType: "SingleTenant", MicrosoftAppPassword: APP_PASSWORD };
    const bad = { ...world.settings, ...single };
    const complaints = [
      await runProduct({ ...bad, PORT: "eighty", LEDGER: "on" }),
      await runProduct({ ...bad, REDIS_URL: `${REDIS_URL}:x`, MicrosoftAppType: APP_PASSWORD }),
      await runProduct({
        ...bad,
        REDIS_URL: REDIS_URL.replace("://:canary", "://:another-canary"),
      }),
      await runCommand(["sweep", "--from-ledger"], { ...bad, AZURE_CLOUD: APP_PASSWORD }),
    ];
    assert.deepEqual(
      complaints.map(({ code }) => code),
      [2, 2, 1, 2],
    );

    const [port, operationsPort] = [String(await freePort()), String(await freePort())];
    const bot = await world.start({
      ...single,
      DRAWBRIDGE_ROLE: "bot",
      LOG_LEVEL: "debug",
      PORT: port,
      OPERATIONS_PORT: operationsPort,
      BOT_LOGIN_URL: `http://127.0.0.1:${String(await freePort())}/tenant`,
      // Another place to sign in is another cloud, all of it.
      BOT_TOKEN_ISSUER: OTHER_CLOUD,
      BOT_OAUTH_SCOPE: OTHER_CLOUD,
    });
    const { connector } = world;
    const issuer: Pick<typeof world.issuer, "connectorToken"> = {
      connectorToken: (claims, options) =>
        world.issuer.connectorToken({ ...claims, iss: OTHER_CLOUD }, options),
    };
    const robinThere = createTeamsClient({
      ...{ issuer, connector, appId: APP_ID, tenantId: TENANT_ID, person: PEOPLE.robin },
      botUrl: `http://127.0.0.1:${port}/api/messages`,
    });
    answers.push(JSON.stringify(await robinThere.say("status")));
    const told = await fetch(`http://127.0.0.1:${operationsPort}/metrics`, { signal: soon });
    assert.match(await told.text(), /drawbridge_teams_calls_failed_total\{why="[^"]+"\} [1-9]/);
    assert.equal(await bot.stop(), 0);
  });

  it("is in no metric, no audit entry and no answer after all of that", async () => {
    assert.ok(links.length > 0 && answers.length > 30);
    const shown = answers.join("\n");
    for (const [n, port] of operations.entries()) {
      for (const path of ["metrics", "readyz", "healthz", "p/x"]) {
        const answer = await fetch(`http://127.0.0.1:${port}/${path}`, { signal: soon });
        const text = await answer.text();
        assert.ok(path !== "metrics" || text.includes("drawbridge_"), String(n));
        assert.deepEqual(leaks(text), []);
      }
    }
    assert.deepEqual(leaks(await audit()), []);
    assert.deepEqual(leaks(shown), []);
  });

  /** With all that the world was started with. */
  function leaks(text: string): readonly string[] {
    const used = links.some((link) => text.includes(link.slice(-43))) ? ["a used link"] : [];
    return [...used, ...leaksIn(text, { ...world.settings, MicrosoftAppPassword: APP_PASSWORD })];
  }

  async function audit(): Promise<string> {
    const { value } = await store.audit(1, 10_000, soon);
    assert.ok(value.length > 5);
    return JSON.stringify(value);
  }

  /** Until both roles have noticed that their password is none any more. */
  async function redisRefuses(): Promise<void> {
    const admin = new Redis(world.settings["REDIS_URL"] ?? "");
    const password = String(admin.options.password);
    await admin.config("SET", "requirepass", `${password}-another`);
    await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    for (const port of operations) {
      await eventually(
        "the store refuses",
        async () => {
          const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: soon });
          answers.push(await answer.text());
          return answer.status === 503 ? true : undefined;
        },
        20_000,
      );
    }
    answers.push(JSON.stringify(await robin.say("status")));
    await admin.config("SET", "requirepass", password);
    admin.disconnect();
  }
});
