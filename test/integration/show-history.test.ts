import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recentAudit } from "../../src/application/show/recent-audit.ts";
import { showHistory } from "../../src/application/show/show-history.ts";
import { leaseIdOf, type Person } from "../../src/domain/ids.ts";
import { address, HOUR_MS, NOW, REGISTRY, requestId } from "../unit/builders.ts";
import { alex, casey, kim, onTwoRegistries, OTHER, robin, sam, soon } from "./two-registries.ts";

const DAY_MS = 24 * HOUR_MS;

onTwoRegistries("the past", (on) => {
  describe("history", () => {
    const about = { registry: REGISTRY, policy: "d".repeat(64) };
    const no = { why: "too wide", mutedUntil: undefined };
    const told = { lease: undefined, durationMs: HOUR_MS, reason: "INC-7" };

    async function past(): Promise<void> {
      const [first, second] = [requestId(1), requestId(2)];
      const where = address("203.0.113.7");
      const asked = {
        kind: "request.asked",
        asks: "open",
        address: where,
        ...told,
        ...about,
      } as const;
      await on.given({ audit: [{ ...asked, request: first, by: robin }] });
      on.pass(60_000);
      await on.given({
        audit: [
          { kind: "request.approval", request: first, by: alex, atMostMs: undefined, ...about },
        ],
      });
      on.pass(60_000);
      const open = { lease: leaseIdOf(first), registry: REGISTRY, address: where };
      await on.given({
        audit: [{ kind: "lease.opened", ...open, borrowed: false, endsAt: on.now }],
      });
      on.pass(20 * 60_000);
      await on.given({
        audit: [
          { kind: "lease.ended", ...open, reason: { kind: "due" }, endsAt: on.now },
          { ...asked, request: requestId(3), by: kim, registry: OTHER },
          { ...asked, request: second, by: casey },
        ],
      });
      on.pass(60_000);
      await on.given({
        audit: [{ kind: "request.denial", request: second, by: sam, ...no, ...about }],
      });
    }

    const history = async (by: Person, periodMs?: number, registryName = "acrdemomagic") =>
      showHistory(on.deps(), { by: by.id, registryName, periodMs }, soon);

    it("passes over what a newer version has written, and tells the rest", async () => {
      await past();
      const { store } = on.deps();
      const { value } = await store.trail.texts(1, 100, soon);
      for (const { number, text } of [...value.slice(2, 3), ...value.slice(-1)]) {
        const newer = [{ number, from: text, to: text.replace('{"v":1,', '{"v":2,') }];
        assert.equal(await store.trail.rewrite(newer, soon), "rewritten");
      }
      const shown = await history(alex);
      assert.ok(shown.kind === "history");
      assert.deepEqual(
        shown.items.map(({ id, openedAt, deniedBy }) => [id, openedAt, deniedBy]),
        [
          [requestId(2), undefined, undefined],
          [requestId(1), undefined, undefined],
        ],
      );
    });

    it("tells approvers who had what, when, and who decided it, newest first", async () => {
      await past();
      const shown = await history(alex);
      assert.ok(shown.kind === "history");
      const minutes = (at: Date | undefined): number | undefined =>
        at && (at.getTime() - NOW.getTime()) / 60_000;
      assert.deepEqual(
        shown.items.map((item) => [
          ...[item.id, item.who?.name, item.address, item.reason],
          ...[
            item.approvedBy.map(({ name }) => name).join(", "),
            item.deniedBy?.name,
            item.denialWhy,
          ],
          ...[item.askedAt, item.openedAt, item.endedAt].map(minutes),
          item.endReason?.kind,
        ]),
        [
          [
            ...[requestId(2), "Person 4", "203.0.113.7", "INC-7", "", "Person 3", "too wide"],
            ...[22, undefined, undefined, undefined],
          ],
          [
            ...[requestId(1), "Person 1", "203.0.113.7", "INC-7", "Person 2", undefined, undefined],
            ...[0, 2, 22, "due"],
          ],
        ],
      );
      assert.deepEqual([shown.cut, shown.periodMs], [false, 7 * DAY_MS]);
    });

    it("says what it can of what began before its period", async () => {
      await past();
      const shown = await history(alex, 10 * 60_000);
      assert.ok(shown.kind === "history");
      const first = shown.items.find(({ id }) => id === requestId(1));
      assert.deepEqual(
        [first?.who, first?.address, first?.endReason?.kind],
        [undefined, "203.0.113.7", "due"],
      );
    });

    it("is for approvers of that registry", async () => {
      await past();
      assert.equal((await history(robin)).kind, "not-an-approver");
      assert.equal((await history(alex, DAY_MS, "acrother01")).kind, "not-an-approver");
      assert.equal((await history(alex, DAY_MS, "acrnowhere")).kind, "unknown-registry");
      const several = await showHistory(
        on.deps(),
        { by: sam.id, registryName: undefined, periodMs: undefined },
        soon,
      );
      assert.equal(several.kind, "which-registry");
    });

    it("is read from the end of the trail, however long that is, and back to the period's start", async () => {
      const lapsed = { kind: "request.lapsed", request: requestId(1), registry: REGISTRY } as const;
      for (const count of [1, 2, 3, 7, 190, 200, 230]) {
        const before = (await recentAudit(on.store, DAY_MS, soon)).entries.length;
        await on.given({ audit: Array.from({ length: count }, () => lapsed) });
        const { entries, cut } = await recentAudit(on.store, DAY_MS, soon);
        assert.deepEqual(
          entries.map(({ number }) => number),
          Array.from({ length: before + count }, (_, at) => at + 1),
        );
        assert.equal(cut, false);
      }
      on.pass(10 * 60_000);
      await on.given({ audit: [lapsed, lapsed] });
      assert.equal((await recentAudit(on.store, 60_000, soon)).entries.length, 2);
    });
  });
});
