import type { Read, Tally } from "../../../application/store.ts";
import type { RegistryId } from "../../../domain/ids.ts";
import { leasesFor, pendingFor } from "../index-entries.ts";
import type { Ask } from "./connection.ts";
import type { Keys } from "./keys.ts";
import { tallyReply } from "./replies.ts";

/** Asks scripts/tally.lua. */
export async function tallyUp(
  ask: Ask,
  { wakeList, index }: Keys,
  registries: readonly RegistryId[],
): Promise<Read<Tally>> {
  const lists = [wakeList("registry"), wakeList("conversation")] as const;
  const indexes = registries.flatMap((id) => [index(leasesFor(id)), index(pendingFor(id))]);
  const reply = await ask((redis) => redis.tallyUp(...lists, ...indexes));
  const [now, registry, conversation, counts] = tallyReply.parse(reply);
  const each = registries.map((id, i) => {
    const [leases = 0, pending = 0, oldest = null] = counts[i] ?? [];
    return { registry: id, leases, pending, oldestPendingAt: oldest ?? undefined };
  });
  return { now, value: { registries: each, wakeLists: { registry, conversation } } };
}
