const DEFAULT_WAIT_MS = 10_000;
/** A longer wait is Azure's mistake or somebody else's: we would rather ask again. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** How long the reply says to wait, in ms: seconds or a date, as HTTP allows; 10 s when it says nothing. */
export function retryAfterMs(headers: { get(name: string): string | undefined }): number {
  const header = headers.get("retry-after");
  if (header === undefined) return DEFAULT_WAIT_MS;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT_MS) : DEFAULT_WAIT_MS;
}
