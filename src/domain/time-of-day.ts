/** A time on the clock of whoever says it: "until 17:00". */
export type TimeOfDay = { readonly hour: number; readonly minute: number };

/** Why a text is not a time of day. Each has its own sentence. */
export type TimeRefusal =
  | { readonly kind: "not-a-time"; readonly text: string }
  /** "5:00" is before breakfast for some and after lunch for others. */
  | { readonly kind: "time-of-which-half"; readonly text: string };

/** Why a time of day has no instant. */
export type InstantRefusal =
  /** The clocks are put forward over it on that day. */
  { readonly kind: "no-such-time" } | { readonly kind: "unknown-zone" };

const DAY_MS = 86_400_000;

/** Reads "17:00", "17.30", "5pm", "noon". An hour from 1 to 9 needs a zero before it or am or pm after it. */
export function parseTimeOfDay(text: string): TimeOfDay | TimeRefusal {
  if (text === "noon") return { hour: 12, minute: 0 };
  if (text === "midnight") return { hour: 0, minute: 0 };
  const found = /^(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?$/.exec(text);
  const [, hours = "", minutes, half] = found ?? [];
  const hour = Number(hours);
  const minute = Number(minutes ?? 0);
  const fits = half === undefined ? minutes !== undefined && hour <= 23 : hour >= 1 && hour <= 12;
  if (found === null || !fits || minute > 59) return { kind: "not-a-time", text };
  if (half === undefined) {
    return hours.length === 1 ? { kind: "time-of-which-half", text } : { hour, minute };
  }
  return { hour: (hour % 12) + (half === "pm" ? 12 : 0), minute };
}

/** The way everybody reads it: "05:30", "17:00". Parses back to the same. */
export function formatTimeOfDay({ hour, minute }: TimeOfDay): string {
  return [hour, minute].map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * The next instant after `now` at which clocks in the zone (an IANA name, as Teams' `localTimezone`) show this time.
 * Of a time that comes twice when clocks are put back, the first that is still to come.
 */
export function instantOf(time: TimeOfDay, now: Date, zone: string): Date | InstantRefusal {
  let offsetAt: (at: number) => number;
  try {
    offsetAt = offsetsOf(zone);
  } catch (error) {
    // What Intl throws for a zone that it does not know.
    if (error instanceof RangeError) return { kind: "unknown-zone" };
    throw error;
  }
  const nowMs = now.getTime();
  const localNow = nowMs + offsetAt(nowMs);
  const today = localNow - (((localNow % DAY_MS) + DAY_MS) % DAY_MS);
  for (const day of [today, today + DAY_MS, today + 2 * DAY_MS]) {
    const local = day + (time.hour * 60 + time.minute) * 60_000;
    // A zone's clocks are put forward or back once a day at the most, so these are the offsets around that time.
    const offsets = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)];
    const instants = offsets
      .map((offset) => local - offset)
      .filter((instant) => instant + offsetAt(instant) === local)
      .sort((a, b) => a - b);
    const next = instants.find((instant) => instant > nowMs);
    if (next !== undefined) return new Date(next);
    if (instants.length === 0 && local > localNow) return { kind: "no-such-time" };
  }
  return { kind: "no-such-time" };
}

/** How far the zone's clocks are ahead of UTC at an instant, in ms. */
function offsetsOf(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const local = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return local - (at - (((at % 1_000) + 1_000) % 1_000));
  };
}
