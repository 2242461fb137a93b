import type { Idle, Put, WakeKey } from "../../../application/store.ts";
import type { ClaimedTexts } from "../claimed-texts.ts";
import { whole } from "./change-arguments.ts";
import type { Ask } from "./connection.ts";
import type { Keys } from "./keys.ts";
import { claimReply, jsonOf } from "./replies.ts";

/** Which list to claim from, for how long, and what belongs to the snapshot. */
export type ClaimWish = {
  readonly list: WakeKey["list"];
  readonly holdMs: number;
  /** Records of the key itself. */
  readonly kinds: readonly Put["kind"][];
  /** Prefix of the index whose members are leases of the key; empty when there is none. */
  readonly index: string;
};

/** Asks scripts/claim.lua. */
export async function claimKey(
  ask: Ask,
  keys: Keys,
  { list, holdMs, kinds, index }: ClaimWish,
): Promise<ClaimedTexts | Idle> {
  const reply = await ask((redis) =>
    redis.claimKeyBuffer(
      keys.wakeList(list),
      keys.fence,
      whole(holdMs),
      keys.hold(list, ""),
      index,
      keys.record("lease", ""),
      ...kinds.map((kind) => keys.record(kind, "")),
    ),
  );
  const parsed = claimReply.parse(reply);
  if (parsed[0] === "idle") return { kind: "idle", now: parsed[1], nextAt: parsed[2] ?? undefined };
  const [, now, key, fence, texts, leases] = parsed;
  return {
    kind: "claimed",
    now,
    key,
    fence,
    heldForMs: holdMs,
    records: Object.fromEntries(kinds.map((kind, i) => [kind, texts[i] ?? undefined])),
    leases: leases.map(([id, stored]) => ({ id, stored, text: () => jsonOf(stored) })),
  };
}
