/** Whether a loop is alive. */
export type Heartbeat = {
  beat(): void;
  /** How long ago it last gave a sign, in ms. */
  silentMs(): number;
};

/** Counts as having beaten when it is made. */
export function createHeartbeat(monotonicMs: () => number): Heartbeat {
  let last = monotonicMs();
  return {
    beat: () => {
      last = monotonicMs();
    },
    silentMs: () => monotonicMs() - last,
  };
}
