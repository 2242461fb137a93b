import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ATTACKS } from "./all.ts";
import type { AttackWorld } from "./attack.ts";
import { startAttackWorld } from "./attack-world.ts";
import { tryAttack } from "./try-attack.ts";

describe("no door opens to", () => {
  let world: AttackWorld;
  before(async () => {
    world = await startAttackWorld();
  });
  after(() => world.stop());

  for (const attack of ATTACKS) {
    it(`${attack.door}: ${attack.attack}`, async () => {
      const { seen, expected } = await tryAttack(attack, world);
      assert.equal(seen, expected);
    });
  }

  it("the log: it is JSON lines, with no token in it", () => {
    const output = world.product.output();
    for (const line of output.split("\n")) assert.match(line, /^\{.*\}$/);
    assert.doesNotMatch(output, /eyJ[\w-]+\.eyJ/);
  });
});
