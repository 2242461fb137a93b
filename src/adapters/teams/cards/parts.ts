import type {
  IAdaptiveCard,
  IColumnSet,
  IContainer,
  IRichTextBlock,
  ITextBlock,
} from "@microsoft/teams.cards";
import type { Button } from "./buttons.ts";

/** An Adaptive Card as it goes over the wire. */
export type Card = IAdaptiveCard;
export type Body = IAdaptiveCard["body"];
type Tone = "default" | "good" | "attention" | "warning";

/** A card of version 1.5, the newest that Teams renders (learn.microsoft.com, "Adaptive Cards overview"). */
export function card(fallbackText: string, body: Body, actions: readonly Button[] = []): Card {
  return {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.5",
    fallbackText,
    body,
    ...(actions.length === 0 ? {} : { actions: [...actions] }),
  };
}

/** The first line. Our own words only: TextBlocks read markdown. */
export function title(text: string, tone: Tone = "default"): ITextBlock {
  return {
    type: "TextBlock",
    text,
    size: "Large",
    weight: "Bolder",
    wrap: true,
    style: "heading",
    color: COLORS[tone],
  };
}

/** A line of our own words; `{{DATE()}}` and `{{TIME()}}` work here, and only here. */
export function line(text: string, subtle = false): ITextBlock {
  return { type: "TextBlock", text, wrap: true, isSubtle: subtle, spacing: "Small" };
}

/** A line that stands out and may hold a name that people gave: a TextRun never reads markdown. */
export function strong(text: string): IRichTextBlock {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text, weight: "Bolder" }] };
}

/** A labelled line whose text may come from people: a TextRun never reads markdown. */
export function fact(label: string, text: string): IColumnSet {
  const value: IRichTextBlock = { type: "RichTextBlock", inlines: [{ type: "TextRun", text }] };
  return row(label, value);
}

/** A labelled line of our own words, for times. */
export function timeFact(label: string, text: string): IColumnSet {
  return row(label, { type: "TextBlock", text, wrap: true });
}

/** A day and a time that Teams shows in the reader's own zone and language. */
export function moment(at: Date): string {
  // The functions take no fractions of a second (learn.microsoft.com, "Text features", date formatting).
  const text = at.toISOString().replace(/\.\d{3}Z$/, "Z");
  return `{{DATE(${text}, SHORT)}} {{TIME(${text})}}`;
}

/** What stands out because an approver should not overlook it. It may quote people: a TextRun never reads markdown. */
export function warnings(texts: readonly string[]): IContainer[] {
  const items = texts.map((text): IRichTextBlock => ({
    type: "RichTextBlock",
    spacing: "Small",
    inlines: [{ type: "TextRun", text }],
  }));
  return items.length === 0 ? [] : [{ type: "Container", style: "warning", items }];
}

/** Why what was typed into the form can't be sent as it is; it quotes what was typed. */
export function problem(text: string): IContainer {
  return {
    type: "Container",
    style: "attention",
    items: [{ type: "RichTextBlock", inlines: [{ type: "TextRun", text, weight: "Bolder" }] }],
  };
}

/** Something to copy into a terminal: our own words and names of the policy. */
export function command(text: string): IRichTextBlock {
  return {
    type: "RichTextBlock",
    spacing: "Small",
    inlines: [{ type: "TextRun", text, fontType: "Monospace" }],
  };
}

function row(label: string, value: IRichTextBlock | ITextBlock): IColumnSet {
  return {
    type: "ColumnSet",
    spacing: "Small",
    columns: [
      {
        type: "Column",
        width: "90px",
        items: [{ type: "TextBlock", text: label, weight: "Bolder", wrap: true }],
      },
      { type: "Column", width: "stretch", items: [value] },
    ],
  };
}

const COLORS = {
  default: "Default",
  good: "Good",
  attention: "Attention",
  warning: "Warning",
} as const;
