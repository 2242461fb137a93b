import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cardText } from "./card-text.ts";

describe("card text", () => {
  it("is what somebody reads, dates in UTC", () => {
    const text = (shown: string) => ({ type: "TextBlock", text: shown });
    const lines = cardText({
      type: "AdaptiveCard",
      body: [
        text("Until {{DATE(2030-01-31T09:30:00Z, SHORT)}} {{TIME(2030-01-31T09:30:00Z)}}"),
        { ...text("hidden"), isVisible: false },
        {
          type: "ColumnSet",
          columns: [
            { type: "Column", items: [text("Who")] },
            {
              type: "Column",
              items: [
                { type: "RichTextBlock", inlines: ["Robin ", { type: "TextRun", text: "R." }] },
              ],
            },
          ],
        },
      ],
      actions: [{ type: "Action.Execute", title: "Approve" }],
    });
    assert.deepEqual(lines, ["Until 2030-01-31 09:30Z", "Who Robin R.", "[Approve]"]);
  });
});
