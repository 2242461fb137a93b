import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { EVERYWHERE, LOOKED_UP } from "../docs/azure-cli-options.ts";
import { describeUnless } from "../needs-redis.ts";
import { clientsMissing } from "./needs-clients.ts";
import { runClient } from "./run-client.ts";

/** An option at the beginning of its line, with its other spelling: `    --name -n   [Required] : …`. */
const OPTION = /^ {4}(--?[\w-]+(?: --?[\w-]+)*)(?=\s)/gm;

describeUnless(clientsMissing, "the Azure CLI's own help", () => {
  it("has every command of the pages, with each option that they use", async () => {
    const folder = await mkdtemp(join(tmpdir(), "drawbridge-az-help-"));
    const env = {
      HOME: folder,
      AZURE_CONFIG_DIR: folder,
      AZURE_CORE_COLLECT_TELEMETRY: "false",
      AZURE_EXTENSION_USE_DYNAMIC_INSTALL: "no",
    };
    try {
      const missing: string[] = [];
      for (const [name, options] of Object.entries(LOOKED_UP)) {
        const { code, stdout, stderr } = await runClient("az", [...name.split(" "), "--help"], env);
        if (code !== 0) missing.push(`az ${name}: ${stderr}`);
        const said = new Set(
          [...stdout.matchAll(OPTION)].flatMap(([, spelt = ""]) => spelt.split(" ")),
        );
        const strange = [...options, ...EVERYWHERE].filter((option) => !said.has(option));
        if (strange.length > 0) missing.push(`az ${name}: no ${strange.join(", ")}`);
      }
      assert.deepEqual(missing, []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
