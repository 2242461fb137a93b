import { elementsOf, isObject, textOf } from "./json.ts";

/**
 * What somebody reads on an Adaptive Card, a line of text each, from top to bottom: the columns of a ColumnSet stand
 * side by side with one space between, buttons come last as `[Title]`, and dates are in UTC, as `2030-01-31 09:30Z`.
 * What is not visible, and every kind of element this does not know, is left out.
 * Source: adaptivecards.io, schema explorer; learn.microsoft.com, "Text features" (date formatting).
 */
export function cardText(card: unknown): readonly string[] {
  if (!isObject(card)) return [];
  const { body, actions } = card;
  return [...linesOfAll(body), ...buttonsOf(actions)];
}

function linesOfAll(elements: unknown): readonly string[] {
  return elementsOf(elements).flatMap(linesOf);
}

function linesOf(element: unknown): readonly string[] {
  if (!isObject(element) || element["isVisible"] === false) return [];
  switch (element["type"]) {
    case "TextBlock":
      return textLine(textOf(element["text"]));
    case "RichTextBlock":
      return textLine(elementsOf(element["inlines"]).map(runText).join(""));
    case "Container":
    case "Column":
      return linesOfAll(element["items"]);
    case "ColumnSet":
      return sideBySide(elementsOf(element["columns"]).map(linesOf));
    case "FactSet":
      return elementsOf(element["facts"]).flatMap(factLine);
    case "ActionSet":
      return buttonsOf(element["actions"]);
    default:
      return [];
  }
}

function textLine(text: string): readonly string[] {
  const shown = withDates(text).trim();
  return shown === "" ? [] : [shown];
}

function runText(run: unknown): string {
  return isObject(run) ? textOf(run["text"]) : textOf(run);
}

function factLine(fact: unknown): readonly string[] {
  return isObject(fact) ? textLine(`${textOf(fact["title"])} ${textOf(fact["value"])}`) : [];
}

function buttonsOf(actions: unknown): readonly string[] {
  return elementsOf(actions).flatMap((action) =>
    isObject(action) && action["isVisible"] !== false ? [`[${textOf(action["title"])}]`] : [],
  );
}

function sideBySide(columns: readonly (readonly string[])[]): readonly string[] {
  const height = Math.max(0, ...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap((column) => column[row] ?? []).join(" "),
  );
}

function withDates(text: string): string {
  return text.replaceAll(
    /\{\{(DATE|TIME)\(([^,)]+)(?:,[^)]*)?\)\}\}/g,
    (whole, what: string, time: string) => {
      const at = new Date(time);
      if (Number.isNaN(at.getTime())) return whole;
      const iso = at.toISOString();
      return what === "DATE" ? iso.slice(0, 10) : `${iso.slice(11, 16)}Z`;
    },
  );
}
