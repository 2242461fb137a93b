/** A reminder that is due, and how long before it another one counts as this. */
type Reminder = { readonly at: Date; readonly slackMs: number };

/** Requests asked about the same time share their reminders. */
const SHARED_WITHIN_MS = 5 * 60_000;

/** The last reminder whose time has come, by the policy's times; those before it are not made up for. */
export function lastReminder(
  remindAfterMs: readonly number[],
  askedAt: Date,
  now: Date,
): Reminder | undefined {
  const askedMs = askedAt.getTime();
  const due = remindAfterMs.filter((afterMs) => askedMs + afterMs <= now.getTime());
  const last = due.at(-1);
  if (last === undefined) return undefined;
  const before = due.at(-2) ?? 0;
  return {
    at: new Date(askedMs + last),
    slackMs: Math.min(SHARED_WITHIN_MS, (last - before) / 2),
  };
}

/** The first reminder that is still to come. */
export function nextReminderAt(
  remindAfterMs: readonly number[],
  askedAt: Date,
  now: Date,
): Date | undefined {
  const at = remindAfterMs
    .map((afterMs) => askedAt.getTime() + afterMs)
    .find((ms) => ms > now.getTime());
  return at === undefined ? undefined : new Date(at);
}

/** Whether somebody who was last reminded then, of all that waited, is to be reminded of this too. */
export function isReminderDue(
  reminder: Reminder | undefined,
  remindedAt: Date | undefined,
): boolean {
  if (reminder === undefined) return false;
  return (
    remindedAt === undefined || remindedAt.getTime() < reminder.at.getTime() - reminder.slackMs
  );
}
