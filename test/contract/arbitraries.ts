import fc from "fast-check";
import { isAddress, parseAddress } from "../../src/domain/address.ts";
import type { EndReason, Lease, LeaseTerms, OpeningRefusal } from "../../src/domain/lease.ts";
import type { PolicyRefusal } from "../../src/domain/policy.ts";
import type { Proof } from "../../src/domain/proof.ts";
import type { Request, RequestTerms } from "../../src/domain/request.ts";
import { address, personId, registryId, requestId } from "./samples.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";

// Without this fast-check makes objects that have no prototype, which no decoder does.
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });

const text = fc.string({ unit: "binary" });
const date = fc.date({ noInvalidDate: true });
const amount = fc.nat();
const version = fc.integer({ min: 1 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const ids = fc.nat({ max: 10 ** 9 }).map(requestId);
const registry = fc.constantFrom("warehouse", "archive2").map(registryId);
const person = record({ id: fc.nat({ max: 99 }).map(personId), name: text });
const actor = fc.oneof(person, record({ id: fc.constant("operator"), name: text }));
const approvals = fc.array(record({ approver: person, at: date, atMostMs: maybe(amount) }), {
  maxLength: 3,
});
const addresses = fc
  .ipV4()
  .filter((host) => isAddress(parseAddress(host)))
  .map(address);

const askedTerms = {
  id: ids,
  version,
  registry,
  requester: person,
  address: addresses,
  addressFrom: record({ kind: fc.constantFrom("typed", "link") }),
  errorAddress: maybe(addresses),
  durationMs: amount,
  until: maybe(date),
  reason: maybe(text),
  askedAt: date,
  lapsesAt: date,
  approvals,
};
const requestTerms: fc.Arbitrary<RequestTerms> = fc.oneof(
  record({ ...askedTerms, kind: fc.constant("open") }),
  record({
    ...askedTerms,
    kind: fc.constant("extend"),
    lease: ids.map(leaseIdOf),
    endsAt: date,
  }),
  record({
    ...askedTerms,
    kind: fc.constant("replace"),
    lease: ids.map(leaseIdOf),
    from: addresses,
    endsAt: date,
  }),
);

/** Any request in any state, with whatever texts people type. */
export const requests: fc.Arbitrary<Request> = fc.oneof(
  joined(requestTerms, record({ status: fc.constant("pending") })),
  joined(requestTerms, record({ status: fc.constant("lapsed") })),
  joined(
    requestTerms,
    record({ status: fc.constant("approved"), decidedAt: date, grantedUntil: date }),
  ),
  record({
    ...askedTerms,
    kind: fc.constant("adopt"),
    status: fc.constant("approved"),
    decidedAt: date,
    grantedUntil: date,
  }),
  record({
    ...askedTerms,
    kind: fc.constant("emergency"),
    review: maybe(record({ by: person, at: date })),
    status: fc.constant("approved"),
    decidedAt: date,
    grantedUntil: date,
  }),
  joined(
    requestTerms,
    record({
      status: fc.constant("denied"),
      decidedAt: date,
      decidedBy: person,
      why: maybe(text),
      mutedUntil: maybe(date),
    }),
  ),
  joined(requestTerms, record({ status: fc.constant("cancelled"), cancelledAt: date })),
);

const proofTerms = {
  id: ids,
  version,
  registry,
  requester: person,
  durationMs: amount,
  until: maybe(date),
  reason: maybe(text),
  askedAt: date,
  lapsesAt: date,
  tokenHash: fc.stringMatching(/^[0-9a-f]{64}$/),
  errorAddress: maybe(addresses),
  seen: maybe(record({ address: addresses, at: date })),
};
const proofKinds = fc.oneof(
  record({ ...proofTerms, kind: fc.constantFrom("open", "emergency") }),
  record({
    ...proofTerms,
    kind: fc.constant("replace"),
    lease: ids.map(leaseIdOf),
    from: addresses,
    endsAt: date,
  }),
);

/** Any request before it has an address. */
export const proofs: fc.Arbitrary<Proof> = fc.oneof(
  joined(proofKinds, record({ status: fc.constant("proving") })),
  joined(
    proofKinds,
    record({
      status: fc.constant("unproven"),
      because: fc.constantFrom("lapsed", "not-me", "cancelled", "typed-instead", "asked-again"),
    }),
  ),
);

const policyRefusals: fc.Arbitrary<PolicyRefusal> = fc.oneof(
  record({
    kind: fc.constantFrom(
      "may-not-ask",
      "reason-missing",
      "no-link-allowed",
      "only-by-link",
      "moves-are-off",
      "no-emergency-for-you",
    ),
  }),
  record({ kind: fc.constant("extension-too-long"), durationMs: amount, maxMs: amount }),
  record({ kind: fc.constant("extended-too-often"), times: amount }),
  record({ kind: fc.constant("too-many-hours"), hours: amount, leftMs: amount }),
  record({ kind: fc.constantFrom("muted", "cooling-down"), until: date }),
  record({ kind: fc.constant("nobody-can-approve"), needed: amount, there: amount }),
  record({
    kind: fc.constant("special-range"),
    address: addresses,
    range: fc.constantFrom("private", "loopback", "this-network"),
  }),
  record({ kind: fc.constant("forbidden-range"), address: addresses, forbidden: addresses }),
  record({ kind: fc.constant("too-wide"), address: addresses, widest: amount }),
  record({ kind: fc.constant("reason-not-as-wanted"), hint: text }),
  record({ kind: fc.constant("too-long"), durationMs: amount, maxMs: amount }),
);

const openingRefusals: fc.Arbitrary<OpeningRefusal> = fc.oneof(
  record({
    kind: fc.constantFrom(
      "registry-left-policy",
      "ends-too-late",
      "longer-than-approved",
      "anonymous-pull",
    ),
  }),
  record({
    kind: fc.constant("not-automatic"),
    basis: fc.constantFrom("range", "move", "emergency"),
  }),
  record({ kind: fc.constant("against-policy"), refusal: policyRefusals }),
  record({ kind: fc.constant("approval-does-not-stand"), needed: amount, standing: amount }),
  record({ kind: fc.constant("too-many-openings"), perHour: amount }),
  record({ kind: fc.constant("not-premium"), sku: text }),
  record({
    kind: fc.constant("not-adoptable"),
    because: fc.constantFrom("absent", "ours", "permanent", "twice"),
  }),
  record({ kind: fc.constant("azure-refused"), code: text }),
);

const endReasons: fc.Arbitrary<EndReason> = fc.oneof(
  record({ kind: fc.constantFrom("due", "not-opened", "full", "registry-gone") }),
  record({ kind: fc.constant("lost"), by: fc.constantFrom("others", "restored-store") }),
  record({ kind: fc.constant("refused"), because: openingRefusals }),
  record({ kind: fc.constant("replaced"), with: addresses }),
  record({ kind: fc.constant("given-back"), by: person }),
  record({ kind: fc.constant("revoked"), by: actor, why: maybe(text) }),
);

const leaseTerms: fc.Arbitrary<LeaseTerms> = record({
  id: ids.map(leaseIdOf),
  version,
  registry,
  requester: person,
  address: addresses,
  durationMs: amount,
  reason: maybe(text),
  basis: fc.oneof(
    record({ kind: fc.constantFrom("approvals", "emergency") }),
    record({ kind: fc.constant("range"), range: addresses }),
    record({ kind: fc.constant("move"), of: ids.map(leaseIdOf) }),
  ),
  approvals,
  askedAt: date,
  approvedAt: date,
  openBy: date,
  endsBy: date,
  adopts: fc.boolean(),
  extensions: fc.array(
    record({ request: ids, durationMs: amount, approvals, askedAt: date, at: date }),
    {
      maxLength: 2,
    },
  ),
});

const over = { endsAt: date, seenAt: maybe(date), endReason: endReasons };

/** Any lease in any state, over for any reason. */
export const leases: fc.Arbitrary<Lease> = fc.oneof(
  joined(leaseTerms, record({ status: fc.constant("opening") })),
  joined(
    leaseTerms,
    record({
      status: fc.constant("open"),
      seenAt: date,
      endsAt: date,
      borrowed: fc.boolean(),
      gone: maybe(record({ seenAt: date, putBack: fc.boolean() })),
    }),
  ),
  joined(leaseTerms, record({ status: fc.constant("closing"), ...over })),
  joined(
    leaseTerms,
    record({
      status: fc.constant("ended"),
      ...over,
      endedAt: date,
      remaining: fc.constantFrom("owned", "foreign", "none"),
    }),
  ),
);

function joined<A, B>(terms: fc.Arbitrary<A>, state: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return fc.tuple(terms, state).map(([a, b]) => ({ ...a, ...b }));
}
