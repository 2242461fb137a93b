import { UnreadableRecord } from "./store.ts";

/** What was read; `undefined` when this version can't read it: a newer one may, so the rest goes on without it. */
export async function ifReadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}
