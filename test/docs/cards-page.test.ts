import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleCards } from "../cards/sample-cards.ts";
import { PLAIN } from "../cards/sample-card.ts";
import { textOf } from "./pages.ts";

/** The titles of all buttons in it, of those that others unfold too. */
function buttonsIn(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(buttonsIn);
  if (typeof part !== "object" || part === null) return [];
  const own =
    "type" in part && String(part.type).startsWith("Action.") && "title" in part
      ? [String(part.title)]
      : [];
  return [...own, ...Object.values(part).flatMap(buttonsIn)];
}

describe("docs/cards.md", () => {
  it("names every button that a card has, and no other", () => {
    const drawn = new Set(sampleCards(PLAIN).flatMap(({ card }) => buttonsIn(card)));
    const rows = textOf("docs/cards.md").matchAll(/^\|(?:[^|\n]*\|){3}([^|\n]*)\|$/gm);
    const [, , ...columns] = [...rows].map(([, buttons = ""]) => buttons);
    const named = new Set(
      columns.flatMap((buttons) => buttons.split(/[,;()]| then /).map((name) => name.trim())),
    );
    named.delete("");
    named.delete("then");
    assert.deepEqual([...named].sort(), [...drawn].sort());
  });
});
