import { ask, type AskRefusal, type Question } from "../../application/requests/ask.ts";
import type { Address } from "../../domain/address.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { Person, RequestId } from "../../domain/ids.ts";
import { registriesFor, registryOf, type Policy } from "../../domain/policy.ts";
import { isProof } from "../../domain/proof.ts";
import { formatTimeOfDay, type TimeOfDay } from "../../domain/time-of-day.ts";
import type { PastedError } from "../../domain/commands/pasted-error.ts";
import type { ActionOf, FormInputs } from "./card-action.ts";
import { askedCard } from "./cards/asked-card.ts";
import { cardOf } from "./cards/card-of.ts";
import { formCard, type FormProblem } from "./cards/form-card.ts";
import { helpCard } from "./cards/help-card.ts";
import type { Card } from "./cards/parts.ts";
import type { CardWords } from "./cards/words.ts";
import { busy, gone, told, type ClickDeps, type Clicker } from "./click.ts";
import { inputOf, readInputs } from "./form-inputs.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";
import type { Reply } from "./messenger.ts";
import { proofReply } from "./proof-replies.ts";
import { untilThen } from "./until-then.ts";

type FormDeps = Pick<ClickDeps, "policy" | "ids">;

/** Somebody asked for an address in words, which left something out. */
export type Said = Pick<Question, "by" | "durationMs" | "registryName" | "reason"> & {
  readonly address: Address;
  readonly until: TimeOfDay | undefined;
};

/** A form with what was said, when all that is missing can be asked with one; `undefined` when that would not help. */
export function formToComplete(
  deps: FormDeps,
  { by, address, durationMs, until, registryName, reason }: Said,
  refusal: AskRefusal,
  words: CardWords,
): Card | undefined {
  const missing =
    refusal.kind === "which-registry" ||
    (refusal.kind === "policy" && refusal.refusal.kind === "reason-missing");
  if (!missing) return undefined;
  const known = {
    address,
    registry: registryName ?? "",
    ...lengthIn(durationMs, until),
    reason: reason ?? "",
  };
  const wrong = { at: inputOf(refusal), text: words.answer.askRefused(refusal) };
  return newForm(deps, by, known, words, refusal.kind === "policy" ? wrong : undefined);
}

/** The same for "my IP", when it was not said on which of several registries. */
export function formForMyIp(
  deps: FormDeps,
  by: Person,
  { durationMs, until, registryName, reason }: Omit<Said, "by" | "address">,
  words: CardWords,
): Card | undefined {
  if (registryName !== undefined || registriesFor(deps.policy(), by.id).length < 2)
    return undefined;
  const known = { address: "my IP", ...lengthIn(durationMs, until), reason: reason ?? "" };
  return newForm(deps, by, known, words);
}

/** As the form has it; the registry's own when nothing was said. */
function lengthIn(
  durationMs: number | undefined,
  until: TimeOfDay | undefined,
): Partial<FormInputs> {
  if (until !== undefined) return { duration: `until ${formatTimeOfDay(until)}` };
  return durationMs === undefined ? {} : { duration: formatDuration(durationMs) };
}

/** The answer to a pasted error: a form with what it says, since nobody has asked for anything yet. */
export function pastedErrorReply(
  deps: FormDeps,
  by: Person,
  { address, registryName }: PastedError,
  words: CardWords,
): Reply {
  const mayAsk = registriesFor(deps.policy(), by.id).map(({ name }) => name);
  const unknown =
    registryName !== undefined && !mayAsk.includes(registryName)
      ? words.answer.askRefused({ kind: "unknown-registry", name: registryName, known: mayAsk })
      : undefined;
  const known = { address: address ?? "", registry: registryName ?? "" };
  const wrong = unknown === undefined ? undefined : ({ at: "registry", text: unknown } as const);
  const card = newForm(deps, by, known, words, wrong, address);
  return card === undefined ? { text: words.answer.clicked.nothingToAskFor } : { card };
}

/** With an id of its own. */
function newForm(
  { policy, ids }: FormDeps,
  by: Person,
  known: Partial<FormInputs>,
  words: CardWords,
  wrong?: FormProblem,
  error?: Address,
): Card | undefined {
  const form = ids.requestId(ids.opId());
  return formAgain(policy(), { form, error }, by, known, words, wrong);
}

