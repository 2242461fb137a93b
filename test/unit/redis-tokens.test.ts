import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRedisTokens } from "../../src/adapters/azure/redis-tokens.ts";
import { renewAfterMs } from "../../src/adapters/store/redis/token-renewal.ts";

const MINUTE_MS = 60_000;
const signal = new AbortController().signal;

describe("a token for Redis", () => {
  it("is the password of the object id that it names, until it ends", async () => {
    const token = jwt({ oid: "33333333-3333-4333-8333-333333333333", appid: "another" });
    const asked: unknown[] = [];
    const tokens = createRedisTokens({
      getToken: (scope, options) => {
        asked.push(scope, options?.abortSignal);
        return Promise.resolve({ token, expiresOnTimestamp: 1_790_000_000_000 });
      },
    });
    assert.deepEqual(await tokens(signal), {
      username: "33333333-3333-4333-8333-333333333333",
      password: token,
      expiresAt: new Date(1_790_000_000_000),
    });
    assert.deepEqual(asked, ["https://redis.azure.com/.default", signal]);
  });

  it("is refused without an object id, and not quoted", async () => {
    for (const token of [jwt({ appid: "SECRET" }), "SECRET"]) {
      const answer = { token, expiresOnTimestamp: 1 };
      const tokens = createRedisTokens({ getToken: () => Promise.resolve(answer) });
      await assert.rejects(tokens(signal), (error) => {
        assert.match(String(error), /no token for Redis with an object id/);
        assert.ok(!String(error).includes(token));
        return true;
      });
    }
  });

  it("is replaced after three quarters of its life, 3 minutes before its end, and not by all at once", () => {
    assert.equal(renewAfterMs(60 * MINUTE_MS, 0), 45 * MINUTE_MS);
    assert.equal(renewAfterMs(60 * MINUTE_MS, 1), 40.5 * MINUTE_MS);
    assert.equal(renewAfterMs(10 * MINUTE_MS, 0), 7 * MINUTE_MS);
    assert.equal(renewAfterMs(2 * MINUTE_MS, 0), MINUTE_MS);
    assert.equal(renewAfterMs(-MINUTE_MS, 0), 0);
  });
});

/** Nobody here checks its signature. */
function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [part({ alg: "none" }), part(claims), ""].join(".");
}
