import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { startAzureEmulator, type AzureEmulator } from "../emulators/azure/emulator.ts";
import { SAMPLE_REGISTRIES } from "../emulators/azure/samples.ts";
import { SUBSCRIPTION } from "../emulators/azure/visitor.ts";
import { describeUnless } from "../needs-redis.ts";
import { startAzureCli, type AzureCli } from "./azure-cli.ts";
import { clientsMissing } from "./needs-clients.ts";

const PREMIUM = "acrdemomagic";
const BASIC = "acrdemobasic";
const GROUP = "rg-drawbridge-demo";
const FOREIGN = "192.0.2.10";
const NEW = "203.0.113.7";

describeUnless(clientsMissing, "the Azure CLI, with the emulator as its cloud", () => {
  let azure: AzureEmulator;
  let cli: AzureCli;
  const started: (() => Promise<void>)[] = [];

  before(async () => {
    azure = await startAzureEmulator({ registries: SAMPLE_REGISTRIES });
    started.push(() => azure.stop());
    cli = await startAzureCli(azure);
    started.push(() => cli.remove());
  });
  after(async () => {
    for (const end of started.toReversed()) await end();
  });

  const rules = (name: string): readonly string[] | undefined =>
    azure.history().findLast(({ registry }) => registry.endsWith(name))?.rules;
  const patches = (): readonly unknown[] =>
    azure
      .journal()
      .filter(({ method }) => method === "PATCH")
      .map(({ body }) => body);
  /** What stands on the error stream of a command that fails. */
  const refusal = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await cli.run(...args);
    assert.notEqual(code, 0, `az ${args.join(" ")} should have failed`);
    return stderr;
  };

  it("logs in with a managed identity, and finds the subscription", async () => {
    await cli.json("login", "--identity");
    const query = "{cloud: environmentName, id: id, state: state, type: user.type}";
    assert.deepEqual(await cli.json("account", "show", "--query", query), {
      cloud: "DrawbridgeEmulator",
      id: SUBSCRIPTION,
      state: "Enabled",
      type: "servicePrincipal",
    });
  });

  it("logs in on a virtual machine, too", async () => {
    const other = await startAzureCli(azure, "a virtual machine's extension");
    started.push(() => other.remove());
    await other.json("login", "--identity");
    assert.deepEqual(await other.json("acr", "list", "--query", "[].name"), [PREMIUM, BASIC]);
  });

  it("finds a registry by its name alone, and shows its SKU", async () => {
    assert.deepEqual(await cli.json("acr", "show", "--name", PREMIUM, "--query", "sku"), {
      name: "Premium",
      tier: "Premium",
    });
  });

  it("lists the rules, virtual networks among them", async () => {
    assert.deepEqual(await cli.json("acr", "network-rule", "list", "--name", PREMIUM), {
      ipRules: [{ action: "Allow", ipAddressOrRange: FOREIGN }],
      virtualNetworkRules: [],
    });
  });

  it("adds a rule behind the others, and removes it again", async () => {
    const change = (verb: string): Promise<unknown> =>
      cli.json(
        ...["acr", "network-rule", verb, "--name", PREMIUM, "--ip-address", NEW],
        ...["--query", "networkRuleSet.ipRules[].ipAddressOrRange"],
      );
    assert.deepEqual(await change("add"), [FOREIGN, NEW]);
    assert.deepEqual(rules(PREMIUM), [FOREIGN, NEW]);
    assert.deepEqual(await change("remove"), [FOREIGN]);
    assert.deepEqual(rules(PREMIUM), [FOREIGN]);
  });

  it("sees a /32 become an address, which it then has to remove as an address", async () => {
    const ofPremium = ["--name", PREMIUM, "--ip-address"];
    await cli.json("acr", "network-rule", "add", ...ofPremium, `${NEW}/32`);
    assert.deepEqual(rules(PREMIUM), [FOREIGN, NEW]);
    await cli.json("acr", "network-rule", "remove", ...ofPremium, `${NEW}/32`);
    assert.deepEqual(rules(PREMIUM), [FOREIGN, NEW]);
    await cli.json("acr", "network-rule", "remove", ...ofPremium, NEW);
    assert.deepEqual(rules(PREMIUM), [FOREIGN]);
  });

  it("changes the default action, which leaves the rules as they are", async () => {
    for (const action of ["Allow", "Deny"]) {
      const ruleSet = await cli.json(
        ...["acr", "update", "--name", PREMIUM, "--default-action", action],
        ...["--query", "networkRuleSet.[defaultAction, ipRules[].ipAddressOrRange]"],
      );
      assert.deepEqual(ruleSet, [action, [FOREIGN]]);
      // What it sends has no list at all.
      const sent = { properties: { networkRuleSet: { defaultAction: action } } };
      assert.deepEqual(patches().at(-1), sent);
    }
  });

  it("opens the way for rules by a change of SKU", async () => {
    const add = ["acr", "network-rule", "add", "--name", BASIC, "--ip-address", NEW];
    assert.match(await refusal(...add), /only supported for managed registries in Premium SKU/);
    const update = ["acr", "update", "--name", BASIC, "--sku", "Premium"];
    assert.equal(await cli.json(...update, "--query", "sku.name"), "Premium");
    const lock = ["acr", "update", "--name", BASIC, "--default-action", "Deny"];
    assert.equal(await cli.json(...lock, "--query", "networkRuleSet.defaultAction"), "Deny");
    await cli.json(...add);
    assert.deepEqual(rules(BASIC), [NEW]);
  });

  it("passes on what Azure refuses, and why", async () => {
    const show = ["acr", "show", "--name"];
    assert.match(await refusal(...show, "acrnowhere"), /could not be found in subscription/);
    assert.match(
      await refusal(...show, "acrnowhere", "--resource-group", GROUP),
      /\(ResourceNotFound\) The Resource 'Microsoft.ContainerRegistry\/registries\/acrnowhere'/,
    );
    const add = ["acr", "network-rule", "add", "--name", PREMIUM, "--ip-address"];
    assert.match(await refusal(...add, "2001:db8::7"), /\(BadRequest\)/);
    const id = azure.registries.find((registry) => registry.id.endsWith(PREMIUM))?.id ?? "";
    azure.externalWrite(
      id,
      Array.from({ length: 200 }, (_, i) => `198.51.100.${String(i)}`),
    );
    assert.match(
      await refusal(...add, NEW),
      /\(BadRequest\) The requested feature IP rule exceeds allowed quota 200 for the SKU Premium/,
    );
  });
});
