import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCommand } from "../../src/domain/command.ts";

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

  it("takes a request back", () => {
    mean({ kind: "cancel", target: undefined }, "cancel", "Cancel my request, please");
    mean({ kind: "cancel", target: "r7k2" }, "cancel R7K2");
  });

  it("ends somebody's lease, with the reason as it was written", () => {
    mean({ kind: "revoke", target: "r7k2", why: undefined }, "revoke R7K2", "Revoke r7k2 please");
    const why = "Laptop was stolen, see INC-7";
    mean({ kind: "revoke", target: "r7k2", why }, `revoke R7K2 ${why}`, `revoke R7K2: ${why}`);
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
    ]) {
      assert.equal(parseCommand(text).kind, "unknown", text);
    }
  });
});
