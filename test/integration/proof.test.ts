import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, it } from "node:test";
import { ask as askTyped } from "../../src/application/requests/ask.ts";
import { withStoreLog } from "../../src/adapters/log/store-log.ts";
import { noteProofCard } from "../../src/application/proof/begin-proof.ts";
import { confirmAddress, renounceProof } from "../../src/application/proof/confirm-address.ts";
import { setFreeze } from "../../src/application/leases/freeze.ts";
import { proveAddress, type ProofOutcome } from "../../src/application/proof/prove-address.ts";
import {
  lookAtLink,
  recordAddress,
  type Link,
  type RecordOutcome,
} from "../../src/application/proof/record-address.ts";
import { createIds } from "../../src/create-ids.ts";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import type { Proving } from "../../src/domain/proof.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK, type StoreOnSetClock } from "../stores-on-set-clock.ts";
import { address, NOW, person, policyOf, REGISTRY, registryPolicy } from "../unit/builders.ts";

const soon = AbortSignal.timeout(300_000);
const secrets = createLinkSecrets();
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const MINUTE_MS = 60_000;
const [ada, grace] = [person(1), person(2)];
const home = address("198.51.100.7");
const card = {
  serviceUrl: "https://smba.trafficmanager.net/emea/",
  conversationId: "a:1",
  tenantId: policyOf().tenant,
  ...{ botId: "28:bot", userId: "29:ada" },
};

