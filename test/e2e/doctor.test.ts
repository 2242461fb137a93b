import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Fault } from "../emulators/azure/faults.ts";
import { runCommand } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";
import { examine, report, says, type Expected, type Report } from "./doctor-report.ts";

describe("drawbridge doctor", () => {
  let world: World;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "drawbridge-doctor-"));
    world = await startWorld({ store: await sqliteStore() });
    await world.start();
    const [robin, alex] = [world.client("robin"), world.client("alex")];
    await robin.install();
    await alex.install();
    await robin.say("allow 203.0.113.7 for 2h on acrdemomagic");
    await alex.click(await alex.waitForCard(shownCard("Open a registry?")), "approve");
    await robin.waitForCard(shownCard("Open"));
  });
  after(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const examined = (over: Readonly<Record<string, string>> = {}): Promise<Report> =>
    examine({ ...world.settings, ...over });

  it("passes what is well, and finds the two things that are never well in this world", async () => {
    const least = await examined();
    says(least, [
      "warn",
      "acrdemomagic",
      "Could not look at what we may do there (AuthorizationFailed)",
      "az role assignment list --scope",
    ]);
    world.azure.configure(world.registryId("acrdemomagic"), { permissions: ["*"] });
    const all = await examined();
    for (const expected of [
      ["pass", "settings", "Every setting of the role all can be used."],
      ["pass", "policy", "2 registries, sha256 "],
      ["pass", "policy in use", "The role all goes by this file"],
      ["pass", "store", "Nothing is overdue."],
      ["pass", "clocks", "The store's clock agrees with Azure's."],
      ["pass", "identity", "Signed in as managed-identity, object id "],
      ["pass", "acrdemomagic", "Premium, read as"],
      ["pass", "acrdemomagic", "The identity has the rights that it needs."],
      ["pass", "acrdemomagic", "No lock forbids changes."],
      ["pass", "acrdemomagic", "The ledger on its tags has 1 entry, all sealed with our key."],
      ["pass", "acrdemomagic, worker", "A worker read it"],
      ["pass", "bot credentials", "gets a token for the Bot Connector."],
      ["pass", "public URL", "The page of links answers there."],
      ["pass", "client address", 'say "allow my IP" to the bot'],
    ] as const) {
      says(all, expected);
    }
    const failed = all.checks.filter(({ result }) => result === "fail");
    assert.deepEqual(
      failed.map(({ check, mend }) => [check, mend]),
      [
        ["acrdemobasic", "az acr update -n acrdemobasic --sku Premium"],
        ["public URL", "PUBLIC_URL=https://…"],
      ],
    );
    const words = await runCommand(["doctor"], world.settings);
    assert.match(
      words.stdout,
      /^FAIL {2}acrdemobasic: .*\n {6}az acr update -n acrdemobasic --sku/m,
    );
    assert.match(words.stdout, /\n\n\d+ pass, \d+ warn, 2 fail\.$/);
  });

  type Settings = Parameters<World["azure"]["configure"]>[1];
  const odd: Readonly<Record<string, readonly [Settings, Expected]>> = {
    "lets everybody in anyway": [
      { defaultAction: "Allow" },
      ["fail", "acrdemomagic", "lets in every address anyway", "--default-action Deny"],
    ],
    "has its public access switched off": [
      { publicNetworkAccess: "Disabled" },
      ["fail", "acrdemomagic", "Public access", "--public-network-enabled true"],
    ],
    "can be pulled by anybody": [
      { properties: { anonymousPullEnabled: true } },
      ["warn", "acrdemomagic", "Anonymous pull is on", "--anonymous-pull-enabled false"],
    ],
    "has a shared password": [
      { properties: { adminUserEnabled: true } },
      ["warn", "acrdemomagic", "admin user", "--admin-enabled false"],
    ],
    "is locked": [
      { lock: "ReadOnly" },
      ["fail", "acrdemomagic", "A lock", "az lock list --resource /sub"],
    ],
    "may not be read": [
      { mayRead: false },
      ["fail", "acrdemomagic", "does not let me", "az role assignment list"],
    ],
    "may only be read": [
      { permissions: ["*/read"] },
      [
        "fail",
        "acrdemomagic",
        "lacks Microsoft.ContainerRegistry/registries/write, Microsoft.Resources/tags/write.",
        "az role assignment list --scope",
      ],
    ],
  };
  for (const [what, [settings, expected]] of Object.entries(odd)) {
    it(`says of a registry that it ${what}, and what mends that`, async () => {
      const id = world.registryId("acrdemomagic");
      world.azure.configure(id, settings);
      try {
        says(await examined(), expected);
      } finally {
        world.azure.configure(id, {
          ...{ defaultAction: "Deny", publicNetworkAccess: "Enabled", lock: null },
          properties: { anonymousPullEnabled: false, adminUserEnabled: false },
          ...{ mayRead: true, permissions: ["*"] },
        });
      }
    });
  }

  it("knows a ledger that another key has sealed", async () => {
    const all = await examined({ LEDGER_KEY: "a key that these tags were not sealed with" });
    says(all, ["fail", "acrdemomagic", "Tags of acrdemomagic look like mine", "--query tags"]);
    const next = `the next key of the workers of these tests,${world.settings["LEDGER_KEY"] ?? ""}`;
    const former = await examined({ LEDGER_KEY: next });
    says(former, ["warn", "acrdemomagic", "some of it sealed with a former LEDGER_KEY"]);
    says(await examined({ LEDGER: "off", LEDGER_KEY: "" }), ["warn", "settings", "LEDGER is off"]);
  });

  it("waits ten seconds for what hangs, and for nothing else", async () => {
    const fault: Fault = { fault: "hang", match: { path: "acrdemobasic", times: 50 } };
    world.azure.fault(fault);
    const began = performance.now();
    const all = await examined();
    world.azure.clearFaults();
    says(all, ["fail", "acrdemobasic", "did not answer in 10 s", "az acr show -n acrdemobasic"]);
    says(all, ["pass", "acrdemomagic", "Premium, read as"]);
    assert.ok(performance.now() - began < 18_000);
  });

  it("says which setting is wrong, and looks at what is left", async () => {
    const all = await examined({
      LEDGER_KEY: "",
      PORT: "eighty",
      PUBLIC_URL: "http://example.com",
    });
    says(all, ["fail", "settings", "LEDGER_KEY: is needed", "openssl rand -base64 32"]);
    says(all, ["fail", "settings", "PORT: must be", "grep -n -B3 PORT .env.example"]);
    says(all, ["fail", "settings", "PUBLIC_URL: must be an https URL"]);
    says(all, ["pass", "store", "can be read"]);
    const none = await runCommand(["doctor", "--json"], {});
    says(report.parse(JSON.parse(none.stdout)), ["fail", "settings", "DRAWBRIDGE_POLICY", "cp "]);
  });

  it("finds no identity, no bot and no page where there are none", async () => {
    const all = await examined({ IDENTITY_HEADER: "wrong", PUBLIC_URL: "http://127.0.0.1:9" });
    says(all, ["fail", "identity", "", "az identity show"]);
    says(all, ["fail", "bot credentials", "", "az ad app show --id"]);
    says(all, ["fail", "public URL", "fetch failed", "curl -sSI http://127.0.0.1:9/p/"]);
    says(all, ["fail", "acrdemomagic", "", "az role assignment list"]);
  });

  it("tells its own page from others, and from itself under another name", async () => {
    const operations = `http://127.0.0.1:${world.settings["OPERATIONS_PORT"] ?? ""}`;
    says(await examined({ PUBLIC_URL: operations }), ["fail", "public URL", "Something else"]);
    const named = new URL(world.botUrl).origin.replace("127.0.0.1", "localhost");
    says(await examined({ PUBLIC_URL: named }), ["fail", "public URL", "by another name"]);
    const behind = await examined({ PUBLIC_URL: "https://localhost:9" });
    says(behind, ["fail", "client address", "ends TLS", "CLIENT_ADDRESS=container-apps"]);
  });

  it("compares the policy of the processes with the file, and says when that can't be used", async () => {
    const text = await readFile(world.settings["DRAWBRIDGE_POLICY"] ?? "", "utf8");
    const other = join(folder, "other.yaml");
    await writeFile(other, `${text}\n# another text\n`);
    const all = await examined({ DRAWBRIDGE_POLICY: other });
    says(all, ["warn", "policy in use", "goes by another file", `policy check ${other}`]);
    await writeFile(other, text.replace("max: 8h", "max: 8x"));
    const bad = await examined({ DRAWBRIDGE_POLICY: other });
    says(bad, ["fail", "policy", "defaults.duration.max", `policy check ${other}`]);
    await writeFile(other, text.replace(/platform: \[.*\]/, "platform: []"));
    const nobody = await examined({ DRAWBRIDGE_POLICY: other });
    says(nobody, ["warn", "policy", "acrdemomagic: NOBODY CAN APPROVE"]);
  });

  it("looks no further into a store that is not there", async () => {
    const all = await examined({ SQLITE_FILE: join(folder, "none.sqlite") });
    says(all, ["fail", "store", "There is no store at", "ls -l"]);
  });

  it("sees clocks that differ", async () => {
    world.azure.advanceClock(10 * 60_000);
    says(await examined(), [
      "fail",
      "clocks",
      "behind Azure's. Beyond a minute nothing is opened.",
      "timedatectl",
    ]);
  });
});
