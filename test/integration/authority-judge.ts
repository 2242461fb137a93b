import assert from "node:assert/strict";
import type { Store } from "../../src/application/store.ts";
import type { Decision } from "../../src/domain/decision.ts";
import { leaseIdOf, type Person, type PersonId, type RequestId } from "../../src/domain/ids.ts";
import type { Lease } from "../../src/domain/lease.ts";
import type { Policy } from "../../src/domain/policy.ts";
import type { Approved, Pending, Request } from "../../src/domain/request.ts";
import { createIds } from "../../src/create-ids.ts";
import { HOUR_MS } from "../unit/builders.ts";
import {
  againstTheRules,
  claimedBy,
  givenLately,
  hoursOf,
  policyFor,
  quorumMissing,
  whyNot,
  type Claimed,
  type Given,
  type Wish,
  type Yes,
} from "./authority-oracle.ts";
import { judgeWorker, type WorkerJudge } from "./authority-worker-judge.ts";

const soon = AbortSignal.timeout(600_000);

/** What a judge goes by. */
export type JudgeDeps = {
  readonly store: Store;
  /** How often each kind of grant was seen: a property that grants nothing shows nothing. */
  readonly seen: Map<string, number>;
  readonly now: () => Date;
  /** As the two roles have it at this moment. */
  readonly present: { readonly bot: Policy; readonly worker: Policy };
};

/** Keeps its own history of what people said, and holds everything that is granted against it. */
export type Judge = WorkerJudge & {
  wished(
    messageId: string,
    kind: Wish["kind"],
    by: Person,
    address: string,
    seenByLink: boolean,
    durationMs: number,
  ): void;
  /** A click that the product says has counted. */
  decided(click: Decision & { readonly request: RequestId }): void;
  planted(lease: Lease): void;
  waiting(): Promise<readonly Pending[]>;
  /** After each step: whatever was approved since has to be as the policy of the bot says. */
  look(latest: RequestId): Promise<void>;
};

