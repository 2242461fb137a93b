import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ledgerEndOf, ledgerTags, readLedger, type LedgerScope } from "../../src/domain/ledger.ts";
import { address, NOW, REGISTRY, registryId } from "./builders.ts";

const seal =
  (key: string) =>
  (text: string): string =>
    createHmac("sha256", key).update(text).digest("base64url");
const SCOPE: LedgerScope = { registry: REGISTRY, creationDate: NOW, seals: [seal("key")] };
const FENCE = 1_790_000_000_000;
const OURS = address("203.0.113.7");

const ends = fc.date({ min: NOW, max: new Date("2040-01-01T00:00:00Z"), noInvalidDate: true });
const entries = fc
  .uniqueArray(fc.integer({ min: 0, max: 65_535 }), { maxLength: 200 })
  .chain((hosts) =>
    fc.tuple(
      ...hosts.map((host) =>
        fc.record({
          address: fc.constant(address(`203.0.${String(host >> 8)}.${String(host & 255)}`)),
          end: ends,
        }),
      ),
    ),
  );

/** Tags with one entry for OURS. */
function written(fence = FENCE, scope = SCOPE): Record<string, string> {
  const tags = ledgerTags([{ address: OURS, end: NOW }], fence, {}, scope);
  assert.ok(tags !== undefined);
  return { ...tags };
}

describe("the ledger on a registry's tags", () => {
  it("gives back every rule's end, to the second and never too early, and the fence", () => {
    fc.assert(
      fc.property(entries, (rules) => {
        const tags = ledgerTags(rules, FENCE, {}, SCOPE);
        assert.ok(tags !== undefined);
        const ledger = readLedger(tags, SCOPE);
        assert.deepEqual(
          [ledger.fence, ledger.ends.size, ledger.unverified],
          [FENCE, rules.length, []],
        );
        for (const rule of rules) {
          const lateMs =
            (ledgerEndOf(ledger, rule.address, SCOPE)?.getTime() ?? NaN) - rule.end.getTime();
          assert.ok(lateMs >= 0 && lateMs < 1_000, `late by ${String(lateMs)} ms`);
        }
      }),
    );
  });

  it("keeps within what Azure allows a tag, and shows no address", () => {
    fc.assert(
      fc.property(entries, (rules) => {
        const tags = Object.entries(ledgerTags(rules, FENCE, {}, SCOPE) ?? {});
        assert.ok(tags.length <= 15);
        for (const [name, value] of tags) {
          assert.match(name, /^drawbridge-\d+$/);
          assert.ok(value.length <= 256 && !value.includes("203."));
        }
      }),
    );
  });

  it("says so when there are more rules than the tags can hold", () => {
    const many = Array.from({ length: 211 }, (_, n) => ({
      address: address(`203.0.113.${String(n)}`),
      end: NOW,
    }));
    assert.equal(ledgerTags(many, FENCE, {}, SCOPE), undefined);
    assert.notEqual(ledgerTags(many.slice(1), FENCE, {}, SCOPE), undefined);
  });

  it("empties tags that are not needed any more, whatever case their names came back in", () => {
    const present = { "Drawbridge-2": "old", team: "platform" };
    const tags = ledgerTags([], FENCE, present, SCOPE) ?? {};
    assert.deepEqual(Object.keys(tags), ["drawbridge-1", "drawbridge-2"]);
    assert.deepEqual([...readLedger(tags, SCOPE).ends], []);
  });

  it("is believed for this registry alone, under this key, in the tag that it was written to", () => {
    const tags = written();
    const value = tags["drawbridge-1"] ?? "";
    const cases: readonly (readonly [string, Record<string, string>, LedgerScope])[] = [
      ["another key", tags, { ...SCOPE, seals: [seal("other")] }],
      ["another registry", tags, { ...SCOPE, registry: registryId("other") }],
      ["created anew", tags, { ...SCOPE, creationDate: new Date(NOW.getTime() + 1_000) }],
      ["another tag", { "drawbridge-2": value }, SCOPE],
      ["no ledger at all", { "drawbridge-1": "hello" }, SCOPE],
      ["cut off", { "drawbridge-1": value.slice(0, -1) }, SCOPE],
      ["one entry less", { "drawbridge-1": value.slice(0, -16) }, SCOPE],
    ];
    for (const [name, given, scope] of cases) {
      const ledger = readLedger(given, scope);
      assert.equal(ledgerEndOf(ledger, OURS, scope), undefined, name);
      assert.deepEqual([ledger.fence, ledger.unverified.length], [0, 1], name);
    }
  });

  it("is still believed under a former key, until it is written with the present one", () => {
    const changed: LedgerScope = { ...SCOPE, seals: [seal("new"), seal("key")] };
    const before = readLedger(written(), changed);
    assert.deepEqual([ledgerEndOf(before, OURS, changed), before.outdated], [NOW, true]);
    const after = readLedger(written(FENCE, changed), changed);
    assert.deepEqual([ledgerEndOf(after, OURS, changed), after.outdated], [NOW, false]);
    const over: LedgerScope = { ...SCOPE, seals: [seal("new")] };
    assert.deepEqual(ledgerEndOf(readLedger(written(FENCE, changed), over), OURS, over), NOW);
  });

  it("is not believed with any one character changed", () => {
    const value = written()["drawbridge-1"] ?? "";
    for (let at = 0; at < value.length; at += 1) {
      const other = value[at] === "0" ? "1" : "0";
      const forged = { "drawbridge-1": value.slice(0, at) + other + value.slice(at + 1) };
      assert.equal(readLedger(forged, SCOPE).unverified.length, 1, `character ${String(at)}`);
    }
  });

  it("takes no notice of other people's tags", () => {
    const ledger = readLedger({ ...written(), team: "platform", "draw-1": "x" }, SCOPE);
    assert.deepEqual([ledger.ends.size, ledger.unverified], [1, []]);
  });
});
