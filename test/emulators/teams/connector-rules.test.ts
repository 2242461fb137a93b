import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ConnectorClient } from "botframework-connector";
import { startConnector, type Connector } from "./connector.ts";
import { PEOPLE, TENANT_ID } from "./people.ts";

const MESSAGE = { type: "message", text: "hello" };

describe("what the connector allows", () => {
  let connector: Connector;
  before(async () => {
    connector = await startConnector({ isBotToken: (token) => token === "good" });
  });
  after(() => connector.stop());

  const sdk = () => {
    const signRequest: ConnectorClient["credentials"]["signRequest"] = (request) => {
      request.headers.set("authorization", "Bearer good");
      return Promise.resolve(request);
    };
    return new ConnectorClient({ signRequest }, { baseUri: connector.serviceUrl }).conversations;
  };
  const status = (wanted: number) => (error: unknown) => {
    assert.equal(Reflect.get(Object(error), "statusCode"), wanted);
    return true;
  };
  /** Not through botbuilder's client: it tries again by itself what was refused for a while. */
  const post = (conversationId: string) =>
    fetch(`${connector.serviceUrl}v3/conversations/${conversationId}/activities`, {
      method: "POST",
      headers: { authorization: "Bearer good" },
      body: JSON.stringify(MESSAGE),
    });

  it("takes as many messages in a conversation as Teams does, then says how long to wait", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      statuses.push((await post("19:many@thread.v2")).status);
    }
    assert.deepEqual(statuses, [201, 201, 201, 201, 201, 201, 201, 429, 429]);
    const refused = await post("19:many@thread.v2");
    assert.match(refused.headers.get("retry-after") ?? "", /^[12]$/);
    assert.equal((await post("19:other@thread.v2")).status, 201);
    assert.equal(connector.messages("19:many@thread.v2").length, 7);
  });

  it("takes no message for somebody who has not got the app or blocked it", async () => {
    const { alex } = PEOPLE;
    const send = () => sdk().sendToConversation(alex.conversationId, MESSAGE);
    await assert.rejects(send(), status(403));
    connector.directory.install(alex);
    await send();
    connector.directory.setReachability(alex, "blocked");
    await assert.rejects(send(), status(403));
  });

  it("describes a member, and everybody, as Teams does", async () => {
    const { robin, sam } = PEOPLE;
    connector.directory.setRosterEntry(sam, { userRole: "guest" });
    const read = await sdk().getConversationMember(PEOPLE.robin.conversationId, robin.id);
    assert.partialDeepStrictEqual(read, {
      id: robin.id,
      objectId: robin.aadObjectId,
      tenantId: TENANT_ID,
      userRole: "user",
    });
    const { members } = await sdk().getConversationPagedMembers(PEOPLE.robin.conversationId);
    const guest = members.find(({ id }) => id === sam.id);
    assert.partialDeepStrictEqual(guest, { userRole: "guest" });
    await assert.rejects(
      sdk().getConversationMember(PEOPLE.robin.conversationId, "29:nobody"),
      status(404),
    );
  });
});
