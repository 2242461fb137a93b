import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { ConnectorClient, type BotFrameworkAuthentication } from "botframework-connector";
import { connectorCalls } from "../../src/adapters/teams/connector-calls.ts";
import { createMessenger } from "../../src/adapters/teams/messenger.ts";
import { createRoster } from "../../src/adapters/teams/roster.ts";
import { createSendPace } from "../../src/adapters/teams/send-pace.ts";
import { TeamsAdapter } from "../../src/adapters/teams/teams-adapter.ts";
import type { Sender } from "../../src/application/ports.ts";
import type { ConversationReference } from "../../src/application/store.ts";
import { parseChannelId, parsePersonId, parseTenantId } from "../../src/domain/ids.ts";
import { startConnector, type Connector } from "../emulators/teams/connector.ts";
import { NO_LIMITS } from "../emulators/teams/connector-limits.ts";
import { APP_ID, PEOPLE, TENANT_ID } from "../emulators/teams/people.ts";
import { listenOnLocalhost } from "../emulators/azure/local-http.ts";
import { pending } from "../unit/builders.ts";

const VIEW = { kind: "reminder", waiting: [pending()] } as const;
const { alex, robin } = PEOPLE;

describe("calls to Teams, through botbuilder's client", () => {
  let connector: Connector;
  let clockMs = 0;
  before(async () => {
    connector = await startConnector({
      isBotToken: (token) => token === "good",
      limits: NO_LIMITS,
    });
    connector.directory.install(alex);
  });
  after(() => connector.stop());

  const soon = (): AbortSignal => AbortSignal.timeout(5_000);
  function callsTo(...origins: readonly string[]) {
    const tenantId = parseTenantId(TENANT_ID);
    assert.ok(tenantId !== undefined);
    const settings = { appId: APP_ID, tenantId, oauthScope: "", connectorOrigins: origins };
    const signRequest: ConnectorClient["credentials"]["signRequest"] = (request) => {
      request.headers.set("authorization", "Bearer good");
      return Promise.resolve(request);
    };
    const create = (baseUri: string) =>
      Promise.resolve(new ConnectorClient({ signRequest }, { baseUri }));
    // The adapter asks its authentication for nothing but the factory here; a real one would fetch a token.
    const authentication = {
      createConnectorFactory: () => ({ create }),
    } as unknown as BotFrameworkAuthentication;
    const pace = createSendPace(() => performance.now());
    const call = connectorCalls(
      new TeamsAdapter(authentication, () => Promise.resolve(true)),
      settings,
      pace,
    );
    return {
      messenger: createMessenger(call, settings),
      roster: createRoster(
        call,
        tenantId,
        () => clockMs,
        () => 1,
      ),
    };
  }
  const here = () => callsTo(new URL(connector.serviceUrl).origin);
  function chatWith({ conversationId, id: userId }: typeof alex): ConversationReference {
    const tenantId = parseTenantId(TENANT_ID);
    assert.ok(tenantId !== undefined);
    const { serviceUrl } = connector;
    return { serviceUrl, conversationId, tenantId, botId: `28:${APP_ID}`, userId };
  }
  const readerOf = (reference: ConversationReference) => ({ reference, locale: undefined });
  const sendToAlex = () => here().messenger.send(readerOf(chatWith(alex)), VIEW, soon());
  const senderOf = (person: typeof alex): Sender => {
    const id = parsePersonId(person.aadObjectId);
    assert.ok(id !== undefined);
    const reference = chatWith(person);
    const rosterId = person.conversationId;
    const { name } = person;
    const locale = undefined;
    return { person: { id, name }, reference, personal: true, meeting: false, rosterId, locale };
  };

  for (const [status, expected] of [
    [429, { kind: "later", afterMs: 7_000, why: "status 429" }],
    [412, { kind: "later", afterMs: 1_000, why: "status 412" }],
    [500, { kind: "later", afterMs: 1_000, why: "status 500" }],
    [502, { kind: "later", afterMs: 1_000, why: "status 502" }],
    [503, { kind: "later", afterMs: 1_000, why: "status 503" }],
    [504, { kind: "later", afterMs: 1_000, why: "status 504" }],
    [404, { kind: "gone", why: "deleted" }],
    [413, { kind: "gone", why: "refused" }],
    [403, { kind: "gone", why: "not-installed" }],
  ] as const) {
    it(`are sent once, and ${String(status)} is for the caller to think about`, async () => {
      const before = connector.journal().length;
      const retry = status === 429 ? { retryAfterSeconds: 7 } : {};
      connector.fault({ kind: "status", status, ...retry });
      assert.deepEqual(await sendToAlex(), expected);
      assert.equal(connector.journal().length - before, 1);
    });
  }

  it("tell who blocked the app from who has not got it", async () => {
    const { messenger } = here();
    const id = parsePersonId(alex.aadObjectId);
    assert.ok(id !== undefined);
    const contact = { serviceUrl: connector.serviceUrl, userId: undefined };
    connector.directory.setReachability(alex, "blocked");
    assert.deepEqual(await sendToAlex(), { kind: "gone", why: "blocked" });
    const blocked = await messenger.beginChat(id, contact, soon());
    assert.deepEqual(blocked, { kind: "gone", why: "blocked" });
    connector.directory.setReachability(alex, "not-installed");
    const removed = await messenger.beginChat(id, contact, soon());
    assert.deepEqual(removed, { kind: "gone", why: "not-installed" });
    connector.directory.install(alex);
    const begun = await messenger.beginChat(id, contact, soon());
    assert.ok(begun.kind === "begun");
    assert.equal(begun.reference.conversationId, alex.conversationId);
    assert.equal((await messenger.send(readerOf(begun.reference), VIEW, soon())).kind, "delivered");
  });

  it("begin a thread in a channel, and go on in it", async () => {
    const { messenger } = here();
    const channel = parseChannelId("19:approvals@thread.tacv2");
    assert.ok(channel !== undefined);
    const contact = { serviceUrl: connector.serviceUrl, userId: undefined };
    assert.deepEqual(await messenger.beginThread(channel, VIEW, contact, soon()), {
      kind: "gone",
      why: "not-installed",
    });
    connector.directory.addChannel(channel);
    const begun = await messenger.beginThread(channel, VIEW, contact, soon());
    assert.ok(begun.kind === "begun" && begun.messageId !== undefined);
    assert.equal(begun.reference.conversationId, `${channel};messageid=${begun.messageId}`);
    await messenger.update(readerOf(begun.reference), begun.messageId, VIEW, soon());
    await messenger.send(readerOf(begun.reference), VIEW, soon());
    const [first, second] = connector.channelMessages(channel);
    assert.deepEqual([first?.versions.length, second?.versions.length], [2, 1]);
    assert.equal(second?.conversationId, first?.conversationId);
  });

  it("go to no other host, not even when Teams points at one", async () => {
    const heard: string[] = [];
    const server = await listenOnLocalhost(
      createServer((request, response) => {
        heard.push(request.headers.authorization ?? "");
        response.writeHead(200).end("{}");
      }),
    );
    const elsewhere = `http://127.0.0.1:${String(server.port)}/emea/`;
    const paths: (string | undefined)[] = [];
    const pointing = await listenOnLocalhost(
      createServer(({ url }, response) => {
        paths.push(url);
        const location = paths.length === 1 ? "/emea/other" : elsewhere;
        response.writeHead(307, { location }).end();
      }),
    );
    try {
      const reference = { ...chatWith(alex), serviceUrl: elsewhere };
      const unknown = await here().messenger.send(readerOf(reference), VIEW, soon());
      assert.deepEqual(unknown, { kind: "gone", why: "unknown-host" });
      const allowed = `http://127.0.0.1:${String(pointing.port)}`;
      const moved = await callsTo(allowed).messenger.send(
        readerOf({ ...reference, serviceUrl: `${allowed}/emea/` }),
        VIEW,
        soon(),
      );
      assert.deepEqual([moved.kind, paths.length, heard], ["later", 1, []]);
    } finally {
      await Promise.all([server.close(), pointing.close()]);
    }
  });

  it("end with their signal, whatever Teams does", async () => {
    connector.fault({ kind: "hang" });
    const signal = AbortSignal.timeout(100);
    const delivery = await here().messenger.send(readerOf(chatWith(alex)), VIEW, signal);
    assert.deepEqual(delivery, { kind: "later", afterMs: 1_000, why: "no answer" });
  });

  it("ask the roster once an hour of people who ask, and once in half a minute of people who decide", async () => {
    const { roster } = here();
    const asked = () => connector.journal().filter(({ method }) => method === "GET").length;
    const alexIs = (age: "recent" | "fresh") => roster.membership(senderOf(alex), age, soon());
    const before = asked();
    assert.deepEqual(await alexIs("recent"), { kind: "member" });
    connector.directory.setRosterEntry(alex, { userRole: "guest" });
    clockMs += 59 * 60_000;
    assert.deepEqual(await alexIs("recent"), { kind: "member" });
    assert.equal(asked() - before, 1);
    assert.deepEqual(await alexIs("fresh"), { kind: "outsider", as: "guest" });
    assert.deepEqual(await alexIs("recent"), { kind: "outsider", as: "guest" });
    connector.directory.setRosterEntry(alex, { userRole: "user" });
    clockMs += 29_999;
    assert.deepEqual(await alexIs("fresh"), { kind: "outsider", as: "guest" });
    assert.equal(asked() - before, 2);
    clockMs += 1;
    assert.deepEqual(await alexIs("fresh"), { kind: "member" });
    assert.equal(asked() - before, 3);
    connector.directory.setRosterEntry(alex, { userRole: "guest" });
    clockMs += 30_000;
    const together = await Promise.all(Array.from({ length: 50 }, () => alexIs("fresh")));
    assert.ok(together.every(({ kind }) => kind === "outsider"));
    assert.equal(asked() - before, 4, "fifty clicks at once are one call");
    connector.directory.setRosterEntry(alex, { userRole: "user" });
    clockMs += 60 * 60_000;
    assert.deepEqual(await alexIs("recent"), { kind: "member" });
  });

  it("take a roster that can't be read, or that describes somebody else, for no answer", async () => {
    const { roster } = here();
    const kindOf = async (sender: Sender): Promise<string> =>
      (await roster.membership(sender, "fresh", soon())).kind;
    connector.fault({ kind: "status", status: 502, method: "GET" });
    assert.equal(await kindOf(senderOf(alex)), "unreadable");
    const claimed = { ...senderOf(alex), person: senderOf(robin).person };
    assert.equal(await kindOf(claimed), "unreadable");
    connector.fault({ kind: "status", status: 404, method: "GET" });
    assert.equal(await kindOf(senderOf(alex)), "unreadable");
    assert.equal(await kindOf(senderOf(alex)), "member");
  });
});
