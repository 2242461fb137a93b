import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { askArm, registryId } from "./visitor.ts";

const ID = registryId("acrtagged");
const PATH = `${ID}/providers/Microsoft.Resources/tags/default`;

describe("tags at the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;

  before(async () => {
    const registries = [{ id: ID, tags: { Team: "a", cost: "1" }, rules: ["192.0.2.10"] }];
    azure = await startAzureEmulator({ registries });
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  async function write(method: string, tags: Record<string, string>, operation?: string) {
    const sent = { ...(operation === undefined ? {} : { operation }), properties: { tags } };
    const { status, body } = await askArm(azure, method, PATH, { body: sent });
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(body, { name: "default", type: "Microsoft.Resources/tags" });
    return azure.state(ID)?.tags;
  }

  it("merge by name in any letter case", async () => {
    const tags = await write("PATCH", { team: "b", more: "2" }, "Merge");
    assert.deepEqual(tags, { cost: "1", team: "b", more: "2" });
  });

  it("are replaced by Replace and by PUT", async () => {
    assert.deepEqual(await write("PATCH", { only: "1" }, "Replace"), { only: "1" });
    assert.deepEqual(await write("PUT", { other: "2" }), { other: "2" });
  });

  it("are deleted when name and value match, and all at once by DELETE", async () => {
    assert.deepEqual(await write("PATCH", { team: "a", cost: "9" }, "Delete"), { cost: "1" });
    assert.equal((await askArm(azure, "DELETE", PATH)).status, 200);
    assert.deepEqual(azure.state(ID)?.tags, {});
  });

  it("leave the rules alone", async () => {
    await write("PUT", {});
    assert.deepEqual(azure.state(ID)?.rules, ["192.0.2.10"]);
    assert.equal(azure.history().length, 1);
  });

  it("have limits", async () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, ""]));
    for (const tags of [many, { "a<b": "" }, { "microsoft.x": "" }, { x: "y".repeat(257) }]) {
      const body = { properties: { tags } };
      assert.equal((await askArm(azure, "PUT", PATH, { body })).status, 400);
    }
  });

  it("are shown by GET", async () => {
    const { body } = await askArm(azure, "GET", PATH);
    assert.partialDeepStrictEqual(body, { properties: { tags: { Team: "a", cost: "1" } } });
  });
});
