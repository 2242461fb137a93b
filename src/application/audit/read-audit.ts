import type { AuditSeal } from "../../domain/audit-seal.ts";
import type { AuditText } from "../../domain/personal-values.ts";
import { ifReadable } from "../if-readable.ts";
import type { AuditTrail } from "./audit-trail.ts";

const ENTRIES_PER_PAGE = 500;
const SEALS_PER_PAGE = 20;

/** Every entry as it is stored, page by page, from the number on; those that are written meanwhile too. */
export async function* auditPages(
  trail: AuditTrail,
  fromNumber: number,
  signal: AbortSignal,
): AsyncGenerator<{ readonly now: Date; readonly entries: readonly AuditText[] }, void> {
  for (let from = fromNumber; ;) {
    const { now, value } = await trail.texts(from, ENTRIES_PER_PAGE, signal);
    const last = value.at(-1);
    if (last === undefined) return;
    yield { now, entries: value };
    from = last.number + 1;
  }
}

/** Every seal in order. Throws UnreadableRecord when it comes to one that can't be read, after those before it. */
export async function* auditSeals(
  trail: AuditTrail,
  signal: AbortSignal,
): AsyncGenerator<AuditSeal, void> {
  for (let from = 0; ;) {
    const page = await ifReadable(trail.seals(from, SEALS_PER_PAGE, signal));
    const seals = page ?? (await trail.seals(from, 1, signal));
    const last = seals.at(-1);
    if (last === undefined) return;
    yield* seals;
    from = last.to + 1;
  }
}

/** Every entry with the seal over it; without one as long as it is not sealed. */
export async function* auditWithSeals(
  trail: AuditTrail,
  signal: AbortSignal,
): AsyncGenerator<{ readonly entry: AuditText; readonly seal: AuditSeal | undefined }, void> {
  const seals = auditSeals(trail, signal);
  let seal = (await seals.next()).value ?? undefined;
  for await (const { entries } of auditPages(trail, 1, signal)) {
    for (const entry of entries) {
      while (seal !== undefined && seal.to < entry.number) {
        seal = (await seals.next()).value ?? undefined;
      }
      yield { entry, seal: seal !== undefined && seal.from <= entry.number ? seal : undefined };
    }
  }
}
