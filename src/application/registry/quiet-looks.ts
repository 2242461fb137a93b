import type { RegistryId } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import type { RegistryView } from "../ports.ts";
import type { RegistryClaim, RegistryRecord } from "../store.ts";

/** All that a look at a registry goes by, but for the time. */
export type Seen = {
  readonly policy: Policy;
  /** Leases and freeze, as the claim has them from the store. */
  readonly claim: Pick<RegistryClaim, "registry" | "asStored">;
  /** As it was before the look. */
  readonly record: RegistryRecord;
  readonly view: RegistryView;
};

/**
 * Which looks of this process had nothing to do: another one that sees the same, in every byte, has nothing to do
 * either, as long as no time has come that it would have acted on.
 */
export type QuietLooks = {
  /** When such a time comes, in ms since 1970; `undefined` when no look that saw this is known to have been quiet. */
  untilMs(seen: Seen): number | undefined;
  /** One look at each registry is remembered: the last one that was quiet. */
  remember(seen: Seen, untilMs: number): void;
};

/** Starts empty: after a restart every registry is looked at properly. `digestOf`: no two texts have the same. */
export function createQuietLooks(digestOf: (text: string) => string): QuietLooks {
  const looks = new Map<RegistryId, { readonly seen: string; readonly untilMs: number }>();
  let policyOfLooks: Policy | undefined;
  const textOf = ({ claim, record, view }: Seen): string =>
    JSON.stringify([claim.asStored, withoutTime(record), { ...view, answeredAt: undefined }]);
  return {
    untilMs(seen) {
      const look = looks.get(seen.claim.registry);
      if (look === undefined || seen.policy !== policyOfLooks) return undefined;
      return look.seen === digestOf(textOf(seen)) ? look.untilMs : undefined;
    },
    remember(seen, untilMs) {
      // Nothing that was seen under another policy counts any more, and what left the policy is forgotten.
      if (seen.policy !== policyOfLooks) looks.clear();
      policyOfLooks = seen.policy;
      looks.set(seen.claim.registry, { seen: digestOf(textOf(seen)), untilMs });
    },
  };
}

/** The record but for what every look changes: how often it was written, and when the registry was observed. */
function withoutTime({ observed, ...record }: RegistryRecord): object {
  return { ...record, version: undefined, observed: { ...observed, at: undefined } };
}

/** Whether a look has left the record as it found it, but for that. */
export function isAsBefore(before: RegistryRecord | undefined, after: RegistryRecord): boolean {
  return (
    before?.observed !== undefined &&
    JSON.stringify(withoutTime(before)) === JSON.stringify(withoutTime(after))
  );
}