/** The help card with the registries that this person may ask for, after what is said first. */
export function helpFor(policy: Policy, by: Person, words: CardWords, first?: string): Card {
  const names = registriesFor(policy, by.id).map(({ name }) => name);
  return helpCard(names, words, first);
}

/** A form in the place of the card that was clicked. */
export function formReply(
  deps: FormDeps,
  { by, words }: Clicker,
  known: Partial<FormInputs> = {},
): InvokeAnswer {
  const card = newForm(deps, by, known, words);
  return card === undefined ? told(words.answer.clicked.nothingToAskFor) : { kind: "card", card };
}

/** The form with what an earlier request of the same person asked for. */
export async function askAgainReply(
  deps: ClickDeps,
  clicker: Clicker,
  id: RequestId,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { value: before } = await deps.store.request(id, signal);
  if (before === undefined) return gone(clicker.words);
  // What somebody else asked for is theirs to know.
  if (before.requester.id !== clicker.by.id)
    return told(clicker.words.answer.clicked.notYourRequest);
  const registry = registryOf(deps.policy(), before.registry);
  return formReply(deps, clicker, {
    registry: registry?.name ?? "",
    address: "address" in before ? before.address : "",
    // That time of day has passed, or comes again tomorrow.
    ...lengthIn(before.until === undefined ? before.durationMs : undefined, undefined),
    reason: before.reason ?? "",
  });
}

/** Asks for what stands in the form; when that can't be, the form comes back as it was, saying why. */
export async function askReply(
  deps: ClickDeps,
  { by, sender, words, timeZone }: Clicker,
  { form, error, inputs }: ActionOf<"ask">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const said = readInputs(inputs, words);
  if ("at" in said) return again(said);
  const time = said.until;
  const until = time && (await untilThen(deps.store, by.id, time, timeZone, signal));
  if (until !== undefined && !(until instanceof Date)) {
    return again({ at: "duration", text: words.answer.until(until) });
  }
  const read = { ...said, until, errorAddress: error };
  // The id of the form alone would let one person's form answer with another's request.
  const messageId = `form ${by.id} ${form}`;
  const { address } = read;
  if (address === "mine") {
    const wish = { ...read, kind: "allow" } as const;
    if (!sender.personal) return told(words.answer.links.needsPersonalChat);
    const asker = { by, to: sender.reference, messageId, words };
    const refused = await proofReply(deps, wish, asker, signal);
    if (refused === undefined) return told(words.answer.clicked.linkSent);
    return "text" in refused
      ? again({ at: "address", text: refused.text })
      : { kind: "card", ...refused };
  }
  const outcome = await ask(deps, { ...read, address, by, messageId }, signal);
  if (outcome.kind === "store-busy") return busy(words);
  if (outcome.kind !== "asked") {
    return again({ at: inputOf(outcome), text: words.answer.askRefused(outcome) });
  }
  const { request } = outcome;
  const card = isProof(request)
    ? cardOf({ kind: "proof", proof: request }, words)
    : askedCard(request, words);
  return { kind: "card", card };

  function again(wrong: FormProblem): InvokeAnswer {
    const card = formAgain(deps.policy(), { form, error }, by, inputs, words, wrong);
    return card === undefined ? told(words.answer.clicked.nothingToAskFor) : { kind: "card", card };
  }
}

function formAgain(
  policy: Policy,
  { form, error }: Pick<ActionOf<"ask">, "form" | "error">,
  by: Person,
  known: Partial<FormInputs>,
  words: CardWords,
  wrong: FormProblem | undefined,
): Card | undefined {
  const registries = registriesFor(policy, by.id);
  const [first] = registries;
  if (first === undefined) return undefined;
  const chosen = registries.find(({ name }) => name === known.registry);
  const only = registries.length === 1 ? first : chosen;
  const hints = registries.flatMap(({ reason }) =>
    reason.kind === "pattern" ? [reason.hint] : [],
  );
  return formCard(
    {
      form,
      errorAddress: error,
      registryNames: registries.map(({ name }) => name),
      inputs: {
        registry: only?.name ?? "",
        address: known.address ?? "",
        duration: known.duration ?? formatDuration((only ?? first).duration.defaultMs),
        reason: known.reason ?? "",
        ticket: known.ticket ?? "",
      },
      reasonNeeded: registries.every(({ reason }) => reason.kind === "required"),
      ticket:
        hints[0] === undefined
          ? undefined
          : { hint: hints[0], needed: hints.length === registries.length },
      problem: wrong,
    },
    words,
  );
}
