import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import { adopt } from "../../src/application/leases/adopt.ts";
import type { Log } from "../../src/application/ports.ts";
import type { Begun } from "../../src/application/proof/begin-proof.ts";
import { confirmAddress } from "../../src/application/proof/confirm-address.ts";
import { proveAddress } from "../../src/application/proof/prove-address.ts";
import { proveEmergency } from "../../src/application/proof/prove-emergency.ts";
import { proveMove } from "../../src/application/proof/prove-move.ts";
import { recordAddress } from "../../src/application/proof/record-address.ts";
import { createDailyTime } from "../../src/application/registry/daily-time.ts";
import { createQuietLooks } from "../../src/application/registry/quiet-looks.ts";
import { digestOf } from "../../src/create-digest.ts";
import { createHourlyCount } from "../../src/application/registry/hourly-count.ts";
import { reconcileRegistry } from "../../src/application/registry/reconcile-registry.ts";
import { askForChange } from "../../src/application/requests/ask-for-change.ts";
import { ask } from "../../src/application/requests/ask.ts";
import { decideRequest } from "../../src/application/requests/decide.ts";
import { createIds } from "../../src/create-ids.ts";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import type { Person, RegistryId } from "../../src/domain/ids.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { address, HOUR_MS, NOW, person, policyOf, registryPolicy } from "../unit/builders.ts";
import { createDoor } from "./authority-door.ts";
import { createJudge } from "./authority-judge.ts";
import { plantedLease } from "./authority-lies.ts";
import { createRegistries } from "./authority-registries.ts";
import { REGISTRIES, type PolicyRules, type Step } from "./authority-steps.ts";

const soon = AbortSignal.timeout(600_000);
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const HOLD_MS = 60_000;
const MINUTE_MS = 60_000;

