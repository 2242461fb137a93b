import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseCommand, type Command } from "../../src/domain/commands/command.ts";
import { renderCommand } from "../../src/domain/commands/render-command.ts";

const WORDS = (
  "allow open let me in my ip give back done close cancel extend by move to changed is now for until on because reason due " +
  "freeze unfreeze everything all revoke approve deny adopt emergency rules history registries pending status help please can " +
  "could you and then don't not access acrdemomagic acrother01 r7k2 203.0.113.7 198.51.100.0/28 203.0.113.999 2001:db8::1 4h 90m " +
  "2 hours half an hour a day 17:00 5pm 1,5h -2h 0h 7d of the last constructor __proto__ toString hasOwnProperty acrdemomagic.azurecr.io"
).split(" ");
const word = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ",",
      ";",
      ":",
      "-",
      "?",
      ".",
      "\n",
      '"',
      "`",
      "(",
      "\u202e",
      "\u200b",
      "/",
      "*",
    ),
  },
);
const message = fc
  .array(word, { maxLength: 24 })
  .chain((parts) => fc.constantFrom(" ", "  ", "\n", "\u00a0").map((space) => parts.join(space)));

/** A command in its own words, and a reason or a tail of any kind after it. */
const begun = fc
  .tuple(
    fc.constantFrom(
      ..."allow 203.0.113.7 for 4h on acrdemomagic|allow my IP until 17:00|extend acrdemomagic by 2h|extend acrdemomagic until 18:00|move acrdemomagic to 203.0.113.9|my IP changed|freeze acrdemomagic|freeze everything|revoke R7K2|deny R7K2|emergency acrdemomagic 1h|revoke everything on acrdemomagic|adopt 203.0.113.50 on acrdemomagic for 2h".split(
        "|",
      ),
    ),
    fc.constantFrom(" because ", ", ", ": ", " - ", " for ", " ", "\n"),
    fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), message),
  )
  .map((parts) => parts.join(""));

function saidBack(text: string): void {
  const command: Command = parseCommand(text);
  if (command.kind === "unknown" || command.kind === "malformed") return;
  if (command.kind === "pasted-error") return;
  const said = renderCommand(command);
  assert.deepEqual(parseCommand(said), command, said);
}

describe("any text", () => {
  it("is a command that can be said back and means the same, and never throws", () => {
    const runs = { numRuns: 3_000 };
    fc.assert(fc.property(message, saidBack), runs);
    fc.assert(fc.property(begun, saidBack), runs);
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), saidBack), runs);
  });

  it("makes no request of an address or a time that it does not name", () => {
    fc.assert(
      fc.property(message, (text) => {
        const command = parseCommand(text);
        if (command.kind !== "allow") return;
        assert.ok(text.includes(command.address));
        assert.ok(command.durationMs === undefined || command.durationMs > 0);
        assert.ok(command.durationMs === undefined || command.until === undefined);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a long text", () => {
  const LONGEST = 28 * 1_024;
  const filled = (part: string): string => part.repeat(Math.ceil(LONGEST / part.length));

  it("is read to its first 2000 characters, so that no pattern works on more", () => {
    const command = "allow 203.0.113.7 for 4h on acrdemomagic";
    const reason = `${command} because ${filled("why ")}`;
    const read = parseCommand(reason);
    assert.equal(read.kind, "allow");
    assert.deepEqual(parseCommand(reason.slice(0, 2_000)), read);
    for (const tail of ["not really", "on acrother01", "?"]) {
      const far = `${command}${" ".repeat(2_500)}${tail}`;
      assert.equal(parseCommand(far).kind, "unknown", "what was not read may say otherwise");
    }
    assert.equal(parseCommand(`${" ".repeat(LONGEST)}${command}`).kind, "allow");
  });

  it("is read to its end for an error, wherever in a log that is", () => {
    const error =
      "acrdemomagic.azurecr.io: denied: client with IP '172.214.169.102' is not allowed access";
    const log = `${filled("2026-11-23T13:05:11Z pulling layer 12/40\n")}${error}\n${filled("ok ")}`;
    assert.deepEqual(parseCommand(log), {
      kind: "pasted-error",
      address: "172.214.169.102",
      registryName: "acrdemomagic",
    });
  });

  // These made a pattern of the parser, or a likely one, try every way to split them: 2^n of them for the first.
  it("of a shape that patterns stumble over ends too", () => {
    const shapes = (
      "1hand |allow 203.0.113.7 for 1hand |!|.|?!|'|\"|,|, |because |for |on |client with IP |client with IP '| is not allowed access|az acr -n |" +
      "a.azurecr.io |a-|aaaaa.|[0;31|\\|&nbsp;|\u200b|allow |and |give back |done; |203.0.113.|7d |-|– |:|reason |of |\n|> |403 "
    ).split("|");
    for (const shape of shapes) {
      for (const start of ["", "allow 203.0.113.7 for ", "deny R7K2 "]) {
        const text = `${start}${filled(shape)}`;
        saidBack(text);
        saidBack(`${text}!`);
      }
    }
  });

  it("of the corpus' errors, one after the other, guesses nothing", () => {
    const corpus = readFileSync(new URL("../data/utterances.jsonl", import.meta.url), "utf8");
    assert.deepEqual(parseCommand(corpus), {
      kind: "pasted-error",
      address: undefined,
      registryName: undefined,
    });
  });
});
