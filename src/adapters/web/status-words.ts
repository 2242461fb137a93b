import { formatDuration } from "../../domain/duration.ts";

const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];

/** A length of time, as exactly as somebody wants to know it: "0.4 s", "12 s", "3 min 20 s", "7 h 5 min", "2 d 3 h". */
export function span(ms: number): string {
  if (ms < 10 * SECOND_MS && ms % SECOND_MS !== 0) return `${(ms / SECOND_MS).toFixed(1)} s`;
  const unit = ms < 10 * MINUTE_MS ? SECOND_MS : ms < DAY_MS ? MINUTE_MS : HOUR_MS;
  return formatDuration(Math.floor(ms / unit) * unit);
}

/** The time of day in UTC, to the minute. */
export function clock(at: Date): string {
  return at.toISOString().slice(11, 16);
}

/** When, in UTC to the second, with the date unless it is today. */
export function whenOf(at: Date, now: Date): string {
  const [date, time] = at.toISOString().slice(0, 19).split("T");
  const today = now.toISOString().slice(0, 10);
  return date === today ? (time ?? "") : `${date ?? ""} ${time ?? ""}`;
}

/** "1 lease", "7 leases", "1,200 leases". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** The name of a kind as words: "not-premium" is "not premium", "lease.came-back" is "lease came back". */
export function wordsOf(kind: string): string {
  return kind.replaceAll(/[.-]/g, " ");
}
