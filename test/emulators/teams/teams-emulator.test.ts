import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it, mock } from "node:test";
import { ConnectorClient } from "botframework-connector";
import type { Activity } from "botbuilder";
import { createTeamsAdapter } from "../../../src/adapters/teams/teams-adapter.ts";
import { listener, listenOnLocalhost, parseJson, readBody } from "../azure/local-http.ts";
import { cardText } from "./card-text.ts";
import { startConnector, type Connector } from "./connector.ts";
import { isObject } from "./json.ts";
import { APP_ID, PEOPLE, TENANT_ID } from "./people.ts";
import { startSigningGateway } from "./signing-gateway.ts";
import { createTeamsClient } from "./teams-client.ts";
import { startTokenIssuer, type TokenIssuer } from "./token-issuer.ts";

const SERVICE_URL = "http://127.0.0.1:1/emea/";
const CONVERSATION = PEOPLE.robin.conversationId;

describe("token issuer, checked by botbuilder", () => {
  let issuer: TokenIssuer;
  let silenced: { readonly mock: { restore(): void } };
  before(async () => {
    issuer = await startTokenIssuer();
    // botbuilder prints every rejection.
    silenced = mock.method(console, "error", () => undefined);
  });
  after(async () => {
    silenced.mock.restore();
    await issuer.stop();
  });

  const authenticate = (authorization: string, serviceUrl = SERVICE_URL) => {
    const adapter = createTeamsAdapter({
      appId: APP_ID,
      appType: "SingleTenant",
      appPassword: "never-used",
      tenantId: TENANT_ID,
      tokenIssuer: issuer.issuer,
      openIdMetadataUrl: issuer.metadataUrl,
      loginUrl: `https://login.microsoftonline.com/${TENANT_ID}`,
      oauthScope: "https://api.botframework.com",
    });
    const activity: Partial<Activity> = { type: "message", channelId: "msteams", serviceUrl };
    // The check reads no other field of an activity.
    return adapter.authenticate(activity as Activity, authorization);
  };

  it("is accepted", async () => {
    const token = issuer.connectorToken({ appId: APP_ID, serviceUrl: SERVICE_URL });
    const { claimsIdentity } = await authenticate(`Bearer ${token}`);
    assert.equal(claimsIdentity.getClaimValue("aud"), APP_ID);
  });

  const good = { appId: APP_ID, serviceUrl: SERVICE_URL };
  const hourAgo = Math.floor(Date.now() / 1000) - 3_600;
  const bad: Readonly<Record<string, () => string>> = {
    "changed after signing": () => {
      const [head = "", , signature = ""] = issuer.connectorToken(good).split(".");
      const [, claims = ""] = issuer.connectorToken({ ...good, sub: "another" }).split(".");
      return [head, claims, signature].join(".");
    },
    "signed with a foreign key": () => issuer.connectorToken(good, { foreignKey: true }),
    "of an unknown key id": () => issuer.connectorToken(good, { kid: "unknown" }),
    unsigned: () => issuer.connectorToken(good, { alg: "none" }),
    "keyed with the public key": () => issuer.connectorToken(good, { alg: "HS256" }),
    expired: () => issuer.connectorToken({ ...good, nbf: hourAgo - 60, exp: hourAgo }),
    "for another bot": () => issuer.connectorToken({ ...good, appId: TENANT_ID }),
    "of another issuer": () =>
      issuer.connectorToken({ ...good, iss: "https://sts.windows.net/x/" }),
    "for another service URL": () =>
      issuer.connectorToken({ ...good, serviceUrl: "http://127.0.0.1:2/" }),
  };
  for (const [how, token] of Object.entries(bad)) {
    it(`is refused when ${how}`, async () => {
      await assert.rejects(authenticate(`Bearer ${token()}`));
    });
  }

  it("is refused when there is none", async () => {
    await assert.rejects(authenticate(""));
  });
});

