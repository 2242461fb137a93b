import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { parseCommand, type Command } from "../../src/domain/commands/command.ts";
import { renderCommand } from "../../src/domain/commands/render-command.ts";
import { changesSomething } from "./command-kinds.ts";

/** A line of the corpus. Of a refused part only the kind of the problem, of a suggestion only a wanted one. */
const utterance = z.strictObject({
  say: z.string(),
  means: z.looseObject({ kind: z.string(), suggestion: z.string().optional() }),
  /** Looks like a request, an order or a decision, and must not become one. */
  nearMiss: z.literal(true).optional(),
});

const file = new URL("../data/utterances.jsonl", import.meta.url);
const corpus = readFileSync(file, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => utterance.parse(JSON.parse(line)));

/** The command as the corpus writes it: what is missing is left out. */
function written(command: Command, wanted: { readonly suggestion?: string | undefined }): unknown {
  // JSON leaves out what is undefined; the lines of the corpus are JSON too.
  const plain: unknown = JSON.parse(JSON.stringify(command));
  if (command.kind === "malformed") {
    return { kind: command.kind, problem: { kind: command.problem.kind } };
  }
  return command.kind === "unknown" && wanted.suggestion === undefined
    ? { kind: command.kind }
    : plain;
}

describe("what people say", () => {
  it("is understood as the corpus has it, utterance for utterance", (t) => {
    const wrong = corpus.filter(
      ({ say, means }) => !isDeepStrictEqual(written(parseCommand(say), means), means),
    );
    t.diagnostic(`${String(corpus.length)} utterances`);
    assert.deepEqual(
      wrong.map(({ say, means }) => ({ say, means, got: written(parseCommand(say), means) })),
      [],
    );
    assert.ok(corpus.length >= 320);
    assert.equal(new Set(corpus.map(({ say }) => say)).size, corpus.length, "each is said once");
  });

  it("never becomes a request, an order or a decision by being near to one", (t) => {
    const nearMisses = corpus.filter(({ nearMiss }) => nearMiss === true);
    const made = nearMisses.filter(({ say }) => changesSomething(parseCommand(say)));
    t.diagnostic(`${String(nearMisses.length)} near misses, ${String(made.length)} made a request`);
    assert.deepEqual(made, []);
    assert.ok(nearMisses.length >= 80);
  });

  it("is said back in words that mean the same, and a suggestion is one that would be understood", () => {
    for (const { say } of corpus) {
      const command = parseCommand(say);
      if (command.kind === "unknown") {
        const { suggestion } = command;
        if (suggestion === undefined) continue;
        assert.notEqual(parseCommand(suggestion).kind, "unknown", `${say} -> ${suggestion}`);
      } else if (command.kind !== "malformed" && command.kind !== "pasted-error") {
        const said = renderCommand(command);
        assert.deepEqual(parseCommand(said), command, `${say} -> ${said}`);
      }
    }
  });
});
