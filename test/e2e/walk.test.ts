import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { parsePersonId, parseRegistryId } from "../../src/domain/ids.ts";
import type { Store } from "../../src/application/store.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES } from "../world/stores.ts";
import { shownCard } from "../world/shown-card.ts";
import { startWorld, type World } from "../world/world.ts";

const FOREIGN = "192.0.2.10";
const soon = AbortSignal.timeout(120_000);

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `from asking to closed again, on ${name}`, () => {
    let world: World;
    let store: Store;
    let robin: TeamsClient;
    let alex: TeamsClient;
    let sam: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      await world.start();
      store = await world.store.open();
      [robin, alex, sam] = [world.client("robin"), world.client("alex"), world.client("sam")];
      for (const client of [robin, alex, sam]) await client.install();
    });
    after(async () => {
      await store.close();
      await world.stop();
    });

    const rules = (): readonly string[] =>
      world.azure.history().findLast(({ registry }) => registry.endsWith("acrdemomagic"))?.rules ??
      [];
    const patches = (): number =>
      world.azure
        .journal()
        .filter(({ method, path }) => method === "PATCH" && !path.includes("/tags/")).length;

    it("takes a request, a click and the time: a rule comes and goes, and everybody is told", async () => {
      await robin.say("allow 203.0.113.7 for 2s on acrdemomagic because TICKET-12");
      const asked = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
      await sam.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
      await robin.waitForCard(shownCard("Waiting for an approver", "Sent to 2 of 2 approvers."));
      assert.deepEqual(rules(), [FOREIGN]);

      const clicked = await alex.click(asked, "approve");
      assert.equal(clicked.httpStatus, 200);
      await robin.waitForCard(shownCard("Open", "203.0.113.7", "Rule seen", "A rule can take"));
      assert.deepEqual(rules(), [FOREIGN, "203.0.113.7"]);
      const openUntil = await alex.waitForCard(shownCard("Approved", "Open until"));
      assert.equal(openUntil.id, asked.id, "the same message, updated in place");

      await robin.waitForCard(shownCard("Closed", "The time was up."), { timeoutMs: 15_000 });
      assert.deepEqual(rules(), [FOREIGN]);
      await alex.waitForCard(shownCard("Approved", "Rule seen gone"));
      const told = await sam.waitForCard(
        shownCard("Approved", "By Alex Approver", "Rule seen gone"),
      );
      assert.equal(sam.messages().length, 2, "a welcome, and one message kept up to date");
      assert.ok(told.versions.length >= 2);
    });

    it("leaves an audit trail, numbered without a gap, each change with its entry", async () => {
      const { value } = await store.audit(1, 100, soon);
      assert.deepEqual(
        value.map(({ number }) => number),
        value.map((_, index) => index + 1),
      );
      assert.deepEqual(
        value.map(({ event }) => event.kind),
        [
          "policy.loaded",
          "request.asked",
          "request.approval",
          "lease.approved",
          "rules.intended",
          "rules.changed",
          "lease.opened",
          "lease.closing",
          "rules.intended",
          "rules.changed",
          "lease.ended",
        ],
      );
      const added = value.find(({ event }) => event.kind === "rules.changed")?.event;
      assert.ok(added?.kind === "rules.changed");
      assert.deepEqual([added.before, added.after], [[FOREIGN], [FOREIGN, "203.0.113.7"]]);
      assert.match(added.correlationId ?? "", /^[0-9a-f-]{36}$/);
      const over = value.find(({ event }) => event.kind === "lease.ended");
      assert.ok(over?.event.kind === "lease.ended" && over.event.endsAt !== undefined);
      const lateMs = over.at.getTime() - over.event.endsAt.getTime();
      assert.ok(lateMs >= 0 && lateMs < 15_000, `closed ${String(lateMs)} ms after its end`);
    });

    it("never showed a card that said more than was so on the registry", () => {
      const history = world.azure
        .history()
        .filter(({ registry }) => registry.endsWith("acrdemomagic"));
      const isOpenAt = (at: Date): boolean =>
        history.findLast(({ atMs }) => atMs <= at.getTime())?.rules.includes("203.0.113.7") ===
        true;
      const versions = robin.messages().flatMap((message) => message.versions);
      const title = (card: unknown): string => JSON.stringify(card);
      const open = versions.filter(({ card }) => title(card).includes('"Rule seen"'));
      const gone = versions.filter(({ card }) => title(card).includes("was seen gone"));
      assert.deepEqual([open.length, gone.length], [1, 1]);
      for (const { at } of open) assert.ok(isOpenAt(at));
      for (const { at } of gone) assert.ok(!isOpenAt(at));
    });

    it("makes one lease and one PATCH when two approvers click at once, and both see who decided", async () => {
      await robin.say("allow 203.0.113.20 for 2s on acrdemomagic");
      const [forAlex, forSam] = await Promise.all([
        alex.waitForCard(shownCard("Open a registry?", "203.0.113.20")),
        sam.waitForCard(shownCard("Open a registry?", "203.0.113.20")),
      ]);
      const before = patches();
      const answers = await Promise.all([
        alex.click(forAlex, "approve"),
        sam.click(forSam, "approve"),
      ]);
      for (const { body } of answers) assert.match(JSON.stringify(body), /"Approved"/);
      await robin.waitForCard(shownCard("Open", "203.0.113.20"));
      assert.equal(patches() - before, 1);

      const decider = (message: { readonly card: unknown }): string | undefined =>
        /(Alex Approver|Sam Security)/.exec(JSON.stringify(message.card))?.[1];
      const seen = await Promise.all([
        alex.waitForCard(shownCard("Approved", "203.0.113.20", "Open until")),
        sam.waitForCard(shownCard("Approved", "203.0.113.20", "Open until")),
      ]);
      assert.equal(decider(seen[0]), decider(seen[1]));
      const robinId = parsePersonId(robin.person.aadObjectId);
      assert.ok(robinId !== undefined);
      assert.equal((await store.leasesOf(robinId, soon)).value.length, 1);
      await robin.waitForCard(shownCard("Closed", "203.0.113.20"), { timeoutMs: 15_000 });
    });

    it("asks once when Teams delivers a message twice, and decides once when a click comes again", async () => {
      const activityId = "delivered-twice";
      await robin.say("allow 203.0.113.30 for 2s on acrdemomagic", { activityId });
      const card = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.30"));
      await robin.say("allow 203.0.113.30 for 2s on acrdemomagic", { activityId });
      await Promise.all([1, 2, 3].map(() => alex.click(card, "approve")));
      await robin.waitForCard(shownCard("Open", "203.0.113.30"));
      await robin.waitForCard(shownCard("Closed", "203.0.113.30"), { timeoutMs: 15_000 });
      const { value } = await store.audit(1, 1_000, soon);
      const about = value.filter(({ event }) => JSON.stringify(event).includes("203.0.113.30"));
      const count = (kind: string): number =>
        about.filter(({ event }) => event.kind === kind).length;
      assert.deepEqual(
        [
          count("request.asked"),
          count("lease.approved"),
          count("lease.opened"),
          count("lease.ended"),
        ],
        [1, 1, 1, 1],
      );
    });

    it("shares one rule between two leases and takes it away with the last", async () => {
      const casey = world.client("casey");
      await casey.install();
      await robin.say("allow 203.0.113.40 for 2s on acrdemomagic");
      await casey.say("allow 203.0.113.40 for 4s on acrdemomagic");
      for (const who of ["Robin", "Casey"]) {
        const card = await alex.waitForCard(
          shownCard("Open a registry?", "203.0.113.40", `Who ${who}`),
        );
        await alex.click(card, "approve");
      }
      await casey.waitForCard(shownCard("Open", "203.0.113.40"));
      const closed = await robin.waitForCard(
        shownCard("Over", "203.0.113.40", "Somebody else's lease"),
        {
          timeoutMs: 15_000,
        },
      );
      assert.match(JSON.stringify(closed.card), /Somebody else's lease needs the same rule/);
      assert.deepEqual(rules(), [FOREIGN, "203.0.113.40"]);
      await casey.waitForCard(shownCard("Closed", "203.0.113.40"), { timeoutMs: 15_000 });
      assert.deepEqual(rules(), [FOREIGN]);
    });

    it("borrows a rule of somebody else, and leaves it where it was", async () => {
      await robin.say(`allow ${FOREIGN} for 2s on acrdemomagic`);
      const before = patches();
      await alex.click(await alex.waitForCard(shownCard("Open a registry?", FOREIGN)), "approve");
      await robin.waitForCard(shownCard("Open", FOREIGN, "Another rule of the registry"));
      const closed = await robin.waitForCard(shownCard("Over", FOREIGN, "A permanent rule"), {
        timeoutMs: 15_000,
      });
      assert.match(JSON.stringify(closed.card), /A permanent rule of the registry/);
      assert.deepEqual([rules(), patches() - before], [[FOREIGN], 0]);
    });

    it("ends the lease when somebody else removes its rule, and does not put it back", async () => {
      await robin.say("allow 203.0.113.50 for 20m on acrdemomagic");
      await alex.click(
        await alex.waitForCard(shownCard("Open a registry?", "203.0.113.50")),
        "approve",
      );
      await robin.waitForCard(shownCard("Open", "203.0.113.50"));
      world.azure.externalWrite(world.registryId("acrdemomagic"), [FOREIGN]);
      const registry = parseRegistryId(world.registryId("acrdemomagic"));
      assert.ok(registry !== undefined);
      const { now } = await store.registry(registry, soon);
      await store.commit(
        {
          opId: "look-again",
          notAfter: new Date(now.getTime() + 5_000),
          wake: [{ list: "registry", key: registry, at: now }],
        },
        soon,
      );
      await robin.waitForCard(shownCard("Closed", "Somebody else removed the rule"));
      assert.deepEqual(rules(), [FOREIGN]);
    });

    it("leaves nothing behind but audit, once all is over", async () => {
      const registry = parseRegistryId(world.registryId("acrdemomagic"));
      const person = parsePersonId(robin.person.aadObjectId);
      assert.ok(registry !== undefined && person !== undefined);
      await eventually("the store is empty of leases and requests", async () => {
        const [record, leases, pending] = await Promise.all([
          store.registry(registry, soon),
          store.leasesOf(person, soon),
          store.pendingFor(registry, soon),
        ]);
        const rest = (record.value?.owned.length ?? 0) + leases.value.length + pending.value.length;
        return rest === 0 ? true : undefined;
      });
    });
  });
}