/** Plays what happens through the product's own use cases and its worker, and has everything that they grant judged. */
export async function playHistory(
  first: PolicyRules,
  steps: readonly Step[],
  seen: Map<string, number>,
): Promise<void> {
  let now = NOW;
  const present = { bot: policyFrom(first), worker: policyFrom(first) };
  const store = openSqliteStore({ file: ":memory:", now: () => now, auditKeptMs: HOUR_MS });
  const judge = createJudge({ store, seen, now: () => now, present });
  const registries = createRegistries(
    () => now,
    (registry, value) => judge.added(registry, value),
  );
  const door = createDoor(() => now.getTime());
  const ids = createIds();
  const deps = { store, ids, secrets: createLinkSecrets(), policy: () => present.bot };
  const worker = {
    ...{ store, ids, log: quiet, ledger: undefined, rules: registries.port },
    policy: () => present.worker,
    recentOpenings: createHourlyCount(() => now.getTime()),
    recentRestores: createHourlyCount(() => now.getTime()),
    dailyTime: createDailyTime(() => now.getTime()),
    quietLooks: createQuietLooks(digestOf),
    monotonicMs: () => now.getTime(),
  };

  /** The link is used by whoever it is; `by` clicks on what it saw. */
  const confirm = async (
    begun: Begun | { readonly kind: "refused" },
    from: string,
    by: Person,
    verb: "send-for-approval" | "open-now",
  ): Promise<void> => {
    if (begun.kind !== "proving") return;
    const { proof, secret } = begun;
    const link = { request: proof.id, secret };
    await recordAddress(deps, link, address(from), soon);
    const { value } = await store.request(proof.id, soon);
    const clicker = await door.clicks(by, verb, soon);
    if (clicker === undefined || value === undefined) return;
    const click = { request: proof.id, by: clicker, shownVersion: value.version };
    await confirmAddress(deps, click, soon);
  };

  const playOne = async (step: Step, messageId: string): Promise<void> => {
    const by = "who" in step ? person(step.who) : person(1);
    const registryName = nameOf("where" in step ? step.where : 0);
    const reason = "it burns";
    switch (step.do) {
      case "ask": {
        const entered = await door.says(by, "allow", soon);
        if (entered === undefined) return;
        const wish = { address: address(step.address), durationMs: step.hours * HOUR_MS };
        judge.wished(messageId, "open", by, step.address, false, wish.durationMs);
        await ask(deps, { ...wish, by: entered, registryName, reason, messageId }, soon);
        return;
      }
      case "link": {
        const entered = await door.says(by, "allow-my-address", soon);
        if (entered === undefined) return;
        const durationMs = step.hours * HOUR_MS;
        judge.wished(messageId, "open", by, step.address, true, durationMs);
        const question = { by: entered, durationMs, registryName, reason, messageId };
        const begun = await proveAddress(deps, { ...question, errorAddress: undefined }, soon);
        await confirm(
          begunBy(begun),
          step.address,
          person(step.by ?? step.who),
          "send-for-approval",
        );
        return;
      }
      case "extend":
      case "move": {
        const entered = await door.says(by, step.do, soon);
        const { value: leases } = await store.leasesOf(by.id, soon);
        const lease = leases.find(({ status }) => status === "open");
        if (entered === undefined || lease === undefined) return;
        const durationMs = step.do === "extend" ? step.hours * HOUR_MS : Infinity;
        const asks =
          step.do === "extend"
            ? ({ kind: "extend", durationMs } as const)
            : ({ kind: "replace", address: address(step.address) } as const);
        judge.wished(messageId, asks.kind, by, asks.address ?? lease.address, false, durationMs);
        const target = lease.id;
        await askForChange(deps, { by: entered, target, asks, reason, messageId }, soon);
        return;
      }
      case "move-by-link": {
        const entered = await door.says(by, "move", soon);
        const { value: leases } = await store.leasesOf(by.id, soon);
        const lease = leases.find(({ status }) => status === "open");
        if (entered === undefined || lease === undefined) return;
        judge.wished(messageId, "replace", by, step.address, true, Infinity);
        const wish = { by: entered, target: lease.id, reason, messageId };
        const begun = await proveMove(deps, wish, soon);
        await confirm(
          begunBy(begun),
          step.address,
          person(step.by ?? step.who),
          "send-for-approval",
        );
        return;
      }
      case "emergency": {
        const entered = await door.says(by, "emergency", soon);
        if (entered === undefined) return;
        judge.wished(messageId, "emergency", by, step.address, true, HOUR_MS);
        const question = { by: entered, registryName, durationMs: HOUR_MS, reason, messageId };
        const begun = await proveEmergency(deps, question, soon);
        await confirm(begunBy(begun), step.address, person(step.by ?? step.who), "open-now");
        return;
      }
      case "adopt": {
        const entered = await door.says(by, "adopt", soon);
        if (entered === undefined) return;
        const wish = { address: address(step.address), durationMs: step.hours * HOUR_MS };
        judge.wished(messageId, "adopt", by, step.address, false, wish.durationMs);
        await adopt(deps, { ...wish, by: entered, registryName, reason, messageId }, soon);
        return;
      }
      case "decide": {
        const waiting = await judge.waiting();
        const request = waiting.at(-1 - step.which);
        const entered = await door.clicks(by, "approve", soon);
        if (request === undefined || entered === undefined) return;
        const shownVersion = request.version - (step.stale ? 1 : 0);
        const atMostMs = step.verdict === "less" ? HOUR_MS : undefined;
        const said =
          step.verdict === "approve" || step.verdict === "less"
            ? ({ verdict: "approve", atMostMs } as const)
            : ({ verdict: step.verdict, why: "no" } as const);
        const click = { ...said, request: request.id, by: entered, shownVersion };
        const { kind } = await decideRequest(deps, click, soon);
        if (kind === "decided") {
          assert.ok(!step.stale, "a click on an old card counted");
          assert.equal(door.standingOf(by.id), "member");
          judge.decided(click);
        }
        return;
      }
      case "policy": {
        const changed = policyFrom(step.rules);
        if (step.reaches !== "worker") present.bot = changed;
        if (step.reaches !== "bot") present.worker = changed;
        return;
      }
      case "becomes":
        door.becomes(by.id, step.standing);
        // So long may the roster's last word be believed.
        now = new Date(now.getTime() + HOUR_MS);
        return;
      case "pass":
        now = new Date(now.getTime() + step.minutes * MINUTE_MS);
        return;
      case "others": {
        const registry = registryAt(step.where);
        const kept = step.add ? registries.rulesOf(registry) : [];
        registries.othersWrite(registry, [...new Set([...kept, step.rule])]);
        return;
      }
      case "lie": {
        const lease = plantedLease(step.lie, messageId, now);
        const put = [{ kind: "lease", value: lease }] as const;
        const outcome = await store.commit({ opId: randomUUID(), notAfter: now, put }, soon);
        assert.equal(outcome.kind, "committed");
        judge.planted(lease);
        return;
      }
      case "work":
        now = new Date(now.getTime() + 1_000);
        await work();
        return;
    }
  };

  const work = async (): Promise<void> => {
    const wake = REGISTRIES.map((key) => ({ list: "registry", key, at: new Date(0) }) as const);
    await store.commit({ opId: randomUUID(), notAfter: now, wake }, soon);
    for (;;) {
      const claim = await store.claimRegistry(HOLD_MS, soon);
      if (claim.kind !== "claimed") return;
      await judge.working(claim.registry, () => reconcileRegistry(worker, claim, soon));
    }
  };

  try {
    for (const [index, step] of steps.entries()) {
      const messageId = `message ${String(index)}`;
      await playOne(step, messageId);
      await judge.look(ids.requestId(messageId));
    }
  } finally {
    await store.close();
  }
}

/** What came of asking for a link, where that is one. */
function begunBy(outcome: Begun | { readonly kind: string }): Begun | { readonly kind: "refused" } {
  return "secret" in outcome ? outcome : { kind: "refused" };
}

function policyFrom(rules: PolicyRules): Policy {
  const made = rules.map((each, index) =>
    registryPolicy({ ...each, id: registryAt(index), name: nameOf(index) }),
  );
  return policyOf(...made);
}

function registryAt(index: number): RegistryId {
  return REGISTRIES[index] ?? REGISTRIES[0];
}

function nameOf(index: number): string {
  return registryAt(index).split("/").at(-1) ?? "";
}
