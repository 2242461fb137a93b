import type { Person, RequestId } from "../../domain/ids.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";
import { isProof } from "../../domain/proof.ts";
import { reviewed, type OpenedInEmergency, type Request } from "../../domain/request.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Ids } from "../ports.ts";
import type { Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** Reviewed, now or before by somebody; or why the click did not count. */
export type ReviewOutcome =
  | { readonly kind: "reviewed"; readonly request: OpenedInEmergency }
  | { readonly kind: "no-such-request" }
  | { readonly kind: "own-emergency" }
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/**
 * Writes down that an approver has looked at what was opened in an emergency: an approver of this moment, and never the
 * one who opened it. The first review stays; it changes nothing about what is open.
 */
export async function reviewEmergency(
  { store, policy, ids }: Deps,
  { request: id, by }: { readonly request: RequestId; readonly by: Person },
  signal: AbortSignal,
): Promise<ReviewOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { now, value } = await store.request(id, signal);
    if (value === undefined || isProof(value) || !isEmergency(value)) {
      return { kind: "no-such-request" };
    }
    if (value.requester.id === by.id) return { kind: "own-emergency" };
    const current = policy();
    const { registry } = value;
    if (registryOf(current, registry)?.approvers.has(by.id) !== true) {
      return { kind: "not-an-approver" };
    }
    if (value.review !== undefined) return { kind: "reviewed", request: value };
    const request = reviewed(value, { by, at: now });
    const event = { kind: "request.reviewed", request: id, registry, by } as const;
    const outcome = await commitSurely(
      store,
      {
        opId: ids.opId(),
        notAfter: new Date(now.getTime() + ANSWER_WITHIN_MS),
        put: [{ kind: "request", value: request }],
        audit: [{ ...event, policy: current.digest }],
        wake: [{ list: "conversation", key: id, at: now }],
      },
      signal,
    );
    if (outcome.kind === "committed" || outcome.kind === "repeated") {
      return { kind: "reviewed", request };
    }
  }
  return { kind: "store-busy" };
}

function isEmergency(request: Request): request is OpenedInEmergency {
  return request.kind === "emergency";
}
