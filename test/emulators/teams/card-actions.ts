import { isObject, textOf } from "./json.ts";

/** A button of an Adaptive Card that asks the bot itself (adaptivecards.io, Action.Execute). */
export interface ExecuteAction {
  readonly type: "Action.Execute";
  readonly verb: string;
  readonly title: string;
  readonly data: unknown;
}

/** The button with that verb, and with that title if one is given; throws, naming the verbs there are, when there is none. */
export function executeAction(card: unknown, verb: string, title?: string): ExecuteAction {
  const actions = executeActions(card);
  const found = actions.find(
    (action) => action.verb === verb && (title === undefined || action.title === title),
  );
  if (found === undefined) {
    const verbs = actions.map((action) => action.verb).join(", ");
    throw new Error(`The card has no button "${verb}"; it has: ${verbs === "" ? "none" : verbs}.`);
  }
  return found;
}

/** In the order they stand there, wherever on the card that is. */
function executeActions(card: unknown): readonly ExecuteAction[] {
  if (Array.isArray(card)) return card.flatMap(executeActions);
  if (!isObject(card)) return [];
  if (card["type"] !== "Action.Execute") return Object.values(card).flatMap(executeActions);
  const { verb, title, data } = card;
  return [{ type: "Action.Execute", verb: textOf(verb), title: textOf(title), data }];
}