describe("connector", () => {
  let connector: Connector;
  before(async () => {
    connector = await startConnector({ isBotToken: (token) => token === "good" });
    connector.directory.install(PEOPLE.robin);
  });
  after(() => connector.stop());

  const sdk = (token = "good") => {
    const signRequest: ConnectorClient["credentials"]["signRequest"] = (request) => {
      request.headers.set("authorization", `Bearer ${token}`);
      return Promise.resolve(request);
    };
    const options = { baseUri: connector.serviceUrl, noRetryPolicy: true };
    return new ConnectorClient({ signRequest }, options).conversations;
  };
  const status = (wanted: number) => (error: unknown) => {
    assert.equal(isObject(error) || error instanceof Error, true);
    assert.equal(Reflect.get(Object(error), "statusCode"), wanted);
    return true;
  };

  it("keeps what botbuilder's client sends, and every version of it", async () => {
    const waiting = connector.waitForMessage(CONVERSATION, (m) => m.summary === "second");
    const { id } = await sdk().sendToConversation(CONVERSATION, card("first"));
    const old = connector.messages(CONVERSATION).at(-1);
    assert.deepEqual(
      await sdk()
        .updateActivity(CONVERSATION, id, card("second"))
        .then((r) => r.id),
      id,
    );
    const shown = await waiting;
    assert.deepEqual([shown.id, old?.summary, shown.summary], [id, "first", "second"]);
    assert.deepEqual(
      shown.versions.map((version) => cardText(version.card)),
      [
        ["first", "[Approve]"],
        ["second", "[Approve]"],
      ],
    );
    const answer = await sdk().replyToActivity(CONVERSATION, id, { type: "message", text: "so" });
    assert.equal(connector.messages(CONVERSATION).at(-1)?.replyToId, id);
    await sdk().deleteActivity(CONVERSATION, answer.id);
    assert.equal(connector.messages(CONVERSATION).length, 1);
    assert.equal(connector.history(CONVERSATION).length, 2);
  });

  it("refuses other tokens, unknown messages and bodies over 100 KB", async () => {
    await assert.rejects(sdk("bad").sendToConversation(CONVERSATION, card("no")), status(401));
    await assert.rejects(sdk().updateActivity(CONVERSATION, "1", card("no")), status(404));
    const long = { type: "message", text: "x".repeat(101 * 1024) };
    await assert.rejects(sdk().sendToConversation(CONVERSATION, long), status(413));
    assert.deepEqual(
      connector
        .journal()
        .slice(-3)
        .map((call) => call.status),
      [401, 404, 413],
    );
  });

  it("answers 404 for a message that somebody deleted", async () => {
    const { id } = await sdk().sendToConversation("a:other", card("gone"));
    assert.equal(connector.deleteMessage("a:other", id), true);
    await assert.rejects(sdk().updateActivity("a:other", id, card("no")), status(404));
  });

  it("fails as told, then works again", async () => {
    connector.fault({ kind: "status", status: 429, retryAfterSeconds: 7 });
    // Not through botbuilder's client: it waits for as long as it is told to, and tries again.
    const answer = await postByHand(connector, "a:fault", card("no"));
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "7"]);
    connector.fault({ kind: "status", status: 403, method: "POST", conversationId: "a:fault" });
    await assert.rejects(sdk().sendToConversation("a:fault", card("no")), status(403));
    connector.fault({ kind: "hang", afterApply: true });
    const abortSignal = AbortSignal.timeout(300);
    await assert.rejects(sdk().sendToConversation("a:fault", card("kept"), { abortSignal }));
    await sdk().sendToConversation("a:fault", card("again"));
    const summaries = connector.messages("a:fault").map(({ summary }) => summary);
    assert.deepEqual(summaries, ["kept", "again"]);
  });

  it("tells what is there when a message does not come", async () => {
    await sdk().sendToConversation("a:wait", { type: "message", text: "only this" });
    await assert.rejects(
      connector.waitForMessage("a:wait", () => false, { timeoutMs: 20 }),
      /only this/,
    );
  });
});

