import assert from "node:assert/strict";
import { cardText } from "../emulators/teams/card-text.ts";
import { isObject } from "../emulators/teams/json.ts";
import type { BotAnswer } from "../emulators/teams/teams-client.ts";

/** What the answer says, in its first line. */
export function clickInWords({ httpStatus, body }: BotAnswer): string {
  assert.equal(httpStatus, 200);
  if (!isObject(body)) return "nothing";
  const { type, value } = body;
  if (typeof value === "string") return value;
  if (type === "application/vnd.microsoft.card.adaptive") {
    return `a card: ${cardText(value)[0] ?? ""}`;
  }
  return JSON.stringify(value);
}
