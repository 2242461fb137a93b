import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  auditCodec,
  leaseCodec,
  requestCodec,
  requestRecordCodec,
} from "../../src/adapters/store/record-codec.ts";
import { UnreadableRecord } from "../../src/application/store.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { operatorCalled } from "../../src/domain/operator.ts";
import { leases, proofs, requests } from "./arbitraries.ts";
import { address, opening, pending, personId, registryId, requestId } from "./samples.ts";

describe("record codec", () => {
  it("gives every request back exactly", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const text = requestRecordCodec.encode(request);
        assert.deepEqual(requestRecordCodec.decode(text, request.id), request);
      }),
    );
  });

  it("gives every proof back exactly, and takes none for a request that has its address", () => {
    fc.assert(
      fc.property(proofs, (proof) => {
        const text = requestRecordCodec.encode(proof);
        assert.deepEqual(requestRecordCodec.decode(text, proof.id), proof);
        assert.throws(() => requestCodec.decode(text, proof.id), UnreadableRecord);
      }),
    );
  });

  it("gives every lease back exactly", () => {
    fc.assert(
      fc.property(leases, (lease) => {
        assert.deepEqual(leaseCodec.decode(leaseCodec.encode(lease), lease.id), lease);
      }),
    );
  });

  it("gives every audit event back exactly", () => {
    for (const event of auditEvents()) {
      assert.deepEqual(auditCodec.decode(auditCodec.encode(event), "1"), event);
    }
  });

  it("writes compact JSON: its version first, times as milliseconds, nothing that is undefined", () => {
    const text = requestCodec.encode(pending(1));
    assert.match(text, /^\{"v":1,"status":"pending",/);
    assert.match(text, /"askedAt":1000,/);
    assert.doesNotMatch(text, /reason|\s\s/);
  });

  for (const [what, spoiled] of [
    ["a later schema version", { v: 2 }],
    ["no schema version", { v: undefined }],
    ["a state it does not know", { status: "paused" }],
    ["a field it does not know", { extendedTo: 5 }],
    ["an address with host bits", { address: "198.51.100.7/28" }],
    ["a registry id in capitals", { registry: registryId("warehouse").toUpperCase() }],
    ["a time that is a text", { approvedAt: "2026-01-01" }],
    ["no approvals", { approvals: undefined }],
  ] as const) {
    it(`refuses a lease with ${what}`, () => {
      const stored: unknown = JSON.parse(leaseCodec.encode(opening(1)));
      assert.ok(typeof stored === "object");
      const text = JSON.stringify({ ...stored, ...spoiled });
      assert.throws(() => leaseCodec.decode(text, opening(1).id), UnreadableRecord);
    });
  }

  it("does not write a record that it could not read", () => {
    assert.throws(() => leaseCodec.encode(opening(1, { approvedAt: new Date(Number.NaN) })));
    assert.throws(() => leaseCodec.encode(opening(1, { durationMs: 0.5 })));
    // A record with more than its type has: what a field added to the domain alone would look like.
    const more = { ...opening(1), extendedTo: 5 };
    assert.throws(() => leaseCodec.encode(more));
  });
});

function auditEvents(): readonly AuditEvent[] {
  const registry = registryId("warehouse");
  const [request, lease] = [requestId(1), leaseIdOf(requestId(1))];
  const by = { id: personId(1), name: "Ada" };
  const value = address("203.0.113.7");
  const proving = { request, registry, by, policy: "d1", durationMs: 5 };
  const asked = { ...proving, address: value, asks: "open", lease: undefined } as const;
  return [
    { kind: "request.asked", ...asked, reason: undefined },
    { kind: "request.asked", ...asked, reason: "deploy" },
    { kind: "request.asked", ...asked, asks: "extend", lease, reason: undefined },
    { kind: "request.asked", ...asked, asks: "replace", lease, reason: undefined },
    { kind: "request.asked", ...asked, asks: "emergency", reason: "pager" },
    { kind: "request.approval", request, registry, by, atMostMs: 5, policy: "d1" },
    {
      kind: "request.denial",
      ...{ request, registry, by, policy: "d1" },
      ...{ why: "too wide", mutedUntil: new Date(9) },
    },
    ...(
      [
        { kind: "range", range: value },
        { kind: "move", of: lease },
        { kind: "extension" },
        { kind: "emergency" },
      ] as const
    ).map(
      (grant) =>
        ({ kind: "request.automatic", request, registry, by, grant, policy: "d1" }) as const,
    ),
    { kind: "request.lapsed", request, registry },
    { kind: "request.cancelled", request, registry, by },
    { kind: "request.proving", ...proving, asks: "open", lease: undefined, reason: undefined },
    { kind: "request.proving", ...proving, asks: "replace", lease, reason: "deploy" },
    { kind: "request.address-seen", request, registry, by, address: value },
    { kind: "request.not-me", request, registry, by, address: value },
    { kind: "lease.approved", lease, registry, address: value, endsBy: new Date(1) },
    {
      kind: "lease.adopting",
      ...{ lease, registry, address: value, by, endsBy: new Date(1) },
      ...{ reason: "INC-7", policy: "d1" },
    },
    { kind: "rule.adopted", lease, registry, address: value },
    { kind: "lease.extended", lease, registry, address: value, request, endsAt: new Date(1) },
    { kind: "lease.cut", lease, registry, address: value, from: new Date(2), to: new Date(1) },
    {
      kind: "lease.opened",
      lease,
      registry,
      address: value,
      borrowed: true,
      endsAt: new Date(1),
    },
    { kind: "lease.shut-out", lease, registry, address: value, putBack: false },
    { kind: "lease.closing", lease, registry, address: value, reason: { kind: "due" } },
    {
      kind: "lease.ended",
      lease,
      registry,
      address: value,
      reason: { kind: "lost", by: "others" },
      endsAt: new Date(2),
    },
    { kind: "rules.intended", registry, add: [value], remove: [] },
    { kind: "rules.changed", registry, before: ["a"], after: [], correlationId: undefined },
    { kind: "registry.frozen", registry, by, why: undefined, policy: "d1" },
    { kind: "registry.unfrozen", registry, by, why: "over", policy: "d1" },
    { kind: "person.forgotten", who: "kf3", entries: 3, records: 2 },
    { kind: "registry.frozen", registry, by: operatorCalled("deploy"), why: "x", policy: "d1" },
    {
      kind: "policy.loaded",
      ...{ role: "worker", policy: "d1", before: undefined, difference: undefined },
    },
    {
      kind: "policy.loaded",
      ...{ role: "bot", policy: "d2", before: "d1" },
      difference: {
        added: [registry],
        removed: [],
        changed: [
          {
            registries: [registry],
            people: [{ list: "approvers", added: [by.id], removed: [] }],
            settings: [{ setting: "reason.kind", before: undefined, after: '"required"' }],
          },
        ],
      },
    },
    { kind: "registry.failed", registry, doing: "read", failure: "429" },
  ];
}
