import type { AuditEvent } from "../../domain/audit.ts";
import { automaticFor } from "../../domain/automatic.ts";
import { grant } from "../../domain/grant.ts";
import type { Lease } from "../../domain/lease.ts";
import type { Policy, RegistryPolicy } from "../../domain/policy.ts";
import type { Pending, Request } from "../../domain/request.ts";
import { commitSurely } from "../commit-surely.ts";
import { grantChanges } from "./grant-changes.ts";
import { givenBy, noteGiven, type RecentRead } from "./recent-of.ts";
import type { Change, RequestRecord, Store } from "../store.ts";

/** What the request was found to be allowed under. */
type Checked = {
  readonly registry: RegistryPolicy;
  readonly policy: Policy;
  /** The lease that it is to change. */
  readonly lease: Lease | undefined;
  readonly recent: RecentRead;
};

const ANSWER_WITHIN_MS = 5_000;

/**
 * Writes a new request down, once. Approvers hear of it through the conversation; where the policy itself says yes it is
 * granted in the same write, and nobody is asked.
 */
export async function writeRequest(
  store: Store,
  request: Pending,
  checked: Checked,
  signal: AbortSignal,
): Promise<
  { readonly kind: "asked"; readonly request: RequestRecord } | { readonly kind: "store-busy" }
> {
  const { id, askedAt } = request;
  const { written, change } = changesOf(request, checked);
  const outcome = await commitSurely(
    store,
    {
      opId: `ask:${id}`,
      notAfter: new Date(askedAt.getTime() + ANSWER_WITHIN_MS),
      ...change,
    },
    signal,
  );
  if (outcome.kind === "committed") return { kind: "asked", request: written };
  const stored = await store.request(id, signal);
  return stored.value === undefined
    ? { kind: "store-busy" }
    : { kind: "asked", request: stored.value };
}

function changesOf(
  request: Pending,
  { registry, policy, lease, recent }: Checked,
): {
  readonly written: Request;
  readonly change: Pick<Change, "put" | "audit" | "wake" | "expire">;
} {
  const { id, requester: by, askedAt } = request;
  const asked = askedEvent(request, policy.digest);
  const automatic = automaticFor(registry, request, lease);
  const granted = automatic && grant(request, lease, automatic, askedAt);
  if (automatic === undefined || granted === undefined) {
    const wake = [{ list: "conversation", key: id, at: askedAt }] as const;
    const put = [{ kind: "request", value: request }] as const;
    return { written: request, change: { put, audit: [asked], wake } };
  }
  const changes = grantChanges(granted, askedAt);
  const noted = noteGiven(policy, recent, givenBy(granted.lease), askedAt);
  const about = { request: id, registry: registry.id, by, policy: policy.digest };
  const event = { kind: "request.automatic", ...about, grant: automatic } as const;
  return {
    written: granted.request,
    change: {
      ...changes,
      ...noted,
      put: [...changes.put, ...(noted.put ?? [])],
      audit: [asked, event, ...changes.audit],
    },
  };
}

function askedEvent(request: Pending, policy: string): AuditEvent {
  const { id, registry, requester, kind, address, durationMs, reason } = request;
  return {
    kind: "request.asked",
    request: id,
    registry,
    by: requester,
    asks: kind,
    lease: kind === "open" ? undefined : request.lease,
    address,
    durationMs,
    reason,
    policy,
  };
}
