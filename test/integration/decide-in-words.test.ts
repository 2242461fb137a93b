import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { beforeEach, describe, it } from "node:test";
import { freezeEverything } from "../../src/application/leases/freeze-everything.ts";
import { denyByText, showApproval } from "../../src/application/requests/pending-decision.ts";
import { askToRevokeAll, revokeAll } from "../../src/application/leases/revoke-all.ts";
import { showPending } from "../../src/application/show/show-pending.ts";
import { leaseIdOf, type Person } from "../../src/domain/ids.ts";
import {
  HOUR_MS,
  NOW,
  pending,
  policyOf,
  REGISTRY,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import {
  alex,
  casey,
  kim,
  onTwoRegistries,
  openLease,
  OTHER,
  robin,
  sam,
  soon,
} from "./two-registries.ts";

onTwoRegistries("what approvers say", (on) => {
  describe("what waits for a decision", () => {
    const requests = [
      pending({ id: requestId(1) }),
      pending({ id: requestId(2), requester: alex, lapsesAt: new Date(NOW.getTime() + HOUR_MS) }),
      pending({ id: requestId(3), registry: OTHER, requester: kim }),
      pending({
        id: requestId(4),
        requester: casey,
        approvals: [{ approver: alex, at: NOW, atMostMs: undefined }],
      }),
    ];
    const whole = (n: number): string => requestId(n);

    beforeEach(async () => {
      await on.given({ put: requests.map((value) => ({ kind: "request", value }) as const) });
    });

    it("is shown to those who can decide it, and not what is their own or has lapsed", async () => {
      const ids = async (who: Person) => {
        const {
          registries,
          requests: open,
          approvedByThem,
        } = await showPending(on.deps(), who.id, soon);
        const short = (list: typeof open): string => list.map(({ id }) => id.slice(-1)).join("");
        return [registries, short(open), short(approvedByThem)];
      };
      assert.deepEqual(await ids(alex), [1, "1", "4"]);
      assert.deepEqual(await ids(sam), [2, "2143", ""]);
      assert.deepEqual(await ids(robin), [0, "", ""]);
      on.pass(HOUR_MS);
      assert.deepEqual(await ids(sam), [2, "143", ""]);
    });

    it("is never approved in words: those show the card to click", async () => {
      const shown = await showApproval(on.deps(), { by: alex, target: whole(1) }, soon);
      assert.ok(shown.kind === "approval");
      assert.deepEqual(
        [shown.view.request.id, shown.view.request.status, shown.view.quorum],
        [requestId(1), "pending", 1],
      );
      assert.equal((await on.store.request(requestId(1), soon)).value?.version, 1);
      const kind = async (by: Person, target: string) =>
        (await showApproval(on.deps(), { by, target }, soon)).kind;
      assert.equal(await kind(alex, whole(2)), "nothing-pending", "their own");
      assert.equal(await kind(alex, whole(3)), "nothing-pending", "another's registry");
      assert.equal(await kind(robin, whole(1)), "not-an-approver");
      assert.equal(await kind(sam, "r7k2"), "which-request");
    });

    it("is denied in words by those who could click, once, and with a reason", async () => {
      const deny = async (by: Person, n: number, why: string | undefined = "too wide") =>
        (await denyByText(on.deps(), { by, target: whole(n), why }, soon)).kind;
      assert.equal(
        (await denyByText(on.deps(), { by: alex, target: whole(1), why: undefined }, soon)).kind,
        "why-missing",
      );
      assert.equal(await deny(robin, 1), "not-an-approver");
      assert.equal(await deny(alex, 2), "nothing-pending");
      assert.equal(await deny(alex, 3), "nothing-pending");
      assert.deepEqual((await on.store.audit(1, 10, soon)).value, []);
      assert.equal(await deny(alex, 1), "decided");
      assert.equal((await on.store.request(requestId(1), soon)).value?.status, "denied");
      assert.equal(await deny(sam, 1), "nothing-pending");
      const { value } = await on.store.audit(1, 10, soon);
      assert.deepEqual(
        value.map(({ event }) => event.kind),
        ["request.denial"],
      );
    });
  });

  describe("somebody whom it escalates to", () => {
    const base = registryPolicy();
    const policy = policyOf(
      registryPolicy({
        approval: { ...base.approval, escalate: { afterMs: HOUR_MS, to: new Set([casey.id]) } },
      }),
    );
    const deps = () => ({ ...on.deps(), policy: () => policy });
    const about = { by: casey, target: requestId(1) };

    beforeEach(async () => {
      const theirOwn = pending({ id: requestId(2), requester: casey });
      const values = [pending({ id: requestId(1) }), theirOwn];
      await on.given({ put: values.map((value) => ({ kind: "request", value }) as const) });
    });

    it("says pending, approve and deny like an approver once it has waited, and not before", async () => {
      const waits = async () =>
        (await showPending(deps(), casey.id, soon)).requests.map(({ id }) => id);
      const shown = async () => (await showApproval(deps(), about, soon)).kind;
      const denied = async () => (await denyByText(deps(), { ...about, why: "no" }, soon)).kind;
      on.pass(HOUR_MS - 1);
      assert.deepEqual(await waits(), []);
      assert.deepEqual([await shown(), await denied()], ["nothing-pending", "nothing-pending"]);
      on.pass(1);
      assert.deepEqual(await waits(), [requestId(1)], "and never their own");
      assert.deepEqual([await shown(), await denied()], ["approval", "decided"]);
      assert.equal((await on.store.request(requestId(1), soon)).value?.status, "denied");
    });

    it("neither freezes nor revokes", async () => {
      on.pass(2 * HOUR_MS);
      const wish = { by: casey, frozen: true, why: undefined, messageId: "m1" };
      assert.equal((await freezeEverything(deps(), wish, soon)).kind, "not-an-approver");
      const all = { by: casey, registryName: "acrdemomagic" };
      assert.equal((await askToRevokeAll(deps(), all, soon)).kind, "not-an-approver");
    });
  });

  describe("freezing everything", () => {
    const freeze = async (by: Person, frozen: boolean, messageId: string = randomUUID()) =>
      freezeEverything(on.deps(), { by, frozen, why: "INC-7", messageId }, soon);
    const frozen = async () =>
      Promise.all(
        [REGISTRY, OTHER].map(async (id) => (await on.store.freeze(id, soon)).value?.freeze?.by.id),
      );

    it("freezes what the person approves for, once for a message, and can be ended", async () => {
      assert.equal((await freeze(robin, true)).kind, "not-an-approver");
      await freeze(alex, true);
      assert.deepEqual(await frozen(), [alex.id, undefined]);
      await freeze(sam, true, "m1");
      await freeze(sam, true, "m1");
      assert.deepEqual(await frozen(), [alex.id, sam.id]);
      await freeze(sam, false, "m2");
      assert.deepEqual(await frozen(), [undefined, undefined]);
      const { value } = await on.store.audit(1, 10, soon);
      assert.deepEqual(
        value.map(({ event }) => event.kind),
        ["registry.frozen", "registry.frozen", "registry.unfrozen", "registry.unfrozen"],
      );
    });
  });

  describe("revoking everything", () => {
    const confirm = async (by: Person, shown: number) =>
      revokeAll(on.deps(), { registry: REGISTRY, by, shown, why: "a key leaked" }, soon);

    beforeEach(async () => {
      const leases = [
        openLease(1, robin, "203.0.113.7"),
        openLease(2, casey, "203.0.113.8"),
        openLease(3, kim, "203.0.113.9", { registry: OTHER }),
      ];
      await on.given({ put: leases.map((value) => ({ kind: "lease", value }) as const) });
    });

    it("asks first, whom it would hit", async () => {
      const ask = async (by: Person, registryName = "acrdemomagic") =>
        askToRevokeAll(on.deps(), { by, registryName }, soon);
      const asked = await ask(alex);
      assert.ok(asked.kind === "confirm");
      assert.deepEqual(
        asked.leases.map(({ requester }) => requester.id),
        [robin.id, casey.id],
      );
      assert.equal((await ask(robin)).kind, "not-an-approver");
      assert.equal((await ask(alex, "acrother01")).kind, "not-an-approver");
      assert.equal((await ask(alex, "acrnowhere")).kind, "unknown-registry");
      assert.deepEqual((await on.store.audit(1, 10, soon)).value, []);
    });

    it("ends each lease of that registry with its entry, once, and nobody else's", async () => {
      assert.deepEqual(await confirm(robin, 2), { kind: "not-an-approver" });
      assert.deepEqual(await confirm(alex, 2), { kind: "ended", ended: 2, failed: 0 });
      assert.deepEqual(await confirm(alex, 2), { kind: "ended", ended: 0, failed: 0 });
      const status = async (n: number) =>
        (await on.store.lease(leaseIdOf(requestId(n)), soon)).value?.status;
      assert.deepEqual(
        [await status(1), await status(2), await status(3)],
        ["closing", "closing", "open"],
      );
      const { value } = await on.store.audit(1, 10, soon);
      assert.deepEqual(
        value.map(({ event }) => event.kind === "lease.closing" && [event.lease, event.reason]),
        [1, 2].map((n) => [
          leaseIdOf(requestId(n)),
          { kind: "revoked", by: alex, why: "a key leaked" },
        ]),
      );
    });

    it("hits nobody who was not on the card", async () => {
      const late = openLease(4, kim, "203.0.113.10");
      await on.given({ put: [{ kind: "lease", value: late }] });
      assert.equal((await confirm(alex, 2)).kind, "out-of-date");
      assert.equal((await on.store.lease(late.id, soon)).value?.status, "open");
      assert.deepEqual(await confirm(alex, 3), { kind: "ended", ended: 3, failed: 0 });
    });
  });
});
