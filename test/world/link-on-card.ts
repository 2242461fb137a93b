import assert from "node:assert/strict";
import { isObject, textOf } from "../emulators/teams/json.ts";

/** Where the card's one link leads. */
export function linkOn({ card }: { readonly card?: unknown }): string {
  const actions = isObject(card) && Array.isArray(card["actions"]) ? card["actions"] : [];
  const links = actions.filter(isObject).filter(({ type }) => type === "Action.OpenUrl");
  assert.equal(links.length, 1);
  return textOf(links[0]?.["url"]);
}
