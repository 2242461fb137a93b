import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseCommand } from "../../src/domain/commands/command.ts";

/** All that is set as code within a line of the page: sentences to say. Blocks are for terminals. */
function sentencesOf(page: string): readonly string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, sentence = ""]) => sentence);
}

describe("the pages for people", () => {
  for (const [page, least] of [
    ["for-engineers.md", 12],
    ["for-approvers.md", 11],
  ] as const) {
    it(`say nothing in ${page} that would not be understood`, () => {
      const sentences = sentencesOf(page);
      assert.ok(sentences.length >= least, `only ${String(sentences.length)} sentences`);
      for (const sentence of sentences) {
        const { kind } = parseCommand(sentence);
        assert.ok(kind !== "unknown" && kind !== "malformed", `"${sentence}" is ${kind}`);
      }
    });
  }
});
