/** Aborts with the signal, or when this many ms are over: at once, or nearly, when none are left. */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.floor(ms)))]);
}
