import type { Pending } from "../domain/request.ts";
import { commitSurely } from "./commit-surely.ts";
import type { RequestRecord, Store } from "./store.ts";

const ANSWER_WITHIN_MS = 5_000;

/** Writes a new request down, once; approvers hear of it through the conversation. */
export async function writeRequest(
  store: Store,
  request: Pending,
  policyDigest: string,
  signal: AbortSignal,
): Promise<
  { readonly kind: "asked"; readonly request: RequestRecord } | { readonly kind: "store-busy" }
> {
  const { id, registry, requester, address, durationMs, reason, askedAt } = request;
  const outcome = await commitSurely(
    store,
    {
      opId: `ask:${id}`,
      notAfter: new Date(askedAt.getTime() + ANSWER_WITHIN_MS),
      put: [{ kind: "request", value: request }],
      audit: [
        {
          kind: "request.asked",
          request: id,
          registry,
          by: requester,
          asks: request.kind,
          lease: request.kind === "open" ? undefined : request.lease,
          address,
          durationMs,
          reason,
          policy: policyDigest,
        },
      ],
      wake: [{ list: "conversation", key: id, at: askedAt }],
    },
    signal,
  );
  if (outcome.kind === "committed") return { kind: "asked", request };
  const stored = await store.request(id, signal);
  return stored.value === undefined
    ? { kind: "store-busy" }
    : { kind: "asked", request: stored.value };
}
