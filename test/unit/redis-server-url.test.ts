import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseServerUrl } from "../../src/adapters/store/redis/server-url.ts";

describe("a Redis URL", () => {
  it("says where one server is", () => {
    const plain = { tls: false, username: undefined, password: undefined };
    assert.deepEqual(parseServerUrl("redis://localhost"), {
      ...plain,
      kind: "standalone",
      endpoint: { host: "localhost", port: 6379 },
      db: 0,
    });
    assert.deepEqual(parseServerUrl("rediss://drawbridge:p%40%3A%2F@[2001:db8::1]:6380/7"), {
      kind: "standalone",
      tls: true,
      username: "drawbridge",
      password: "p@:/",
      endpoint: { host: "2001:db8::1", port: 6380 },
      db: 7,
    });
  });

  it("says where a cluster is", () => {
    assert.deepEqual(parseServerUrl("rediss-cluster://:secret@a.example:10000,b.example"), {
      kind: "cluster",
      tls: true,
      username: undefined,
      password: "secret",
      endpoints: [
        { host: "a.example", port: 10000 },
        { host: "b.example", port: 6379 },
      ],
    });
  });

  it("says where the sentinels of a master are", () => {
    const query = "sentinelUsername=s&sentinelPassword=p%26q+%3D=";
    assert.deepEqual(parseServerUrl(`redis-sentinel://u:p@a,b:26380/my%20master?${query}`), {
      kind: "sentinel",
      tls: false,
      username: "u",
      password: "p",
      endpoints: [
        { host: "a", port: 26379 },
        { host: "b", port: 26380 },
      ],
      name: "my master",
      sentinelUsername: "s",
      sentinelPassword: "p&q+==",
    });
  });

  it("that is wrong is told why, without its password", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["localhost:6379", /is not scheme:\/\/host/],
      ["http://:SECRET@localhost", /starts with none of redis/],
      ["redis://:SECRET@", /not host or host:port/],
      ["redis://:SECRET@a,b", /several hosts/],
      ["redis://:SECRET@a:0", /port outside/],
      ["redis://:SECRET@a:65536", /port outside/],
      ["redis://:SECRET@a:6379x", /not host or host:port/],
      ["redis://:SECRET@a/b", /not the number of a database/],
      ["redis://:SECRET@a?family=6", /query/],
      ["redis://:SECRET%@a", /password that is not percent-encoded/],
      ["redis://:SECR/ET@a", /not host|path|port/],
      ["redis://SECRET@a", /user without a password/],
      ["redis-cluster://:SECRET@a/1", /one database only/],
      ["redis-sentinel://:SECRET@a", /lacks the name of the master/],
      ["redis-sentinel://:SECRET@a/m?password=SECRET", /other names than/],
      ["redis-sentinel://a/m?sentinelPassword=SECRET%", /sentinelPassword that is not percent/],
    ];
    for (const [url, reason] of wrong) {
      assert.throws(
        () => parseServerUrl(url),
        (error) => {
          assert.match(String(error), reason, url);
          assert.doesNotMatch(String(error), /SECR/);
          return true;
        },
        url,
      );
    }
  });
});
