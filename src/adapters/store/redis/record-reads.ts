import type { Redis } from "ioredis";
import { sendTogether } from "./connection.ts";
import { recordsReply } from "./replies.ts";

/** One record's text, `null` when there is none, as of `now`. */
export type RecordRead = { readonly now: Date; readonly text: string | null };

/** More would keep everybody else waiting for one script. */
const AT_ONCE = 64;

/** The places of keys in one question, and its answer. */
type Batch = {
  readonly places: Map<string, number>;
  readonly answer: Promise<readonly [now: Date, texts: readonly (string | null)[]]>;
};

/**
 * Reads a record by its whole key. All that is asked for in one turn of the event loop is read by one script: a
 * question of its own for each record costs this process and Redis several times what the reading does. Rejects as
 * the connection does; how long it is waited for is up to who asks.
 */
export function recordReads(redis: Redis): (key: string) => Promise<RecordRead> {
  let open: Batch | undefined;
  return async (key) => {
    open ??= begin();
    const { places, answer } = open;
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    if (places.size === AT_ONCE) open = undefined;
    const [now, texts] = await answer;
    return { now, text: texts[place] ?? null };
  };

  function begin(): Batch {
    const places = new Map<string, number>();
    const turn = Promise.withResolvers<undefined>();
    const batch = { places, answer: turn.promise.then(() => ask([...places.keys()])) };
    process.nextTick(() => {
      if (open === batch) open = undefined;
      turn.resolve(undefined);
    });
    return batch;
  }

  async function ask(keys: readonly string[]): Promise<Awaited<Batch["answer"]>> {
    sendTogether(redis);
    return recordsReply.parse(await redis.readRecordsBuffer(keys.length, ...keys));
  }
}