for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
  describeUnless(missing, `an address proven by link, on ${name}`, () => {
    let on: StoreOnSetClock & { readonly remove: () => Promise<void> };
    let registry: Partial<RegistryPolicy>;
    let now = NOW;

    before(async () => {
      on = await open();
    });
    after(async () => {
      await on.remove();
    });
    beforeEach(() => {
      registry = { limits: { ...registryPolicy().limits, pendingPerPerson: 50 } };
      now = new Date(now.getTime() + 60 * MINUTE_MS);
      on.setClock(now);
    });

    const pass = (ms: number): void => {
      now = new Date(now.getTime() + ms);
      on.setClock(now);
    };
    const deps = () => ({
      ...{ store: on.store, secrets },
      policy: () => policyOf(registryPolicy(registry)),
      ids: createIds(),
    });
    const question = (messageId: string = randomUUID()) => ({
      ...{ by: ada, durationMs: undefined, registryName: undefined, reason: undefined },
      errorAddress: undefined,
      messageId,
    });
    const ask = (messageId?: string): Promise<ProofOutcome> =>
      proveAddress(deps(), question(messageId), soon);
    const begun = async (messageId?: string): Promise<{ proof: Proving; link: Link }> => {
      const outcome = await ask(messageId);
      assert.ok(outcome.kind === "proving", outcome.kind);
      const { proof, secret } = outcome;
      return { proof, link: { request: proof.id, secret } };
    };
    const use = (link: Link, from = home): Promise<RecordOutcome> =>
      recordAddress(deps(), link, from, soon);
    const recorded = async (link: Link): Promise<Proving> => {
      const outcome = await use(link);
      assert.ok(outcome.kind === "recorded", outcome.kind);
      return outcome.proof;
    };
    const confirm = async ({ id, version }: Proving, by = ada): Promise<string> => {
      const click = { request: id, by, shownVersion: version };
      const outcome = await confirmAddress(deps(), click, soon);
      return outcome.kind === "policy" ? outcome.refusal.kind : outcome.kind;
    };
    const events = async (): Promise<readonly string[]> =>
      (await on.store.audit(1, 1_000, soon)).value.map(({ event }) => event.kind);

    it("is recorded once, however many use the link at once", async () => {
      const { link, proof } = await begun();
      const before = (await events()).length;
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) => use(link, address(`198.51.100.${String(n + 1)}`))),
      );
      const won = outcomes.filter(({ kind }) => kind === "recorded");
      assert.equal(won.length, 1);
      assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(["recorded", "used"]));
      const { value } = await on.store.request(proof.id, soon);
      const [winner] = won;
      assert.ok(winner?.kind === "recorded" && value?.status === "proving");
      assert.deepEqual(value.seen, winner.proof.seen);
      assert.deepEqual((await events()).slice(before), ["request.address-seen"]);
    });

    it("is not recorded by looking, by a wrong secret, or for another request", async () => {
      const { link, proof } = await begun();
      const other = await begun();
      assert.equal((await lookAtLink(deps(), link, home, soon)).kind, "over", "it was replaced");
      assert.equal((await lookAtLink(deps(), other.link, home, soon)).kind, "ready");
      const forged = [
        { request: other.proof.id, secret: link.secret },
        { request: other.proof.id, secret: secrets.create() },
        { request: other.proof.id, secret: other.proof.tokenHash },
        { request: other.proof.id, secret: "" },
        { request: createIds().requestId("none"), secret: other.link.secret },
      ];
      for (const each of forged) assert.equal((await use(each)).kind, "unknown");
      assert.equal((await on.store.request(proof.id, soon)).value?.status, "unproven");
      assert.equal((await use(other.link)).kind, "recorded");
    });

    it("lapses after ten minutes: neither used nor sent on after that", async () => {
      const late = await begun();
      pass(10 * MINUTE_MS - 1);
      const seen = await recorded(late.link);
      pass(1);
      assert.equal(await confirm(seen), "over");
      const unused = await begun();
      pass(10 * MINUTE_MS);
      assert.deepEqual(await use(unused.link), { kind: "over", because: "lapsed" });
    });

    it("is sent on by its requester only, as it was shown, and has all of the policy's time then", async () => {
      const { link, proof } = await begun();
      assert.equal(await confirm(proof), "out-of-date", "nothing was seen yet");
      const seen = await recorded(link);
      assert.equal(await confirm(seen, grace), "not-yours");
      assert.equal(await confirm(proof), "out-of-date");
      pass(9 * MINUTE_MS);
      assert.deepEqual([await confirm(seen), await confirm(seen)], ["asked", "sent-before"]);
      const { value } = await on.store.request(proof.id, soon);
      assert.ok(value?.status === "pending");
      assert.deepEqual([value.address, value.addressFrom.kind], [home, "link"]);
      const patience = value.lapsesAt.getTime() - now.getTime();
      assert.equal(patience, registryPolicy().approval.timeoutMs);
      assert.equal((await use(link)).kind, "unknown", "nothing of the link is left");
    });

    it("is not called sent when the store was too slow to write that down", async () => {
      const { link } = await begun();
      const { id: request, version: shownVersion } = await recorded(link);
      const commit = () => Promise.resolve({ kind: "late", now } as const);
      const slow = { ...withStoreLog(on.store, quiet), commit };
      const click = { request, by: ada, shownVersion };
      assert.equal(
        (await confirmAddress({ ...deps(), store: slow }, click, soon)).kind,
        "store-busy",
      );
      assert.equal((await confirmAddress(deps(), click, soon)).kind, "asked");
    });

    it("that was not the requester's comes to nothing, and says so in the audit", async () => {
      const { link } = await begun();
      const { id: request, version: shownVersion } = await recorded(link);
      const renounce = (by = ada) =>
        renounceProof(deps(), { request, by, shownVersion }, "not-me", soon);
      assert.equal((await renounce(grace)).kind, "not-yours");
      assert.equal((await renounce()).kind, "unproven");
      assert.equal((await renounce()).kind, "over");
      assert.deepEqual(await use(link), { kind: "over", because: "not-me" });
      assert.equal((await events()).at(-1), "request.not-me");
    });

    it("is held against the policy where it is seen, and using up nothing where it says no", async () => {
      registry = {
        ...registry,
        address: {
          ...registryPolicy().address,
          reserved: "refuse",
          forbid: [address("8.8.8.0/24")],
        },
      };
      const { link } = await begun();
      for (const [from, why] of [
        ["10.0.0.4", "special-range"],
        ["100.64.0.9", "special-range"],
        ["127.0.0.1", "special-range"],
        ["8.8.8.8", "forbidden-range"],
      ] as const) {
        const outcome = await use(link, address(from));
        assert.equal(outcome.kind === "refused" ? outcome.refusal.kind : outcome.kind, why);
      }
      assert.equal((await use(link, address("9.9.9.9"))).kind, "recorded");
    });

    it("is asked of the policy before there is a link, and again before approvers hear of it", async () => {
      const { link } = await begun();
      const seen = await recorded(link);
      const before = registry;
      registry = { ...before, address: { ...registryPolicy().address, forbid: [home] } };
      assert.equal(await confirm(seen), "forbidden-range");
      registry = { ...before, requesters: new Set([grace.id]) };
      assert.equal(await confirm(seen), "may-not-ask");
      registry = { ...before, address: { ...registryPolicy().address, myIp: "refused" } };
      assert.equal((await ask()).kind, "links-refused");
      registry = { ...before, reason: { kind: "required" } };
      assert.equal((await ask()).kind, "policy");
      registry = before;
      const wish = { by: grace, registryName: registryPolicy().name, why: undefined };
      await setFreeze(deps(), { ...wish, frozen: true, messageId: randomUUID() }, soon);
      assert.deepEqual([(await ask()).kind, await confirm(seen)], ["frozen", "frozen"]);
      await setFreeze(deps(), { ...wish, frozen: false, messageId: randomUUID() }, soon);
      assert.equal(await confirm(seen), "asked");
    });

    it("gets another link when nobody knows whether the first arrived, and none once its card is there", async () => {
      const messageId = randomUUID();
      const lost = await begun(messageId);
      const again = await begun(messageId);
      assert.equal(again.proof.id, lost.proof.id);
      assert.deepEqual([(await use(lost.link)).kind, again.proof.version], ["unknown", 2]);
      const text = await on.texts.read("request", again.proof.id);
      assert.ok(
        !text.includes(again.link.secret),
        "no secret is stored, so none can be sent again",
      );
      await noteProofCard(deps(), again.proof, card, "17", soon);
      assert.equal((await ask(messageId)).kind, "asked");
      assert.equal((await use(again.link)).kind, "recorded");
    });

    it("asks once when a message is delivered many times at once", async () => {
      const messageId = randomUUID();
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => ask(messageId)));
      const links = outcomes.filter((outcome) => outcome.kind === "proving");
      assert.ok(links.length >= 1);
      const works = await Promise.all(
        links.map(({ proof, secret }) =>
          lookAtLink(deps(), { request: proof.id, secret }, home, soon),
        ),
      );
      assert.equal(works.filter((state) => state.kind === "ready").length, 1);
      const asked = (await on.store.audit(1, 1_000, soon)).value.filter(
        ({ event, at }) => event.kind === "request.proving" && at.getTime() === now.getTime(),
      );
      assert.equal(asked.length, 1);
    });

    it("counts among what a person has waiting, and is on no approver's list", async () => {
      const { value: waiting } = await on.store.pendingOf(ada.id, soon);
      const inbox = (await on.store.pendingFor(REGISTRY, soon)).value.length;
      const others = waiting.filter(({ status }) => status === "pending").length;
      // The new link takes the place of those before it, so there is room for one.
      registry = { limits: { ...registryPolicy().limits, pendingPerPerson: others + 1 } };
      const { link } = await begun();
      const typed = await askTyped(deps(), { ...question(), address: home }, soon);
      assert.equal(typed.kind, "too-many-pending");
      assert.equal((await on.store.pendingFor(REGISTRY, soon)).value.length, inbox);
      assert.equal(await confirm(await recorded(link)), "asked");
      assert.equal((await on.store.pendingFor(REGISTRY, soon)).value.length, inbox + 1);
    });
  });
}
