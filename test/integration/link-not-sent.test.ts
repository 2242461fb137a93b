import assert from "node:assert/strict";
import { it } from "node:test";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import { wordsFor } from "../../src/adapters/teams/cards/words.ts";
import { proofReply } from "../../src/adapters/teams/proof-replies.ts";
import { createIds } from "../../src/create-ids.ts";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import { HOUR_MS, NOW, person, policyOf, registryPolicy } from "../unit/builders.ts";

const soon = AbortSignal.timeout(60_000);

it("a link that Teams did not take is told of, and is not taken for an answer", async () => {
  const store = openSqliteStore({ file: ":memory:", now: () => NOW, auditKeptMs: HOUR_MS });
  const policy = policyOf(registryPolicy());
  const origin = "https://drawbridge.example";
  const nothing = (): void => undefined;
  const deps = {
    store,
    policy: () => policy,
    ids: createIds(),
    log: { info: nothing, warn: nothing, error: nothing },
    links: { secrets: createLinkSecrets(), publicUrl: origin, ipv4Url: origin },
    messenger: {
      reply: () => Promise.resolve({ kind: "later", afterMs: 1_000, why: "status 429" } as const),
    },
  };
  const asked = { durationMs: undefined, registryName: undefined, reason: undefined };
  const wish = { kind: "allow", ...asked, errorAddress: undefined } as const;
  const to = {
    ...{ serviceUrl: origin, conversationId: "chat", userId: "29:1", botId: "28:bot" },
    tenantId: policy.tenant,
  };
  const asker = { by: person(1), to, messageId: "1", words: wordsFor("en") };
  const reply = await proofReply(deps, wish, asker, soon);
  assert.ok(reply !== undefined && "text" in reply);
  assert.match(reply.text, /ask again/);
  await store.close();
});