/** Begins with an empty history. */
export function createJudge(deps: JudgeDeps): Judge {
  const { store, seen, now, present } = deps;
  const ids = createIds();
  const wishes = new Map<RequestId, Wish>();
  const yeses = new Map<string, Yes[]>();
  /** The approvals that a lease rests on, and since when they were asked for. */
  const backing = new Map<string, { readonly yes: readonly Yes[]; readonly askedAt: Date }>();
  const mutedUntil = new Map<string, Date>();
  const given: Given[] = [];
  const known = new Set<RequestId>();
  const approved = new Set<RequestId>();

  const requestOf = async (id: RequestId): Promise<Request | undefined> => {
    const { value } = await store.request(id, soon);
    const isRequest = value?.status !== "proving" && value?.status !== "unproven";
    return isRequest ? value : undefined;
  };

  const judgeHours = async (by: PersonId, registry: string, moreMs: number): Promise<void> => {
    const policy = policyFor(present.bot, registry);
    assert.ok(policy !== undefined);
    const leases = new Map<string, Lease>();
    for (const { lease } of given) {
      // They were made from lease ids.
      const { value } = await store.lease(lease as Lease["id"], soon);
      if (value !== undefined) leases.set(lease, value);
    }
    const beforeMs = givenLately(given, by, (id) => leases.get(id), now());
    const hours = `${String((beforeMs + moreMs) / HOUR_MS)} hours in a day`;
    assert.ok(beforeMs + moreMs <= hoursOf(policy), hours);
  };

  const judgeGrant = async (request: Approved, wish: Wish): Promise<string> => {
    const { by, registry } = wish;
    const leaseId = request.kind === "extend" ? request.lease : leaseIdOf(request.id);
    const { value: lease } = await store.lease(leaseId, soon);
    assert.ok(lease !== undefined, "an approved request has its lease");
    assert.equal(lease.requester.id, by);
    const yes = yeses.get(request.id) ?? [];
    const policy = policyFor(present.bot, registry);
    if (request.kind === "extend") {
      const extension = lease.extensions.find((each) => each.request === request.id);
      assert.ok(extension !== undefined && policy !== undefined && lease.status === "open");
      const { durationMs } = extension;
      assert.ok(durationMs <= wish.durationMs && durationMs <= policy.duration.extend.maxMs);
      assert.ok(lease.extensions.length <= policy.duration.extend.times, "extended too often");
      const leftMs = lease.endsAt.getTime() - now().getTime();
      const itself = extension.approvals.length === 0;
      if (itself) assert.ok(lease.basis.kind !== "emergency" && !lease.adopts);
      const asked = { by, address: lease.address, askedAt: wish.at, yes };
      const claimed: Claimed = { ...asked, durationMs: leftMs, basis: "extension" };
      if (itself) assert.equal(whyNot(policy, claimed), undefined);
      else {
        assert.equal(quorumMissing(policy, { ...claimed, durationMs }), undefined);
        assert.equal(againstTheRules(policy, claimed), undefined);
      }
      await judgeHours(by, registry, durationMs);
      given.push({ person: by, lease: lease.id, at: now(), durationMs });
      return itself ? "extended by the policy" : "extended by approvers";
    }
    assert.equal(lease.address, wish.address);
    assert.ok(lease.durationMs <= wish.durationMs, "longer than asked for");
    assert.ok(lease.endsBy.getTime() <= now().getTime() + 15 * 60_000 + lease.durationMs);
    const claimed = { ...claimedBy(lease), askedAt: wish.at, yes };
    const basis = request.kind === "adopt" ? "adoption" : claimed.basis;
    if (basis === "range" || basis === "move" || basis === "emergency") {
      assert.ok(wish.seenByLink, "nothing that was typed is let in by the policy alone");
    }
    if (!wish.seenByLink && basis !== "adoption") {
      assert.equal(policy?.address.typed, "allowed");
    }
    assert.equal(basis === "emergency", request.kind === "emergency");
    assert.equal(basis === "adoption", lease.adopts);
    if (request.kind === "emergency") {
      const until = mutedUntil.get(`${registry} ${by}`);
      assert.ok(until === undefined || until <= now(), "an emergency of somebody who is muted");
    }
    let rests = { yes: claimed.yes, askedAt: claimed.askedAt };
    if (request.kind === "replace") {
      assert.notEqual(policy?.move, "never");
      const { value: old } = await store.lease(request.lease, soon);
      assert.ok(old?.status === "closing" && old.registry === lease.registry, "one for the other");
      const former = backing.get(request.lease);
      if (basis === "move" && former !== undefined) rests = forAnyTime(former);
    }
    assert.equal(whyNot(policy, { ...claimed, ...rests, basis }), undefined);
    backing.set(lease.id, rests);
    if (request.kind === "open") await judgeHours(by, registry, lease.durationMs);
    const counted = { person: by, lease: lease.id, at: now(), durationMs: lease.durationMs };
    if (request.kind !== "adopt") given.push(counted);
    const less = yes.some(({ atMostMs }) => atMostMs !== undefined);
    return `${request.kind} by ${less ? "less of the " : ""}${basis}`;
  };

  const count = (what: string): void => {
    seen.set(what, (seen.get(what) ?? 0) + 1);
  };

  return {
    ...judgeWorker(deps, count),
    wished(messageId, kind, by, address, seenByLink, durationMs) {
      const wish = { kind, by: by.id, address, seenByLink, durationMs, at: now(), registry: "" };
      wishes.set(ids.requestId(messageId), wish);
    },
    decided(click) {
      const wish = wishes.get(click.request);
      assert.ok(wish !== undefined && wish.by !== click.by.id, "nobody decides for themselves");
      if (click.verdict === "approve") {
        const yes = { by: click.by.id, at: now(), atMostMs: click.atMostMs };
        yeses.set(click.request, [...(yeses.get(click.request) ?? []), yes]);
      } else {
        count("denied");
        const muted = click.verdict === "deny-and-mute";
        const until = new Date(now().getTime() + 24 * HOUR_MS);
        if (muted) mutedUntil.set(`${wish.registry} ${wish.by}`, until);
      }
    },
    planted(lease) {
      backing.set(lease.id, { yes: claimedBy(lease).yes, askedAt: lease.askedAt });
    },
    async waiting() {
      const requests: Pending[] = [];
      for (const id of known) {
        const request = await requestOf(id);
        if (request?.status === "pending") requests.push(request);
      }
      return requests;
    },
    async look(latest) {
      const asked = await requestOf(latest);
      const wish = wishes.get(latest);
      if (asked !== undefined && wish !== undefined) {
        known.add(latest);
        wishes.set(latest, { ...wish, at: asked.askedAt, registry: asked.registry });
      }
      for (const id of known) {
        const request = await requestOf(id);
        if (request?.status !== "approved" || approved.has(id)) continue;
        const wished = wishes.get(id);
        assert.ok(wished !== undefined, "approved, and nobody has asked for it");
        approved.add(id);
        count(await judgeGrant(request, wished));
      }
    },
  };
}

/** For how long they said yes is in the end of the lease that is moved. */
function forAnyTime(rests: { readonly yes: readonly Yes[]; readonly askedAt: Date }) {
  return { ...rests, yes: rests.yes.map((each) => ({ ...each, atMostMs: undefined })) };
}
