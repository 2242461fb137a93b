import { UnreadableRecord, type Put, type Unreadable } from "../../application/store.ts";
import type { RecordCodec } from "./record-codec.ts";

/** Records as they are read one by one; what can't be read is kept aside, and is in the way of nothing else. */
export class Reading {
  /** What could not be read so far. */
  readonly unreadable: Unreadable[] = [];

  /** `undefined` when there is none, or when it can't be read. */
  record<T>(
    codec: RecordCodec<T>,
    kind: Put["kind"],
    id: string,
    text: string | undefined,
  ): T | undefined {
    try {
      return text === undefined ? undefined : codec.decode(text, id);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      this.unreadable.push({ kind, id, why: error.message });
      return undefined;
    }
  }

  /** Those of the texts that can be read, in their order. */
  list<T>(
    codec: RecordCodec<T>,
    kind: Put["kind"],
    texts: readonly (readonly [id: string, text: string])[],
  ): readonly T[] {
    return texts
      .map(([id, text]) => this.record(codec, kind, id, text))
      .filter((record) => record !== undefined);
  }
}
