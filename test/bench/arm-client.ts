import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import type { AccessToken } from "@azure/identity";
import { z } from "zod";
import type { RegistryId } from "../../src/domain/ids.ts";

const ANSWER_WITHIN_MS = 60_000;
const issued = z.object({ access_token: z.string(), expires_on: z.coerce.number() });

/** Azure's own SDK and nothing else: what anybody would write first. */
export type ArmClient = {
  readRules(registry: RegistryId): Promise<readonly string[]>;
  writeRules(registry: RegistryId, rules: readonly string[]): Promise<void>;
};

/** With a managed identity's token, as the worker has one. `settings` are those of AzureProcess. */
export function createArmClient(settings: Readonly<Record<string, string | undefined>>): ArmClient {
  const { ARM_ENDPOINT: endpoint = "" } = settings;
  let token: Promise<AccessToken> | undefined;
  const credential = { getToken: () => (token ??= tokenFrom(settings)) };
  const clients = new Map<string, ContainerRegistryManagementClient>();
  const clientFor = (subscription: string): ContainerRegistryManagementClient => {
    const client =
      clients.get(subscription) ??
      new ContainerRegistryManagementClient(credential, subscription, {
        endpoint,
        credentials: { scopes: ["https://management.azure.com/.default"] },
        retryOptions: { maxRetries: 0 },
      });
    clients.set(subscription, client);
    return client;
  };
  const abortSignal = (): AbortSignal => AbortSignal.timeout(ANSWER_WITHIN_MS);
  return {
    async readRules(registry) {
      const { subscription, group, name } = partsOf(registry);
      const options = { abortSignal: abortSignal() };
      const answer = await clientFor(subscription).registries.get(group, name, options);
      return answer.networkRuleSet?.ipRules?.map((rule) => rule.iPAddressOrRange) ?? [];
    },
    async writeRules(registry, rules) {
      const { subscription, group, name } = partsOf(registry);
      const ipRules = rules.map((iPAddressOrRange) => ({ action: "Allow", iPAddressOrRange }));
      const body = { networkRuleSet: { defaultAction: "Deny", ipRules } };
      const options = { abortSignal: abortSignal() };
      await clientFor(subscription).registries.update(group, name, body, options).pollUntilDone();
    },
  };
}

/** The calls that the worker makes to close a registry: a read, a write without `ours`, a read back. */
export async function closeRegistry(
  arm: ArmClient,
  registry: RegistryId,
  ours: ReadonlySet<string>,
): Promise<void> {
  const before = await arm.readRules(registry);
  await arm.writeRules(
    registry,
    before.filter((rule) => !ours.has(rule)),
  );
  await arm.readRules(registry);
}

async function tokenFrom(
  settings: Readonly<Record<string, string | undefined>>,
): Promise<AccessToken> {
  const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = settings;
  const query = "api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com";
  const answer = await fetch(`${IDENTITY_ENDPOINT}?${query}`, {
    headers: { "X-IDENTITY-HEADER": IDENTITY_HEADER },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const { access_token: token, expires_on: seconds } = issued.parse(await answer.json());
  return { token, expiresOnTimestamp: seconds * 1_000 };
}

function partsOf(registry: RegistryId) {
  const [, , subscription = "", , group = "", , , , name = ""] = registry.split("/");
  return { subscription, group, name };
}
