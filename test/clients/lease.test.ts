import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import * as z from "zod";
import { helloImage } from "../emulators/azure/image.ts";
import { visit } from "../emulators/azure/visitor.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { describeUnless } from "../needs-redis.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";
import { startAddressRelay, type AddressRelay } from "./address-relay.ts";
import { startAzureCli, type AzureCli } from "./azure-cli.ts";
import { clientsMissing } from "./needs-clients.ts";
import { inspectImage, type RegistryCredentials } from "./skopeo.ts";

const REGISTRY = "acrdemomagic";
const FOREIGN = "192.0.2.10";
/** Where every client on this machine comes from, unless something is done about it. */
const HERE = "127.0.0.1";
const ELSEWHERE = "127.0.0.2";
/** Long enough for everything that is tried during the lease, some three seconds. */
const LEASE = "20s";
/** The user name that tells a registry that the password is a token of its own. */
const TOKEN_USER = "00000000-0000-0000-0000-000000000000";
const exposedToken = z.object({ loginServer: z.string(), accessToken: z.string() });
const inspected = z.object({ Name: z.string(), Digest: z.string(), RepoTags: z.array(z.string()) });

describeUnless(clientsMissing, "skopeo and the Azure CLI at a registry's door", () => {
  let world: World;
  let cli: AzureCli;
  let robin: TeamsClient;
  let alex: TeamsClient;
  let loginServer: string;
  let fromHere: AddressRelay;
  let fromElsewhere: AddressRelay;
  let credentials: RegistryCredentials | undefined;
  const started: (() => Promise<void>)[] = [];

  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    started.push(() => world.stop());
    await world.start();
    [robin, alex] = [world.client("robin"), world.client("alex")];
    for (const client of [robin, alex]) await client.install();
    cli = await startAzureCli(world.azure);
    started.push(() => cli.remove());
    await cli.json("login", "--identity");

    const found = world.azure.registries.find(({ id }) => id.endsWith(REGISTRY));
    loginServer = found?.loginServer ?? "";
    const port = Number(new URL(`https://${loginServer}`).port);
    fromHere = await startAddressRelay(port, HERE);
    started.push(() => fromHere.close());
    fromElsewhere = await startAddressRelay(port, ELSEWHERE);
    started.push(() => fromElsewhere.close());
  });
  after(async () => {
    for (const end of started.toReversed()) await end();
  });

  const rules = (): readonly string[] | undefined =>
    world.azure.history().findLast(({ registry }) => registry.endsWith(REGISTRY))?.rules;
  const inspect = (server: string) =>
    inspectImage(`${server}/hello:latest`, world.azure.caFile, credentials);
  const through = ({ port }: AddressRelay): string => `localhost:${String(port)}`;

  /** skopeo 1.9 tells the status of a refusal, not its body. */
  async function assertRefused(server: string): Promise<void> {
    const { code, stderr } = await inspect(server);
    assert.notEqual(code, 0);
    assert.match(stderr, /403 \(Forbidden\)|not allowed access/);
  }

  async function assertInspected(server: string): Promise<void> {
    const { code, stdout, stderr } = await inspect(server);
    assert.equal(code, 0, stderr);
    const image = inspected.parse(JSON.parse(stdout));
    const { manifest, repository, tag } = helloImage();
    assert.deepEqual(image, {
      Name: `${server}/${repository}`,
      Digest: manifest.digest,
      RepoTags: [tag],
    });
  }

  it("is refused before, and told from which address it came", async () => {
    await assertRefused(loginServer);
    await assertRefused(through(fromHere));
    await assertRefused(through(fromElsewhere));
    const login = await cli.run("acr", "login", "--name", REGISTRY, "--expose-token");
    assert.notEqual(login.code, 0);
    for (const [relay, address] of [
      [fromHere, HERE],
      [fromElsewhere, ELSEWHERE],
    ] as const) {
      const { status, body } = await visit(world.azure, `https://${through(relay)}/v2/`);
      assert.equal(status, 403);
      assert.ok(body.includes(`client with IP \\u0027${address}\\u0027 is not allowed access`));
    }
  });

  it("gets in during a lease, from the leased address only", async () => {
    await robin.say(`allow ${HERE} for ${LEASE} on ${REGISTRY} because a real client`);
    const asked = await alex.waitForCard(shownCard("Open a registry?", HERE));
    await assertRefused(loginServer);
    await alex.click(asked, "approve");
    await robin.waitForCard(shownCard("Open", HERE, "Rule seen"));

    const exposed = exposedToken.parse(
      await cli.json("acr", "login", "--name", REGISTRY, "--expose-token"),
    );
    assert.equal(exposed.loginServer, loginServer);
    credentials = { username: TOKEN_USER, password: exposed.accessToken };
    await assertInspected(loginServer);
    // The relay itself is no reason to be refused: what counts is the address that it comes from.
    await assertInspected(through(fromHere));
    await assertRefused(through(fromElsewhere));

    const listed = await cli.json("acr", "network-rule", "list", "--name", REGISTRY);
    assert.deepEqual(listed, {
      ipRules: [FOREIGN, HERE].map((address) => ({ action: "Allow", ipAddressOrRange: address })),
      virtualNetworkRules: [],
    });
    assert.deepEqual(rules(), [FOREIGN, HERE], "the lease lasted for as long as all of this took");
  });

  it("is refused again after the lease, with the same token in hand", async () => {
    await robin.waitForCard(shownCard("Closed", HERE, "The time was up."), { timeoutMs: 30_000 });
    assert.deepEqual(rules(), [FOREIGN]);
    await assertRefused(loginServer);
    await assertRefused(through(fromHere));
    await assertRefused(through(fromElsewhere));
  });
});
