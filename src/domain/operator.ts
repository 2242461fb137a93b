import { oneLine } from "./commands/clean-text.ts";
import type { Person } from "./ids.ts";

/**
 * Somebody with the settings of the product at hand, who gives commands to it past Teams. The name is what they or
 * their machine say of them: a claim that nobody has checked, for people to read.
 */
export type Operator = { readonly id: "operator"; readonly name: string };

/** Who has done something at once: somebody whom Teams has verified, or an operator. Ids of the two never look alike. */
export type Actor = Person | Operator;

const NAME_LENGTH = 60;

/** Their name says what they are, wherever it is shown. */
export function operatorCalled(name: string): Operator {
  return { id: "operator", name: `operator ${oneLine(name).slice(0, NAME_LENGTH)}`.trim() };
}

/** An operator may stop and end things on every registry. Nothing is ever opened on their word. */
export function isOperator(actor: Actor): actor is Operator {
  return actor.id === "operator";
}
