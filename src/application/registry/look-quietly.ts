import { endOf } from "../../domain/lease.ts";
import type { RegistryView } from "../ports.ts";
import { recheckAt } from "./next-look.ts";
import { isAsBefore } from "./quiet-looks.ts";
import { save, type RegistryRound } from "./registry-round.ts";

/**
 * Ends a round that sees what the last quiet one saw: planning again would come to the same, which is nothing. The
 * observation is what it was, and its time is written. `false` when the round has to go on.
 */
export async function lookQuietly(round: RegistryRound, view: RegistryView): Promise<boolean> {
  const { claim, draft, policy, quietLooks, clock, ids } = round;
  const record = draft.record();
  const { observed } = record;
  const untilMs = quietLooks.untilMs({ policy, claim, record, view });
  if (observed === undefined || untilMs === undefined) return false;
  const now = round.now();
  if (now.getTime() >= untilMs || clock.differsByMs() !== undefined) return false;

  draft.update({ observed: { ...observed, at: now } });
  await save(round, new Date(Math.min(recheckAt(now, ids).getTime(), untilMs)));
  return true;
}

/**
 * Whether the round that has settled is a quiet one: it leaves everything as it found it, and does so again at any
 * other time before a lease ends. Ask before its last write; `rememberQuietLook` after it.
 */
export function isQuiet({ claim, draft }: RegistryRound): boolean {
  const { tombstones, recovered, suspectAt } = draft.record();
  return (
    draft.isUneventful() &&
    // What is known for a while only, or waits for something, is not the same at another time.
    tombstones.length + recovered.length === 0 &&
    suspectAt === undefined &&
    claim.unreadable.length === 0 &&
    draft.leases().every(({ status }) => status === "open")
  );
}

/** Once the round is written: remembers it, if it has written what it had read. */
export function rememberQuietLook(round: RegistryRound, view: RegistryView): void {
  const { claim, draft, policy, quietLooks } = round;
  const { record } = claim;
  if (record === undefined || !isAsBefore(record, draft.record())) return;
  const untilMs = Math.min(...draft.leases().map((lease) => endOf(lease).getTime()));
  quietLooks.remember({ policy, claim, record, view }, untilMs);
}
