import type {
  IAdaptiveCard,
  IChoiceSetInput,
  IExecuteAction,
  IShowCardAction,
  ITextInput,
} from "@microsoft/teams.cards";
import type { Address } from "../../../domain/address.ts";
import type { LeaseId, RegistryId, RequestId } from "../../../domain/ids.ts";
import type { CardAction } from "../card-action.ts";

/** A button at the foot of a card, or one that unfolds a part of it. */
export type Button = IExecuteAction | IShowCardAction;

type Verb = CardAction["verb"];
/** All that travels in a button: what it is about, and which state of it was shown. Who clicks is in no card. */
type ButtonData =
  | { readonly request: RequestId; readonly version: number; readonly card?: "status" | "request" }
  | { readonly request: RequestId; readonly lease: LeaseId; readonly version: number }
  | {
      readonly lease: LeaseId;
      readonly version: number;
      readonly minutes?: number;
      readonly card?: "status" | "ending";
    }
  | { readonly registry: RegistryId; readonly version: number }
  /** `error`: the address that a pasted error named, which says nothing of who may pass. */
  | { readonly form: RequestId; readonly error?: Address }
  | Readonly<Record<string, never>>;

type Look = { readonly style?: "positive" | "destructive"; readonly ignoresInputs?: boolean };

/** A button that asks the bot itself. */
export function button(verb: Verb, title: string, data: ButtonData, look: Look = {}): Button {
  const { style, ignoresInputs = false } = look;
  return {
    type: "Action.Execute",
    verb,
    title,
    data,
    ...(style === undefined ? {} : { style }),
    ...(ignoresInputs ? { associatedInputs: "none" } : {}),
  };
}

/** A button that unfolds what it needs to know: inputs in it go with the buttons in it, and with no other. */
export function unfolding(
  title: string,
  body: IAdaptiveCard["body"],
  actions: readonly Button[],
): Button {
  return {
    type: "Action.ShowCard",
    title,
    card: { type: "AdaptiveCard", body, actions: [...actions] },
  };
}

/** What an input asks, and what to say when it stays empty that must not. */
type Question = {
  readonly id: string;
  readonly label: string;
  readonly value?: string;
  readonly placeholder?: string;
  /** What Teams says when it is left empty; without it, it may be. */
  readonly needed?: string;
};

/** A line, or some lines, of text. `atMost` is what the bot reads too. */
export function textInput(question: Question, atMost: number, lines: "one" | "some"): ITextInput {
  return {
    type: "Input.Text",
    ...asInput(question),
    maxLength: atMost,
    isMultiline: lines === "some",
  };
}

/** One of several. */
export function choiceInput(
  question: Question,
  choices: readonly { readonly title: string; readonly value: string }[],
): IChoiceSetInput {
  return {
    type: "Input.ChoiceSet",
    ...asInput(question),
    style: "compact",
    choices: choices.map((choice) => ({ ...choice })),
  };
}

function asInput({ id, label, value, placeholder, needed }: Question) {
  return {
    id,
    label,
    ...(value === undefined ? {} : { value }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(needed === undefined ? {} : { isRequired: true, errorMessage: needed }),
  };
}
