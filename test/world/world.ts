import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzureEmulator, type AzureEmulator } from "../emulators/azure/emulator.ts";
import { SAMPLE_REGISTRIES } from "../emulators/azure/samples.ts";
import { startConnector, type Connector } from "../emulators/teams/connector.ts";
import { APP_ID, PEOPLE, TENANT_ID, type TeamsPerson } from "../emulators/teams/people.ts";
import { createTeamsClient, type TeamsClient } from "../emulators/teams/teams-client.ts";
import { startTokenIssuer, type TokenIssuer } from "../emulators/teams/token-issuer.ts";
import { freePort } from "../free-port.ts";
import { policyText, type PolicyChoices } from "./policy-text.ts";
import { startProduct, type ProductProcess } from "./product-process.ts";
import type { ChosenStore } from "./store-choice.ts";

/** Everything that the product meets: Azure, Teams, a store, a policy. The product itself is started on demand. */
export type World = {
  readonly azure: AzureEmulator;
  readonly connector: Connector;
  readonly issuer: TokenIssuer;
  readonly store: ChosenStore;
  /** The bot's messaging endpoint; the same for every process that is started here. */
  readonly botUrl: string;
  /** The settings that a product process is started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** The ARM id of a registry by its name. */
  registryId(name: string): string;
  /** A Teams client for one of the people. */
  client(who: keyof typeof PEOPLE): TeamsClient;
  /** The same for anybody. */
  clientOf(person: TeamsPerson): TeamsClient;
  start(over?: Readonly<Record<string, string>>): Promise<ProductProcess>;
  /** Ends what was started here, processes first. */
  stop(): Promise<void>;
};

/** What to set up. */
export type WorldChoices = {
  readonly store: ChosenStore;
  readonly policy?: Omit<PolicyChoices, "registries">;
  /** How long a worker keeps a registry; short, so that a killed one's work is soon taken over. */
  readonly holdSeconds?: number;
  /** Further places that the bot may send to. */
  readonly connectorOrigins?: readonly string[];
  /** Who exists in Teams, besides whoever installs the app; everybody of `PEOPLE` by default. */
  readonly people?: readonly TeamsPerson[];
};

/** Starts the surroundings on loopback, with the two sample registries. */
export async function startWorld(choices: WorldChoices): Promise<World> {
  const { store, policy = {}, holdSeconds = 2, connectorOrigins = [] } = choices;
  const azure = await startAzureEmulator({ registries: SAMPLE_REGISTRIES });
  const issuer = await startTokenIssuer();
  const connector = await startConnector({
    ...(choices.people === undefined ? {} : { people: choices.people }),
    isBotToken: (token) => azure.tokens.resourceOf(token) === "https://api.botframework.com",
  });
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-world-"));
  const policyFile = join(folder, "policy.yaml");
  const registries = Object.fromEntries(
    azure.registries.map(({ id }) => [id.slice(id.lastIndexOf("/") + 1).toLowerCase(), id]),
  );
  await writeFile(policyFile, policyText({ ...policy, registries }));

  const [port, operationsPort] = [await freePort(), await freePort()];
  const botUrl = `http://127.0.0.1:${String(port)}/api/messages`;
  const settings = {
    ...store.settings,
    DRAWBRIDGE_POLICY: policyFile,
    MicrosoftAppId: APP_ID,
    MicrosoftAppType: "UserAssignedMSI",
    MicrosoftAppTenantId: TENANT_ID,
    BOT_OPENID_METADATA_URL: issuer.metadataUrl,
    BOT_CONNECTOR_ORIGINS: [new URL(connector.serviceUrl).origin, ...connectorOrigins].join(","),
    PORT: String(port),
    PUBLIC_URL: new URL(botUrl).origin,
    OPERATIONS_PORT: String(operationsPort),
    ARM_ENDPOINT: azure.armUrl,
    LEDGER_KEY: "a key that only the workers of these tests know",
    HOLD_SECONDS: String(holdSeconds),
    // Where Azure's and botbuilder's own credential classes find a managed identity, and whom to trust.
    IDENTITY_ENDPOINT: azure.tokenUrl,
    IDENTITY_HEADER: azure.identityHeader,
    NODE_EXTRA_CA_CERTS: azure.caFile,
  };
  const running: ProductProcess[] = [];
  const clientOf = (person: TeamsPerson): TeamsClient =>
    createTeamsClient({ botUrl, appId: APP_ID, tenantId: TENANT_ID, issuer, connector, person });
  return {
    azure,
    connector,
    issuer,
    store,
    botUrl,
    settings,
    registryId: (name) => registries[name] ?? "",
    client: (who) => clientOf(PEOPLE[who]),
    clientOf,
    async start(over = {}) {
      const product = await startProduct({ ...settings, ...over });
      running.push(product);
      return product;
    },
    async stop() {
      const stopped = await Promise.allSettled(running.map((product) => product.stop()));
      await Promise.all([connector.stop(), issuer.stop(), azure.stop()]);
      await store.remove();
      await rm(folder, { recursive: true, force: true });
      // A product that printed what it must not; a server left open here would keep the test from ending.
      for (const one of stopped) if (one.status === "rejected") throw one.reason;
    },
  };
}
