import { z } from "zod";
import { within } from "../../application/deadline.ts";
import type { SubscriptionClients } from "./arm-clients.ts";
import type { RegistryExtras } from "./registry-view.ts";

type Call = { readonly subscription: string; readonly group: string; readonly name: string };

const GOOD_FOR_MS = 60 * 60_000;
const ANSWER_WITHIN_MS = 5_000;
const TRY_AGAIN_AFTER_MS = 5 * 60_000;

const withVnetRules = z.object({
  properties: z.object({
    networkRuleSet: z.object({ virtualNetworkRules: z.array(z.unknown()).optional() }).optional(),
  }),
});

/**
 * The limit of rules (`listUsages`, a right that the worker need not have) and the hidden virtual network rules,
 * asked for once an hour and registry. What can't be had is left out: neither may stop a removal.
 */
export function createRegistryExtras(
  clients: (subscription: string) => SubscriptionClients,
  monotonicMs: () => number,
): (call: Call, signal: AbortSignal) => Promise<RegistryExtras> {
  const known = new Map<string, { readonly until: number; readonly extras: RegistryExtras }>();
  return async (call, signal) => {
    const key = `${call.subscription}/${call.group}/${call.name}`;
    const kept = known.get(key);
    if (kept !== undefined && monotonicMs() < kept.until) return kept.extras;
    const { reader, vnetReader } = clients(call.subscription);
    const { group, name } = call;
    const abortSignal = within(ANSWER_WITHIN_MS, signal);
    const [usage, vnet] = await Promise.allSettled([
      reader.registries.listUsages(group, name, { abortSignal }),
      countVnetRules(vnetReader, call, abortSignal),
    ]);
    const extras: RegistryExtras = {
      ruleLimit:
        usage.status === "fulfilled"
          ? usage.value.value?.find((one) => one.name === "IPRules")?.limit
          : kept?.extras.ruleLimit,
      vnetRules: vnet.status === "fulfilled" ? vnet.value : (kept?.extras.vnetRules ?? 0),
    };
    const complete = usage.status === "fulfilled" && vnet.status === "fulfilled";
    known.set(key, {
      until: monotonicMs() + (complete ? GOOD_FOR_MS : TRY_AGAIN_AFTER_MS),
      extras,
    });
    return extras;
  };
}

/** From the raw reply: the SDK's model of the current version drops what it does not know. */
async function countVnetRules(
  client: SubscriptionClients["vnetReader"],
  { group, name }: Call,
  abortSignal: AbortSignal,
): Promise<number> {
  let count = 0;
  await client.registries.get(group, name, {
    abortSignal,
    onResponse: ({ parsedBody }) => {
      const body = withVnetRules.safeParse(parsedBody);
      count = body.data?.properties.networkRuleSet?.virtualNetworkRules?.length ?? 0;
    },
  });
  return count;
}
