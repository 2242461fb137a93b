/** Lets so many in at once; the others wait, writes before reads, otherwise in the order in which they came. */
export type CallsAtOnce = {
  /**
   * Resolves when the call may go out, with what to do when it was answered. Rejects with the signal's reason, and
   * the place goes to the next.
   */
  enter(kind: "read" | "write", signal: AbortSignal): Promise<() => void>;
};

type Waiting = { readonly kind: "read" | "write"; readonly go: () => void };

/**
 * Bounds the calls to Azure and not the registries: a worker then goes on with one registry's store while another
 * one's call is under way. A write goes first, since others may change the list between its read and it.
 */
export function createCallsAtOnce(limit: number): CallsAtOnce {
  let free = limit;
  const waiting: Waiting[] = [];

  const leave = (): void => {
    const next = waiting.find(({ kind }) => kind === "write") ?? waiting[0];
    if (next === undefined) {
      free += 1;
      return;
    }
    waiting.splice(waiting.indexOf(next), 1);
    next.go();
  };
  return {
    enter: (kind, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (free > 0) {
          free -= 1;
          resolve(leave);
          return;
        }
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(entry), 1);
          // The reason of an AbortSignal is an error unless somebody made it something else.
          reject(signal.reason instanceof Error ? signal.reason : new Error("given up"));
        };
        const entry: Waiting = {
          kind,
          go: () => {
            signal.removeEventListener("abort", giveUp);
            resolve(leave);
          },
        };
        signal.addEventListener("abort", giveUp, { once: true });
        waiting.push(entry);
      }),
  };
}
