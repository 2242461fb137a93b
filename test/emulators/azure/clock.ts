/** The emulator's own time, which dates history, journal and `systemData` and makes front ends catch up. */
export interface EmulatorClock {
  now(): Date;
  /** Goes on from that time. */
  set(at: Date): void;
  advance(ms: number): void;
  /** Back to the wall clock, or the clock it was made from. */
  reset(): void;
}

/** A clock that runs as `base` does, until it is set or advanced. */
export function createClock(base: () => Date): EmulatorClock {
  let offsetMs = 0;
  return {
    now: () => new Date(base().getTime() + offsetMs),
    set(at) {
      offsetMs = at.getTime() - base().getTime();
    },
    advance(ms) {
      offsetMs += ms;
    },
    reset() {
      offsetMs = 0;
    },
  };
}
