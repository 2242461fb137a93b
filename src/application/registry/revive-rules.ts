import { isAddress, parseAddress } from "../../domain/address.ts";
import { lastWriterOf } from "./last-writer.ts";
import type { RegistryView } from "../ports.ts";
import type { RegistryRound } from "./registry-round.ts";

/**
 * A rule that we removed a while ago and that is there again. Azure can't check our fence, so a paused worker's PATCH,
 * or one that hung, may land late: what came back by our own hand is ours once more, and goes unless a lease wants it.
 * What somebody else brought back is theirs from now on, and is told.
 */
export function reviveRules({ claim, draft, now }: RegistryRound, view: RegistryView): void {
  const at = now();
  const { tombstones, owned } = draft.record();
  const standing = tombstones.filter(({ until }) => at < until);
  const present = new Set((view.network?.rules ?? []).map(parseAddress).filter(isAddress));
  const gone = standing.filter(({ address }) => !present.has(address));
  if (gone.length === tombstones.length) return;
  // What a lease has been given again since did not come back by itself.
  const returned = standing.filter(
    ({ address }) => present.has(address) && !owned.includes(address),
  );

  const byUs = lastWriterOf(draft.record(), view) === "us";
  for (const { address } of returned) {
    draft.note({ kind: "rule.came-back", registry: claim.registry, address, byUs });
  }
  draft.update({
    tombstones: gone,
    ...(byUs ? { owned: [...new Set([...owned, ...returned.map(({ address }) => address)])] } : {}),
  });
}
