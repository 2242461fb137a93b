import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { createThrottle } from "./throttle.ts";
import { askArm, askForToken, registryId } from "./visitor.ts";

const ID = registryId("acrlocked");
const LEFT = "x-ms-ratelimit-remaining-subscription-writes";

describe("throttling at the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;
  let token: string;

  before(async () => {
    azure = await startAzureEmulator({ registries: [{ id: ID }] });
    token = await askForToken(azure, "https://management.azure.com");
  });
  after(() => azure.stop());

  const patch = () => askArm(azure, "PATCH", ID, { token, body: { tags: {} } });

  it("counts down, and answers 429 when the bucket is empty", async () => {
    azure.throttle({ writes: { size: 3, perSecond: 0.01 } });
    const left: unknown[] = [];
    for (let sent = 0; sent < 3; sent += 1) left.push((await patch()).headers[LEFT]);
    assert.deepEqual(left, ["2", "1", "0"]);
    const refused = await patch();
    assert.equal(refused.status, 429);
    assert.match(refused.headers["retry-after"] ?? "", /^(100|9\d)$/);
    const code = "SubscriptionRequestsThrottled";
    assert.partialDeepStrictEqual(refused.body, { error: { code } });
    assert.equal((await askArm(azure, "GET", ID, { token })).status, 200);
  });

  it("fills the bucket again, by subscription and by kind", () => {
    let ms = 0;
    const throttle = createThrottle(() => ms);
    throttle.use({});
    const take = (method: string, path = ID) => throttle.take(method, path).retryAfterSeconds;
    const refused = (count: number) =>
      Array.from({ length: count }, () => take("PATCH")).filter((it) => it !== undefined).length;
    assert.equal(refused(200), 0);
    assert.equal(take("PATCH"), 1);
    assert.equal(take("PATCH", "/subscriptions/another"), undefined);
    assert.equal(take("GET"), undefined);
    ms += 1000;
    assert.equal(refused(20), 10);
  });

  it("has Azure's sizes by default, and ends when told to", async () => {
    azure.throttle(true);
    assert.equal((await patch()).headers[LEFT], "199");
    azure.throttle(false);
    assert.equal((await patch()).headers[LEFT], "799");
  });

  for (const [fault, header] of [
    [{ retryAfterSeconds: 7 }, /^7$/],
    [{ retryAfterSeconds: 100_000 }, /^100000$/],
    [{ retryAfterSeconds: 60, form: "date" }, /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/],
    [{}, /^none$/],
  ] as const) {
    it(`may be a fault: ${JSON.stringify(fault)}`, async () => {
      azure.fault({ match: { method: "PATCH" }, fault: "throttled", ...fault });
      const { status, headers } = await patch();
      assert.equal(status, 429);
      assert.match(headers["retry-after"] ?? "none", header);
      assert.equal((await patch()).status, 200);
    });
  }
});
