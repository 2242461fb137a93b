import { createWaitingLine } from "../../application/waiting-line.ts";

/** Lets so many in at once; the others wait, writes before reads, otherwise in the order in which they came. */
export type CallsAtOnce = {
  /**
   * Resolves when the call may go out, with what to do when it was answered. Rejects with the signal's reason, and
   * the place goes to the next.
   */
  enter(kind: "read" | "write", signal: AbortSignal): Promise<() => void>;
};

/**
 * Bounds the calls to Azure and not the registries: a worker then goes on with one registry's store while another
 * one's call is under way. A write goes first, since others may change the list between its read and it.
 */
export function createCallsAtOnce(limit: number): CallsAtOnce {
  let free = limit;
  const line = createWaitingLine<"read" | "write">();

  const serve = (): void => {
    while (free > 0) {
      const waiting = line.waiting();
      const next = waiting.find(({ who }) => who === "write") ?? waiting[0];
      if (next === undefined) return;
      free -= 1;
      line.letGo(next);
    }
  };
  const leave = (): void => {
    free += 1;
    serve();
  };
  return {
    async enter(kind, signal) {
      await line.join(kind, signal, serve);
      return leave;
    },
  };
}
