import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCommand } from "../../src/domain/commands/command.ts";

const HOUR_MS = 3_600_000;

/** Each text means this. */
function mean(command: object, ...texts: readonly string[]): void {
  for (const text of texts) assert.deepEqual(parseCommand(text), command, text);
}

describe("a command about what is there already", () => {
  it("gives a lease back", () => {
    mean(
      { kind: "give-back", target: undefined },
      "give back",
      "Done!",
      "I'm done",
      "done, thanks",
    );
    mean(
      { kind: "give-back", target: "acrdemomagic" },
      "close acrdemomagic",
      "please give back acrdemomagic",
      "give back my lease on AcrDemoMagic",
    );
    mean({ kind: "give-back", target: "r7k2" }, "give back R7K2");
  });

  it("asks for more time, by registry or id or neither", () => {
    const more = { kind: "extend", until: undefined, reason: undefined };
    const two = { ...more, durationMs: 2 * HOUR_MS };
    const texts = ["extend 2h", "Extend by 2 hours, please", "extend for another 2h"];
    mean({ ...two, target: undefined }, ...texts);
    mean(
      { ...two, target: "acrdemomagic" },
      "extend acrdemomagic by 2h",
      "please extend AcrDemoMagic 2h",
      "extend by 2h on acrdemomagic",
      "extend my lease on acrdemomagic for 2 hours",
    );
    mean({ ...two, target: "7k2m", reason: "INC-7" }, "extend 7K2M by 2h because INC-7");
    const half = { ...two, durationMs: HOUR_MS / 2 };
    mean({ ...half, target: "acrdemomagic" }, "extend acrdemomagic by half an hour");
    mean({ ...two, durationMs: undefined, target: undefined }, "extend");
    for (const text of ["extend 2", "extend by 1,5h", "extend acrdemomagic by ages"]) {
      assert.equal(parseCommand(text).kind, "malformed", text);
    }
  });

  it("asks for a new end instead, and for no end that is said twice", () => {
    const more = { kind: "extend", durationMs: undefined, reason: undefined };
    const until = { ...more, until: { hour: 18, minute: 0 } };
    mean({ ...until, target: undefined }, "extend until 18:00", "Extend it till 6pm, please");
    mean(
      { ...until, target: "acrdemomagic" },
      "extend acrdemomagic until 18:00",
      "extend until 6 pm on acrdemomagic",
      "please extend my lease on AcrDemoMagic til 18.00",
    );
    mean({ ...until, target: "7k2m", reason: "INC-7" }, "extend 7K2M until 18:00 because INC-7");
    for (const text of ["extend until 6", "extend until 6:00", "extend until tomorrow"]) {
      assert.equal(parseCommand(text).kind, "malformed", text);
    }
    for (const text of ["extend by 2h until 18:00", "extend until 18:00 on acrdemomagic by 2h"]) {
      assert.notEqual(parseCommand(text).kind, "extend", text);
    }
  });

  it("asks for another address under a lease", () => {
    const move = { kind: "move", address: "203.0.113.9", target: undefined, reason: undefined };
    mean(move, "move to 203.0.113.9", "My IP changed to 203.0.113.9", "my ip is now 203.0.113.9");
    mean(
      { ...move, target: "acrdemomagic" },
      "move acrdemomagic to 203.0.113.9",
      "please move my lease on acrdemomagic to 203.0.113.9",
      "my address has changed to 203.0.113.9 on acrdemomagic",
    );
    mean({ ...move, reason: "new hotel" }, "my ip changed to 203.0.113.9 because new hotel");
    mean({ ...move, address: undefined }, "my IP changed");
    assert.equal(parseCommand("move acrdemomagic to 203.0.113.999").kind, "malformed");
    assert.equal(parseCommand("move on to something else").kind, "unknown");
  });

  it("takes a request back", () => {
    mean({ kind: "cancel", target: undefined }, "cancel", "Cancel my request, please");
    mean({ kind: "cancel", target: "r7k2" }, "cancel R7K2");
  });

  it("ends somebody's lease, with the reason as it was written", () => {
    mean({ kind: "revoke", target: "r7k2", why: undefined }, "revoke R7K2", "Revoke r7k2 please");
    const why = "Laptop was stolen, see INC-7";
    mean({ kind: "revoke", target: "r7k2", why }, `revoke R7K2 ${why}`, `revoke R7K2: ${why}`);
  });

  it("freezes and unfreezes a registry", () => {
    const freeze = { kind: "freeze", registryName: "acrdemomagic", frozen: true, why: undefined };
    mean(freeze, "freeze acrdemomagic", "Please freeze registry AcrDemoMagic!");
    mean({ ...freeze, why: "INC-7" }, "freeze acrdemomagic because INC-7");
    mean({ ...freeze, frozen: false }, "unfreeze acrdemomagic");
    assert.equal(parseCommand("don't freeze acrdemomagic").kind, "unknown");
  });

  it("adopts a rule, when every part is said", () => {
    const rule = { address: "203.0.113.50", registryName: "acrdemomagic" };
    const adopt = { kind: "adopt", ...rule, durationMs: 2 * HOUR_MS, reason: undefined };
    mean(
      adopt,
      "adopt 203.0.113.50 on acrdemomagic for 2h",
      "Please adopt 203.0.113.50 for 2 hours on AcrDemoMagic.",
    );
    mean({ ...adopt, reason: "INC-7" }, "adopt 203.0.113.50 on acrdemomagic for 2h, INC-7");
    for (const text of ["adopt 203.0.113.50 on acrdemomagic", "adopt acrdemomagic for 2h"]) {
      assert.equal(parseCommand(text).kind, "unknown", text);
    }
  });

  it("is never made from a guess", () => {
    for (const text of [
      "don't close acrdemomagic",
      "close acrdemomagic and acrother1",
      "I'm not done",
      "done with everything else today",
      "revoke",
      "should I cancel?",
      "never revoke R7K2",
      "don't extend acrdemomagic by 2h",
      "I would extend it by 2h",
    ]) {
      assert.equal(parseCommand(text).kind, "unknown", text);
    }
  });
});
