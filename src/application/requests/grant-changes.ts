import type { AuditEvent } from "../../domain/audit.ts";
import type { Grant } from "../../domain/grant.ts";
import { requestIdOf } from "../../domain/ids.ts";
import { closingEvent } from "../leases/closing-event.ts";
import type { Change } from "../store.ts";

/** Approvals that come this close together go out in one PATCH. */
const DEBOUNCE_MS = 300;

/** The writes that make a grant so: the request, its lease, the one whose place that takes, their cards and the worker. */
export function grantChanges(
  grant: Grant,
  now: Date,
): Required<Pick<Change, "put" | "audit" | "wake">> {
  const { request, lease, replaced } = grant;
  const leases = replaced === undefined ? [lease] : [replaced, lease];
  const conversations = new Set([request.id, ...leases.map(({ id }) => requestIdOf(id))]);
  return {
    put: [
      { kind: "request", value: request },
      ...leases.map((value) => ({ kind: "lease", value }) as const),
    ],
    audit: [...(replaced === undefined ? [] : [closingEvent(replaced)]), grantEvent(grant)],
    wake: [
      ...[...conversations].map((key) => ({ list: "conversation", key, at: now }) as const),
      {
        list: "registry",
        key: request.registry,
        at: new Date(now.getTime() + DEBOUNCE_MS),
      },
    ],
  };
}

function grantEvent({ request, lease }: Grant): AuditEvent {
  const { id, registry, address, endsBy } = lease;
  const about = { lease: id, registry, address };
  return lease.status === "opening"
    ? { kind: "lease.approved", ...about, endsBy }
    : { kind: "lease.extended", ...about, request: request.id, endsAt: lease.endsAt };
}
