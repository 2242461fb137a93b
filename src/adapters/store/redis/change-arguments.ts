import type { Change, Put, WakeKey } from "../../../application/store.ts";
import { indexEntries, LEASES_FOR } from "../index-entries.ts";
import { auditCodec, textOf } from "../record-codec.ts";
import type { Keys } from "./keys.ts";
import { pack } from "./packed-text.ts";

/** A key of a wake list as scripts/commit.lua needs it: full names of its list and its hold, and its own. */
type WrittenKey = {
  readonly list: string;
  readonly hold: string;
  readonly key: string;
  readonly name: WakeKey["list"];
};

/**
 * A change as scripts/commit.lua reads it, without the packed texts of its puts: JSON has no bytes. All numbers are
 * whole, all times milliseconds since 1970.
 */
type WrittenChange = {
  readonly notAfter: number;
  readonly rememberedMs: number;
  readonly auditKeptMs: number;
  readonly channel: string;
  readonly holds: readonly (WrittenKey & { readonly fence: number })[];
  readonly puts: readonly {
    readonly record: string;
    readonly version: number;
    readonly indexes: readonly {
      readonly index: string;
      readonly member: string;
      readonly score: number;
      readonly present: boolean;
      /** Names the index as long as it has members. */
      readonly listedIn?: string;
    }[];
  }[];
  readonly expiries: readonly { readonly record: string; readonly afterMs: number }[];
  readonly audit: readonly string[];
  readonly wakes: readonly (WrittenKey & { readonly at: number })[];
  readonly release?: WrittenKey & { readonly nextLookAt?: number };
};

/** Everything that can be wrong with a change throws here, before anything was sent. */
export function changeArguments(
  change: Change,
  keys: Keys,
  times: { readonly rememberedMs: number; readonly auditKeptMs: number },
): readonly [change: string, ...texts: Buffer[]] {
  const texts = (change.put ?? []).map((put) => pack(textOf(put)));
  return [JSON.stringify(writtenChange(change, keys, times)), ...texts];
}

function writtenChange(
  change: Change,
  keys: Keys,
  times: { readonly rememberedMs: number; readonly auditKeptMs: number },
): WrittenChange {
  const { under, release } = change;
  const holds = [under, release?.hold].filter((hold) => hold !== undefined);
  return {
    notAfter: msOf(change.notAfter),
    rememberedMs: whole(times.rememberedMs),
    auditKeptMs: whole(times.auditKeptMs),
    channel: keys.wokenChannel,
    holds: holds.map((hold) => ({ ...writtenKey(hold, keys), fence: whole(hold.fence) })),
    puts: (change.put ?? []).map((put) => writtenPut(put, keys)),
    expiries: (change.expire ?? []).map(({ kind, id, afterMs }) => ({
      record: keys.record(kind, id),
      afterMs: whole(afterMs),
    })),
    audit: (change.audit ?? []).map(auditCodec.encode),
    wakes: (change.wake ?? []).map((wake) => ({ ...writtenKey(wake, keys), at: msOf(wake.at) })),
    ...(release && {
      release: {
        ...writtenKey(release.hold, keys),
        ...(release.nextLookAt && { nextLookAt: msOf(release.nextLookAt) }),
      },
    }),
  };
}

function writtenPut(put: Put, keys: Keys): WrittenChange["puts"][number] {
  const { id, version } = put.value;
  return {
    record: keys.record(put.kind, id),
    version,
    indexes: indexEntries(put).map((entry) => ({
      ...entry,
      index: keys.index(entry.index),
      ...(entry.index.startsWith(LEASES_FOR) && { listedIn: keys.leaseIndexes }),
    })),
  };
}

function writtenKey({ list, key }: WakeKey, keys: Keys): WrittenKey {
  return { list: keys.wakeList(list), hold: keys.hold(list, key), key, name: list };
}

function msOf(time: Date): number {
  return whole(time.getTime());
}

/** The number itself. What is no number in JSON would fail in the middle of a script, after its first write. */
export function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  return value;
}
