import type { Address } from "../../../domain/address.ts";
import type { RequestId } from "../../../domain/ids.ts";
import { INPUT_AT_MOST, type FormInputs } from "../card-action.ts";
import { button, choiceInput, textInput } from "./buttons.ts";
import { card, line, problem, title, type Body, type Card } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** The request form: what can be chosen, what stands in it, and what was wrong with it when it was last sent. */
export type FormView = {
  /** Names this form for ever: sent twice it asks once. */
  readonly form: RequestId;
  /** The address that a pasted error named, whatever is asked for. */
  readonly errorAddress: Address | undefined;
  /** Only those that the person may ask for. */
  readonly registryNames: readonly string[];
  readonly inputs: FormInputs;
  readonly reasonNeeded: boolean;
  /** What a ticket looks like, where the policy wants one, and whether it does for every registry. */
  readonly ticket: { readonly hint: string; readonly needed: boolean } | undefined;
  readonly problem: FormProblem | undefined;
};

/** Why nothing was asked; the sentence stands above the input that it is about. */
export type FormProblem = { readonly at: keyof FormInputs | "form"; readonly text: string };

/** To the requester: everything that a request needs, prefilled with what is known. */
export function formCard(view: FormView, words: CardWords): Card {
  const { inputs, form, errorAddress } = view;
  const about = errorAddress === undefined ? { form } : { form, error: errorAddress };
  const { input, button: says } = words;
  const fields: Readonly<Record<keyof FormInputs, Body>> = {
    registry: [
      choiceInput(
        question("registry", input.registry, inputs, { needed: input.sayRegistry }),
        view.registryNames.map((name) => ({ title: name, value: name })),
      ),
    ],
    address: [
      textInput(
        question("address", input.address, inputs, {
          placeholder: input.addressHint,
          needed: input.sayAddress,
        }),
        INPUT_AT_MOST.address,
        "one",
      ),
    ],
    duration: [
      textInput(
        question("duration", input.duration, inputs, {
          placeholder: input.durationHint,
          needed: input.sayDuration,
        }),
        INPUT_AT_MOST.duration,
        "one",
      ),
    ],
    ticket:
      view.ticket === undefined
        ? []
        : [
            textInput(
              question("ticket", input.ticket, inputs, {
                placeholder: view.ticket.hint,
                ...(view.ticket.needed ? { needed: view.ticket.hint } : {}),
              }),
              INPUT_AT_MOST.words,
              "one",
            ),
          ],
    reason: [
      textInput(
        question("reason", input.reason, inputs, {
          placeholder: input.reasonHint,
          ...(view.reasonNeeded ? { needed: input.sayReason } : {}),
        }),
        INPUT_AT_MOST.words,
        "some",
      ),
    ],
  };
  const wrong = view.problem;
  const order = ["registry", "address", "duration", "ticket", "reason"] as const;
  return card(
    words.title.form,
    [
      title(words.title.form),
      ...(errorAddress === undefined ? [] : [line(input.errorNamed(errorAddress))]),
      ...(wrong?.at === "form" ? [problem(wrong.text)] : []),
      ...order.flatMap((name) => [
        ...(wrong?.at === name ? [problem(wrong.text)] : []),
        ...fields[name],
      ]),
    ],
    [
      button("ask", says.ask, about, { style: "positive" }),
      button("show-help", says.cancel, {}, { ignoresInputs: true }),
    ],
  );
}

function question(
  id: keyof FormInputs,
  label: string,
  inputs: FormInputs,
  more: { readonly placeholder?: string; readonly needed?: string },
) {
  const value = inputs[id];
  return { id, label, ...more, ...(value === "" ? {} : { value }) };
}