describe("Teams client", () => {
  it("posts signed activities that look like those of Teams, with or without the gateway", async () => {
    const issuer = await startTokenIssuer();
    const connector = await startConnector({ isBotToken: (token) => token === "good" });
    const posts: { readonly authorization: string; readonly activity: unknown }[] = [];
    const recorder = await listenOnLocalhost(
      createServer(
        listener(async (request, response) => {
          const activity = parseJson(await readBody(request));
          posts.push({ authorization: request.headers.authorization ?? "", activity });
          response.writeHead(200, { "content-type": "application/json" }).end('{"seen":true}');
        }),
      ),
    );
    const botUrl = `http://127.0.0.1:${String(recorder.port)}/api/messages`;
    const gateway = await startSigningGateway({ issuer, appId: APP_ID, botUrl });
    const known = { appId: APP_ID, tenantId: TENANT_ID, issuer, connector, person: PEOPLE.alex };
    const alex = createTeamsClient({ ...known, botUrl });
    try {
      assert.deepEqual(await alex.install(), { httpStatus: 200, body: { seen: true } });
      await alex.say("status", { activityId: "42" });
      await postByHand(connector, PEOPLE.alex.conversationId, card("question"));
      const shown = await alex.waitForCard((lines) => lines.includes("[Approve]"));
      await alex.click(shown, "approve");
      await assert.rejects(alex.click(shown, "deny"), /it has: approve/);
      await alex.post({ text: "attack" }, { authorization: "" });
      const unsigned = createTeamsClient({ ...known, botUrl: gateway.url });
      await unsigned.post({ text: "from the Playground" }, { authorization: "" });

      const [install, say, click, attack, passedOn] = posts;
      assert.partialDeepStrictEqual(install?.activity, {
        type: "installationUpdate",
        action: "add",
        channelId: "msteams",
        serviceUrl: connector.serviceUrl,
        from: { id: PEOPLE.alex.id, aadObjectId: PEOPLE.alex.aadObjectId },
        recipient: { id: `28:${APP_ID}` },
        conversation: { conversationType: "personal", tenantId: TENANT_ID },
        channelData: { tenant: { id: TENANT_ID } },
      });
      assert.partialDeepStrictEqual(say?.activity, { type: "message", text: "status", id: "42" });
      assert.partialDeepStrictEqual(click?.activity, {
        type: "invoke",
        name: "adaptiveCard/action",
        replyToId: shown.id,
        value: { action: { type: "Action.Execute", verb: "approve", data: { n: 1 } } },
      });
      assert.equal(attack?.authorization, "");
      for (const post of [install, say, click, passedOn]) {
        const claims = post?.authorization.split(".")[1] ?? "";
        assert.partialDeepStrictEqual(parseJson(Buffer.from(claims, "base64url").toString()), {
          aud: APP_ID,
          serviceurl: connector.serviceUrl,
        });
      }
      await recorder.close();
      assert.equal((await unsigned.say("anybody?")).httpStatus, 502);
    } finally {
      await Promise.all([gateway.stop(), connector.stop(), issuer.stop()]);
    }
  });
});

function card(text: string) {
  const content = {
    type: "AdaptiveCard",
    fallbackText: text,
    body: [{ type: "TextBlock", text }],
    actions: [{ type: "Action.Execute", verb: "approve", title: "Approve", data: { n: 1 } }],
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", summary: text, attachments: [{ contentType, content }] };
}

function postByHand({ serviceUrl }: Connector, conversationId: string, activity: unknown) {
  return fetch(`${serviceUrl}v3/conversations/${conversationId}/activities`, {
    method: "POST",
    headers: { authorization: "Bearer good" },
    body: JSON.stringify(activity),
  });
}
