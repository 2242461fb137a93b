import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { address, person, requestId } from "../unit/builders.ts";
import { quietFixture, type QuietFixture } from "./quiet-fixture.ts";
import { azureForSuite, type RegistryFixture } from "./registry-fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const lease1 = leaseIdOf(requestId(1));

describe("a quiet look", () => {
  const at = azureForSuite();
  let quiet: QuietFixture;
  let on: RegistryFixture;

  beforeEach(async () => {
    quiet = await quietFixture(at);
    ({ on } = quiet);
  });
  afterEach(async () => {
    await quiet.close();
  });

  it("does not begin while a rule that was removed may come back", async () => {
    const other = on.lease(2, { address: address("203.0.113.8"), durationMs: 10 * MINUTE_MS });
    await on.given([on.lease(1), other]);
    assert.deepEqual(await quiet.looks(5), Array<string>(5).fill("full"));
    assert.equal((await quiet.record()).tombstones.length, 1);
    await quiet.looks(3);
    assert.equal((await quiet.record()).tombstones.length, 0);
    assert.equal(await quiet.look(), "quiet");
  });

  it("does not begin while a late write may come, and knows when it can't any more", async () => {
    await on.given([], { suspectAt: quiet.inHours(1) });
    assert.deepEqual(await quiet.looks(3), ["full", "full", "full"]);
    on.pass(HOUR_MS);
    assert.deepEqual(await quiet.looks(3), ["full", "full", "quiet"]);
    assert.equal((await quiet.record()).suspectAt, undefined);
  });

  it("does not begin while a recovered rule has its end before it", async () => {
    const recovered = [{ address: address("203.0.113.9"), end: quiet.inHours(1) }];
    await on.given([], { recovered });
    assert.deepEqual(await quiet.looks(4), ["full", "full", "full", "full"]);
  });

  it("does not begin while something can't be read", async () => {
    await quiet.givenQuiet();
    const before = await quiet.texts.read("lease", lease1);
    await quiet.texts.write("lease", lease1, '{"v":2}');
    assert.deepEqual(await quiet.looks(3), ["full", "full", "full"]);
    await quiet.texts.write("lease", lease1, before);
    assert.deepEqual(await quiet.looks(2), ["full", "quiet"], "it is as it was before");
  });

  it("does not begin while a lease waits to be opened", async () => {
    const freeze = { by: person(2), at: on.now(), why: undefined };
    await quiet.put({ kind: "freeze", value: { id: on.registry, version: 1, freeze } });
    await on.given([on.lease(1)]);
    for (let n = 0; n < 3; n += 1) assert.equal(await quiet.lookNow(), "full");
    assert.equal(await on.status(1), "opening");
  });
});
