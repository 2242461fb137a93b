import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { registryId } from "../unit/builders.ts";
import { runCommand, type Exit } from "../world/product-process.ts";
import { policyText } from "../world/policy-text.ts";

const ROBIN = "00000000-0000-4000-8000-000000000001";
const GOOD = policyText({ registries: { acrdemomagic: registryId("acrdemomagic") } });

describe("drawbridge policy", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "drawbridge-policy-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Without any setting, and with this file. */
  async function policy(text: string, ...args: readonly string[]): Promise<Exit> {
    const file = join(folder, "policy.yaml");
    await writeFile(file, text);
    return runCommand(["policy", ...args.map((arg) => (arg === "FILE" ? file : arg))], {});
  }

  it("check explains a file that can be used, and is loud about what can't be meant", async () => {
    const { code, output } = await policy(GOOD, "check", "FILE");
    assert.deepEqual([code, output.endsWith("It can be used.")], [0, true], output);
    assert.match(output, /^ {2}who may ask +Everybody of the tenant/m);
    const nobody = GOOD.replace(/platform: \[.*\]/, "platform: []");
    const loud = await policy(nobody, "check", "FILE");
    assert.equal(loud.code, 0);
    assert.match(loud.output, /^ {2}! NOBODY CAN APPROVE: the list of approvers is empty\.$/m);
    assert.match(loud.output, /It can be used; 1 warning, marked !\.$/);
  });

  it("check names every problem of a file with its line, and exits with 1", async () => {
    const bad = GOOD.replace("max: 8h", "max: 8x").replace("approvers: platform", "approvers: {}");
    const { code, output } = await policy(bad, "check", "FILE");
    assert.equal(code, 1);
    assert.match(
      output,
      /policy\.yaml:3: defaults\.duration\.max: .*\n.*policy\.yaml:\d+: registries/,
    );
    const json = await policy(bad, "check", "FILE", "--json");
    const said: unknown = JSON.parse(json.output);
    assert.deepEqual([json.code, JSON.stringify(said).includes('"usable":false')], [1, true]);
  });

  it("try says in the bot's words what would become of a sentence", async () => {
    const yes = await policy(
      GOOD,
      "try",
      "FILE",
      `as ${ROBIN}: allow 203.0.113.7 for 4h on acrdemomagic`,
    );
    assert.equal(yes.code, 0, yes.output);
    assert.match(
      yes.output,
      /^203\.0\.113\.7 would be asked for on acrdemomagic for 4 h\.\nIt takes 1 approver of 2 people/,
    );
    const no = await policy(GOOD, "try", "FILE", `as ${ROBIN}: allow 203.0.113.7 for 9h`, "--json");
    assert.equal(no.code, 1);
    assert.deepEqual(JSON.parse(no.output), {
      outcome: "refused",
      asked: false,
      sentences: ["9 h is too long: the policy allows 8 h at the most. Nothing was asked."],
    });
  });

  it("exits with 2 when it is called in another way, or there is no such file to try with", async () => {
    for (const args of [
      [],
      ["check"],
      ["check", "FILE", "more"],
      ["try", "FILE"],
      ["try", "FILE", "allow 203.0.113.7"],
      ["try", "FILE", "as Robin: allow 203.0.113.7"],
      ["try", join(folder, "none.yaml"), `as ${ROBIN}: allow 203.0.113.7`],
      ["dance", "FILE"],
    ]) {
      const { code, output } = await policy(GOOD, ...args);
      assert.equal(code, 2, `${args.join(" ")}\n${output}`);
    }
    const none = await policy(GOOD, "check", join(folder, "none.yaml"));
    assert.deepEqual([none.code, none.output.includes("Cannot read the policy file")], [1, true]);
  });
});
