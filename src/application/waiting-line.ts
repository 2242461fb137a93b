/** Those who wait for their turn, in the order in which they came. */
export type WaitingLine<Who> = {
  readonly waiting: () => readonly Waiting<Who>[];
  /**
   * Resolves once it was let go. Rejects with the signal's reason when that comes first, and is out of the line then.
   * `changed` is called when it has joined and when it has left without its turn: somebody else's may have come.
   */
  join(who: Who, signal: AbortSignal, changed: () => void): Promise<void>;
  letGo(waiting: Waiting<Who>): void;
};

/** One place in the line. */
type Waiting<Who> = { readonly who: Who; readonly go: () => void };

/** An empty line. Whose turn it is, is for its owner to say. */
export function createWaitingLine<Who>(): WaitingLine<Who> {
  const line: Waiting<Who>[] = [];
  const remove = (entry: Waiting<Who>): void => {
    line.splice(line.indexOf(entry), 1);
  };
  return {
    waiting: () => line,
    join: (who, signal, changed) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const leave = (): void => {
          remove(entry);
          // The reason of an AbortSignal is an error unless somebody made it something else.
          reject(signal.reason instanceof Error ? signal.reason : new Error("given up"));
          changed();
        };
        const entry: Waiting<Who> = {
          who,
          go: () => {
            signal.removeEventListener("abort", leave);
            resolve();
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        line.push(entry);
        changed();
      }),
    letGo(entry) {
      remove(entry);
      entry.go();
    },
  };
}
