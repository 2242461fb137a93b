import { createWaitingLine } from "../../application/waiting-line.ts";

/** A confirmation is a read that changes nothing for anybody but what they are told. */
export type CallKind = "write" | "read" | "confirmation";

/** Lets so many in at once; the others wait, the more urgent kind first, otherwise in the order in which they came. */
export type CallsAtOnce = {
  /**
   * Resolves when the call may go out, with what to do when it was answered. Rejects with the signal's reason, and
   * the place goes to the next.
   */
  enter(kind: CallKind, signal: AbortSignal): Promise<() => void>;
};

/** What ends is closed first; what was closed is confirmed soon after, however many others there are. */
const CONFIRMED_WITHIN_MS = 5_000;

/**
 * Bounds the calls to Azure and not the registries: a worker then goes on with one registry's store while another
 * one's call is under way. A write goes first, since others may change the list between its read and it. A
 * confirmation goes last until it has waited for 5 s, and then before the other reads.
 */
export function createCallsAtOnce(limit: number, monotonicMs: () => number): CallsAtOnce {
  let free = limit;
  const lines = {
    write: createWaitingLine<undefined>(),
    read: createWaitingLine<undefined>(),
    confirmation: createWaitingLine<{ readonly sinceMs: number }>(),
  };

  const serveNext = (): boolean => {
    const [write] = lines.write.waiting();
    const [read] = lines.read.waiting();
    const [confirmation] = lines.confirmation.waiting();
    const isDue =
      confirmation !== undefined && monotonicMs() - confirmation.who.sinceMs >= CONFIRMED_WITHIN_MS;
    if (write !== undefined) lines.write.letGo(write);
    else if (read !== undefined && !isDue) lines.read.letGo(read);
    else if (confirmation !== undefined) lines.confirmation.letGo(confirmation);
    else return false;
    return true;
  };
  const serve = (): void => {
    while (free > 0 && serveNext()) free -= 1;
  };
  const leave = (): void => {
    free += 1;
    serve();
  };
  return {
    async enter(kind, signal) {
      if (kind === "confirmation") {
        await lines.confirmation.join({ sinceMs: monotonicMs() }, signal, serve);
      } else {
        await lines[kind].join(undefined, signal, serve);
      }
      return leave;
    },
  };
}
