import {
  checkpointOf,
  hashOfSeal,
  sealOver,
  type AuditKeys,
  type AuditSeal,
} from "../../domain/audit-seal.ts";
import { pause, within } from "../deadline.ts";
import type { Log } from "../ports.ts";
import type { AuditTrail } from "./audit-trail.ts";

type Deps = {
  readonly trail: AuditTrail;
  readonly keys: AuditKeys;
  /** How long entries are kept, in ms. */
  readonly keptMs: number;
};

const EVERY_MS = 60_000;
const ROUND_WITHIN_MS = 30_000;
const ENTRIES_PER_SEAL = 250;

/**
 * Seals every entry there is that no seal is over. Any number of processes may do it at the same time: of two that
 * add the same seal one is refused, and leaves the rest to the other. Answers the newest that it knows of.
 */
export async function sealAudit(
  { trail, keys, keptMs }: Deps,
  signal: AbortSignal,
): Promise<AuditSeal | undefined> {
  let newest = await trail.newestSeal(signal);
  for (;;) {
    const after = newest === undefined ? 1 : newest.to + 1;
    const { now, value } = await trail.texts(after, ENTRIES_PER_SEAL, signal);
    const [first, ...more] = value;
    if (first === undefined) return newest;
    const seal = sealOver([first, ...more], newest, { now, keptMs }, keys);
    if (!(await trail.addSeal(seal, signal))) return newest;
    newest = seal;
  }
}

/**
 * Seals once a minute until stopped, and writes a checkpoint into the log whenever something was sealed since, by
 * whichever process: what somebody does to the store later can't be made to agree with that line. A chain that has
 * become shorter is told at once.
 */
export async function keepSealing(
  deps: Deps & { readonly log: Log; readonly everyMs?: number },
  stop: AbortSignal,
): Promise<void> {
  const { log, keys, everyMs = EVERY_MS } = deps;
  let known: AuditSeal | undefined;
  for (;;) {
    try {
      const newest = await sealAudit(deps, within(ROUND_WITHIN_MS, stop));
      if (known !== undefined && !(await isStillThere(deps, known, newest, stop))) {
        log.error("audit.cut", { number: known.to, hash: hashOfSeal(known, keys.digests) });
      }
      if (newest !== undefined && newest.mac !== known?.mac) {
        log.info("audit.checkpoint", checkpointOf(newest, keys.digests));
      }
      known = newest;
    } catch (error) {
      if (stop.aborted) return;
      log.error("audit.unsealed", { error });
    }
    await pause(everyMs, stop);
    if (stop.aborted) return;
  }
}

async function isStillThere(
  { trail, keys: { digests } }: Deps,
  known: AuditSeal,
  newest: AuditSeal | undefined,
  stop: AbortSignal,
): Promise<boolean> {
  const [found] =
    newest?.to === known.to
      ? [newest]
      : await trail.seals(known.to, 1, within(ROUND_WITHIN_MS, stop));
  // One that was at the front may have gone with its entries.
  if (found === undefined) return false;
  return found.from > known.to || hashOfSeal(found, digests) === hashOfSeal(known, digests);
}
