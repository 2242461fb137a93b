import type { RegistryId } from "../../domain/ids.ts";
import { policyDifference, registriesIn } from "../../domain/policy-difference.ts";
import type { Policy } from "../../domain/policy.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Ids } from "../ports.ts";
import type { PolicyRecord, Store, Wake } from "../store.ts";
import { sweep } from "../registry/sweep.ts";

type Deps = { readonly store: Store; readonly ids: Ids; readonly role: PolicyRecord["id"] };

/** A policy that is in force in this process from now on. */
export type PolicyLoad = {
  /** `undefined` when the process has just started. */
  readonly before: Policy | undefined;
  readonly after: Policy;
};

const WRITE_WITHIN_MS = 10_000;
const ATTEMPTS = 5;
const REGISTRIES_PER_READ = 16;

/**
 * Writes down that this role has loaded another policy than before, once for however many processes have the role.
 * Then it has looked at what that changes: a bot's pending requests of these registries, whose cards go to the
 * approvers of this moment, and a worker's new registries. Every process does that for itself, since another one may
 * still look at it with the former policy. Safe to repeat. Throws when the store can't be reached.
 */
export async function announcePolicy(
  deps: Deps,
  load: PolicyLoad,
  signal: AbortSignal,
): Promise<void> {
  await writeDown(deps, load, signal);
  const { before, after } = load;
  if (before === undefined) return;
  const difference = policyDifference(before, after);
  if (deps.role !== "worker") await wakePending(deps, registriesIn(difference), signal);
  const added = new Set(difference.added);
  const registries = after.registries.filter(({ id }) => added.has(id));
  if (deps.role !== "bot") await sweep(deps, { ...after, registries }, 0, signal);
}

async function writeDown(
  { store, ids, role }: Deps,
  { before, after }: PolicyLoad,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { now, value: held } = await store.policyOf(role, signal);
    if (held?.digest === after.digest) return;
    const outcome = await commitSurely(
      store,
      {
        opId: ids.opId(),
        notAfter: new Date(now.getTime() + WRITE_WITHIN_MS),
        put: [
          {
            kind: "policy",
            value: { id: role, version: (held?.version ?? 0) + 1, digest: after.digest, at: now },
          },
        ],
        audit: [
          {
            kind: "policy.loaded",
            role,
            policy: after.digest,
            before: before?.digest ?? held?.digest,
            difference: before && policyDifference(before, after),
          },
        ],
      },
      signal,
    );
    if (outcome.kind === "committed" || outcome.kind === "repeated") return;
  }
  throw new Error("Others of this role keep writing down which policy they have.");
}

async function wakePending(
  { store, ids }: Deps,
  registries: readonly RegistryId[],
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < registries.length; start += REGISTRIES_PER_READ) {
    const some = registries.slice(start, start + REGISTRIES_PER_READ);
    const read = await Promise.all(some.map((registry) => store.pendingFor(registry, signal)));
    const wake = read.flatMap(({ now, value }) =>
      value.map(({ id }): Wake => ({ list: "conversation", key: id, at: now })),
    );
    const [first] = wake;
    if (first === undefined) continue;
    const notAfter = new Date(first.at.getTime() + WRITE_WITHIN_MS);
    await commitSurely(store, { opId: ids.opId(), notAfter, wake }, signal);
  }
}
