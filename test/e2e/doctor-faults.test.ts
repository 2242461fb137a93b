import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { unseenRegistry } from "../../src/application/registry/registry-draft.ts";
import type { Put, RegistryRecord, Store } from "../../src/application/store.ts";
import { parseRegistryId, type RegistryId } from "../../src/domain/ids.ts";
import { startNameServer } from "../world/name-server.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";
import { examine, says, type Report } from "./doctor-report.ts";
import { overdueLease } from "./overdue-lease.ts";

const MINUTE_MS = 60_000;
const BY_A_NAME_SERVER = new URL("../world/ask-name-server.mjs", import.meta.url).href;

/** What no process that runs would leave so: each planted behind its back, in Azure, the store or the names. */
describe("drawbridge doctor, of what was planted,", () => {
  let world: World;
  let store: Store;
  let folder: string;
  let id: RegistryId;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "drawbridge-doctor-"));
    world = await startWorld({ store: await sqliteStore() });
    store = await world.store.open();
    const parsed = parseRegistryId(world.registryId("acrdemomagic"));
    assert.ok(parsed !== undefined);
    id = parsed;
  });
  afterEach(async () => {
    world.azure.clearFaults();
    await world.azure.reset();
  });
  after(async () => {
    await store.close();
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const examined = (over: Readonly<Record<string, string>> = {}): Promise<Report> =>
    examine({ ...world.settings, ...over });

  async function write(...put: readonly Put[]): Promise<void> {
    const soon = AbortSignal.timeout(10_000);
    const notAfter = new Date(Date.now() + MINUTE_MS);
    const { kind } = await store.commit({ opId: randomUUID(), notAfter, put }, soon);
    assert.equal(kind, "committed");
  }

  /** Writes what a worker would have written of the registry so long ago. */
  async function lookedAgo(ms: number, over: Partial<RegistryRecord> = {}): Promise<void> {
    const { value } = await store.registry(id, AbortSignal.timeout(5_000));
    const observed: RegistryRecord["observed"] = {
      ...{ at: new Date(Date.now() - ms), lastModifiedAt: undefined, sku: "Premium", rules: [] },
      ...{ loginServer: "acrdemomagic.azurecr.io", defaultAction: "Deny" },
      ...{ publicNetworkAccess: true, slots: { used: 0, limit: 200 } },
    };
    const version = (value?.version ?? 0) + 1;
    await write({
      kind: "registry",
      value: { ...unseenRegistry(id), observed, ...over, version },
    });
  }

  it("counts the virtual network rules that Azure hides from the version that is written with", async () => {
    const subnet =
      "/subscriptions/s/resourceGroups/g/providers/x/virtualNetworks/v/subnets/default";
    world.azure.configure(id, { virtualNetworkRules: [`${subnet}1`, `${subnet}2`] });
    says(await examined(), [
      "warn",
      "acrdemomagic",
      "acrdemomagic has 2 virtual network rules.",
      "az acr network-rule list -n acrdemomagic --query virtualNetworkRules",
    ]);
  });

  it("warns of a registry that is nearly full, fails a full one, and warns when it can't know", async () => {
    const mend = "az acr network-rule list -n acrdemomagic";
    const values = Array.from({ length: 9 }, (_, n) => `192.0.2.${String(n + 10)}`);
    world.azure.externalWrite(id, values);
    world.azure.configure(id, { ipRuleQuota: 11 });
    const roomy = await examined();
    says(roomy, ["pass", "acrdemomagic", "9 of 11 rules."]);
    assert.ok(!roomy.checks.some((each) => each.says.includes("rules are used")));
    world.azure.configure(id, { ipRuleQuota: 10 });
    says(await examined(), ["warn", "acrdemomagic", "9 of 10 rules are used.", mend]);
    world.azure.configure(id, { ipRuleQuota: 9 });
    says(await examined(), ["fail", "acrdemomagic", "9 of 9 rules; no more fit", mend]);
    world.azure.fault({ fault: "not-authorized", match: { path: "listUsages", times: 9 } });
    says(await examined(), [
      "warn",
      "acrdemomagic",
      "How many rules it takes could not be seen",
      "az acr show-usage -n acrdemomagic",
    ]);
  });

  it("fails a registry that Azure does not know, and one that answers nonsense", async () => {
    world.azure.fault({ fault: "no-rule-set", match: { path: "acrdemomagic", times: 50 } });
    says(await examined(), [
      "fail",
      "acrdemomagic",
      "acrdemomagic can't be read (unreadable: NoNetworkRuleSet).",
      "az acr show -n acrdemomagic",
    ]);
    world.azure.clearFaults();
    world.azure.remove(id);
    const all = await examined();
    says(all, ["fail", "acrdemomagic", "Azure does not know acrdemomagic", "az acr show"]);
    says(all, ["warn", "clocks", "Azure's clock could not be seen"]);
  });

  it("warns of clocks that differ by less than stops anything", async () => {
    world.azure.advanceClock(20_000);
    says(await examined(), ["warn", "clocks", " s behind Azure's.", "timedatectl set-ntp true"]);
  });

  it("fails a lease that is past its end and not closed", async () => {
    says(await examined(), ["pass", "store", "Nothing is overdue."]);
    const { lease, request } = overdueLease(world, "203.0.113.7");
    await write({ kind: "lease", value: lease }, { kind: "request", value: request });
    says(await examined(), ["fail", "store", "1 lease is OVERDUE", "drawbridge sweep"]);
  });

  it("fails workers that are silent, and rounds that fail; and tells what only rounds find", async () => {
    const worker = "acrdemomagic, worker";
    const mend = "drawbridge sweep --registry acrdemomagic";
    says(await examined(), ["warn", worker, "No worker has looked at it yet.", mend]);
    await lookedAgo(14 * MINUTE_MS);
    says(await examined(), ["pass", worker, "A worker read it "]);
    await lookedAgo(16 * MINUTE_MS);
    says(await examined(), ["fail", worker, "No worker has read it since ", mend]);
    await lookedAgo(0, { failures: 3, lastFailure: "wait TooManyRequests" });
    says(await examined(), [
      "fail",
      worker,
      "The last 3 looks failed (wait TooManyRequests).",
      mend,
    ]);
    await lookedAgo(0, {
      findings: [
        { kind: "rules-removed", count: 2 },
        { kind: "ledger-not-written", code: "AuthorizationFailed" },
      ],
    });
    const told = await examined();
    says(told, [
      "warn",
      worker,
      "Somebody else removed 2 rules",
      "drawbridge rules --registry acrdemomagic",
    ]);
    says(told, ["fail", worker, "Nothing is opened on acrdemomagic until", "--query tags"]);
  });

  it("warns of a public name with an IPv6 address, and fails one for those who come over IPv6", async () => {
    const names = await startNameServer(new Set(["six.example.com"]));
    const examinedAt = (urls: Readonly<Record<string, string>>): Promise<Report> =>
      examined({
        ...{ NODE_OPTIONS: `--import ${BY_A_NAME_SERVER}`, NAME_SERVER: names.at },
        ...{ CLIENT_ADDRESS: "container-apps", ...urls },
      });
    const check = "IPv4 URL, names";
    try {
      says(await examinedAt({ PUBLIC_URL: "https://six.example.com" }), [
        "warn",
        check,
        "PUBLIC_URL has an IPv6 address",
        "dig AAAA six.example.com",
      ]);
      const same = { PUBLIC_URL: "https://four.example.com" };
      says(await examinedAt(same), ["pass", check, "four.example.com has no IPv6 address."]);
      const second = { ...same, PROOF_IPV4_URL: "https://six.example.com" };
      says(await examinedAt(second), [
        "fail",
        check,
        "PROOF_IPV4_URL has an IPv6 address",
        "dig AAAA six.example.com",
      ]);
      assert.deepEqual(
        [...new Set(names.asked)],
        ["six.example.com", "four.example.com"],
        "nobody else was asked",
      );
    } finally {
      await names.stop();
    }
    says(await examined({ PUBLIC_URL: "" }), ["warn", "public URL", "PUBLIC_URL is not set"]);
  });

  it("fails a policy without registries, and one of another tenant", async () => {
    const text = await readFile(world.settings["DRAWBRIDGE_POLICY"] ?? "", "utf8");
    const file = join(folder, "policy.yaml");
    const at = text.indexOf("registries:");
    await writeFile(file, `${text.slice(0, at)}registries: {}\n`);
    const none = await examined({ DRAWBRIDGE_POLICY: file });
    says(none, ["fail", "policy", "It names no registry.", `policy check ${file}`]);
    await writeFile(file, text.replace(/^tenant:.*$/m, `tenant: ${randomUUID()}`));
    const other = await examined({ DRAWBRIDGE_POLICY: file });
    says(other, ["fail", "policy", "Its tenant is not MicrosoftAppTenantId"]);
  });
});
