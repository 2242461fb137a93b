import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createDigests } from "../../src/audit-keys.ts";
import {
  forgetIn,
  leafOf,
  personalValues,
  type AuditText,
} from "../../src/domain/personal-values.ts";

const DIGESTS = createDigests();
const AT = new Date(1_790_000_000_000);

const words = fc.string({ maxLength: 12 });
const people = fc.record({ id: fc.uuid(), name: words });
const events = fc.record(
  {
    v: fc.constant(1),
    kind: fc.constantFrom("request.asked", "rules.changed", "of.a.later.version"),
    by: people,
    address: fc.ipV4(),
    reason: fc.oneof(words, fc.record({ kind: words, by: people, why: words })),
    before: fc.array(fc.ipV4(), { maxLength: 5 }),
    after: fc.array(fc.ipV4(), { maxLength: 5 }),
    durationMs: fc.nat(),
  },
  { requiredKeys: ["v", "kind"] },
);
const salts = fc.constant(null).map(() => DIGESTS.newSalt());

function entryOf(text: string): AuditText {
  return { number: 7, at: AT, text };
}

describe("what an audit entry is to the chain", () => {
  it("stays the same whatever is forgotten in it, in one go or in two", () => {
    fc.assert(
      fc.property(events, salts, fc.infiniteStream(fc.boolean()), (event, salt, choices) => {
        const text = JSON.stringify(event);
        const next = (): boolean => choices.next().value === true;
        const leaf = leafOf(entryOf(text), salt, DIGESTS);
        const once = forgetIn(text, next, salt, DIGESTS);
        if (once === undefined) return;
        // Without the salt that the seal had: it goes with what was forgotten.
        assert.equal(leafOf(entryOf(once), "", DIGESTS), leaf);
        const twice = forgetIn(once, next, "", DIGESTS) ?? once;
        assert.equal(leafOf(entryOf(twice), "", DIGESTS), leaf);
      }),
    );
  });

  it("has nothing left of what is forgotten but a digest that does not give it away", () => {
    fc.assert(
      fc.property(events, salts, (event, salt) => {
        const text = JSON.stringify(event);
        const bare = forgetIn(text, () => true, salt, DIGESTS);
        if (bare === undefined) return;
        const stored: unknown = JSON.parse(bare);
        assert.ok(typeof stored === "object" && stored !== null && "salts" in stored);
        assert.deepEqual(stored.salts, {});
        for (const { value } of personalValues(event)) {
          if (value.length > 8) assert.ok(!bare.includes(value), value);
          assert.ok(!bare.includes(DIGESTS.keyed(salt, value)));
        }
      }),
    );
  });

  it("changes with any value, and with its number and its time", () => {
    fc.assert(
      fc.property(events, events, salts, (one, other, salt) => {
        const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
        const leaf = leafOf(entryOf(a), salt, DIGESTS);
        assert.equal(a === b, leaf === leafOf(entryOf(b), salt, DIGESTS));
        assert.notEqual(leaf, leafOf({ ...entryOf(a), number: 8 }, salt, DIGESTS));
        assert.notEqual(leaf, leafOf({ ...entryOf(a), at: new Date(0) }, salt, DIGESTS));
      }),
    );
  });

  it("is there for a text that is no JSON too, and nothing can be forgotten in that", () => {
    const leaf = leafOf(entryOf("not json"), "salt", DIGESTS);
    assert.notEqual(leaf, leafOf(entryOf("not jsom"), "salt", DIGESTS));
    assert.equal(
      forgetIn("not json", () => true, "salt", DIGESTS),
      undefined,
    );
  });
});
