import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { freePort } from "../free-port.ts";
import { runProduct } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

describe("the process", () => {
  let world: World;
  let folder: string;
  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    folder = await mkdtemp(join(tmpdir(), "drawbridge-process-"));
  });
  after(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("does not start with bad settings, names every one of them and no secret", async () => {
    const { code, output } = await runProduct({
      ...world.settings,
      MicrosoftAppId: "",
      MicrosoftAppType: "MultiTenant",
      MicrosoftAppPassword: "hunter2-secret",
      REDIS_URL: "redis://user:hunter3-secret@127.0.0.1",
      PORT: "eighty",
      HOLD_SECONDS: "0",
    });
    assert.equal(code, 2);
    for (const name of ["MicrosoftAppId", "MicrosoftAppType", "PORT", "HOLD_SECONDS"]) {
      assert.equal(output.split(`  ${name}: `).length, 2, `${name} once in:\n${output}`);
    }
    assert.doesNotMatch(output, /secret|hunter|at .*\.ts:/);
  });

  it("does not start with a policy that can't be used, and says where it is wrong", async () => {
    const file = join(folder, "policy.yaml");
    const good = await readFile(world.settings["DRAWBRIDGE_POLICY"] ?? "", "utf8");
    await writeFile(file, good.replace("max: 8h", "max: 8x"));
    const { code, output } = await runProduct({ ...world.settings, DRAWBRIDGE_POLICY: file });
    assert.equal(code, 2);
    assert.match(output, /policy\.yaml:3: defaults\.duration\.max: expected a duration/);
    const missing = join(folder, "none.yaml");
    const none = await runProduct({ ...world.settings, DRAWBRIDGE_POLICY: missing });
    assert.match(none.output, /Cannot read the policy file .*none\.yaml/);
  });

  it("stops in order when told, with what it holds written down", async () => {
    const product = await world.start();
    assert.equal(await product.stop(), 0);
    assert.match(product.output(), /"event":"stopped"/);
  });

  it("splits into a bot that knows no registry rights and a worker that knows no Teams", async () => {
    const record = new URL("../world/record-modules.mjs", import.meta.url).href;
    const files = { bot: join(folder, "bot.txt"), worker: join(folder, "worker.txt") };
    for (const role of ["bot", "worker"] as const) {
      await world.start({
        DRAWBRIDGE_ROLE: role,
        NODE_OPTIONS: `--import=${record}`,
        RECORD_MODULES_IN: files[role],
        // Two processes can't share an operations port.
        ...(role === "worker" ? { OPERATIONS_PORT: String(await freePort()) } : {}),
      });
    }
    const [robin, alex] = [world.client("robin"), world.client("alex")];
    for (const client of [robin, alex]) await client.install();
    await robin.say("allow 203.0.113.7 for 2s on acrdemomagic");
    await alex.click(await alex.waitForCard(shownCard("Open a registry?")), "approve");
    await robin.waitForCard(shownCard("Open"));
    await robin.waitForCard(shownCard("Closed"), { timeoutMs: 15_000 });

    const [bot, worker] = await Promise.all([
      readFile(files.bot, "utf8"),
      readFile(files.worker, "utf8"),
    ]);
    assert.match(bot, /node_modules\/botbuilder\//);
    assert.doesNotMatch(bot, /arm-containerregistry|adapters\/azure/);
    assert.match(worker, /arm-containerregistry/);
    assert.doesNotMatch(worker, /node_modules\/(botbuilder|botframework-connector|restify)\//);
  });
});
