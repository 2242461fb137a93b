import type { Contacts } from "../../application/conversation/first-contact.ts";
import { rememberPerson } from "../../application/conversation/remember-person.ts";
import { ifReadable } from "../../application/if-readable.ts";
import type { Delivery, Ids, Log, Roster, Sender } from "../../application/ports.ts";
import type { ConversationReference, Store } from "../../application/store.ts";
import type { Command } from "../../domain/commands/command.ts";
import type { Policy } from "../../domain/policy.ts";
import { admissionOf } from "./admission.ts";
import { wordsFor } from "./cards/words.ts";
import type { Reply, TeamsMessenger } from "./messenger.ts";

type Deps = {
  readonly messenger: Pick<TeamsMessenger, "reply">;
  readonly contacts: Contacts;
  readonly roster: Roster;
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
};

/**
 * Answers a message where its sender alone reads it: in the personal chat, or from a group or channel in the personal
 * chat with one neutral line in the thread where it was asked. Somebody who is not to be answered, or can't be
 * reached, is told so in the place where they asked, and `run` is not called. It gets the sender as seen from where
 * the answer goes; `undefined` of it is an answer that comes as a card by itself. Only of whom the roster says that
 * they are a member anything is written down, and before `run`: what it asks for is answered there.
 */
export async function answerMessage(
  deps: Deps,
  sender: Sender,
  command: Command,
  run: (reader: Sender) => Promise<Reply | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const { reference } = sender;
  const { answer } = wordsFor(sender.locale);
  const admission = await admissionOf(deps, sender, command.kind, signal);
  if (admission.kind === "refused") {
    await say(deps, reference, { text: admission.why }, signal);
    return;
  }
  if (command.kind === "help" && !sender.personal) {
    // The same for everybody: what the person themself may ask for is for them to read.
    await say(deps, reference, { text: answer.help }, signal);
    return;
  }
  if (sender.personal) {
    if (admission.kind === "member") await rememberPerson(deps, sender, signal);
    const reply = await run(sender);
    if (reply !== undefined) await say(deps, reference, reply, signal);
    return;
  }
  const { serviceUrl, userId } = reference;
  const { id, name } = sender.person;
  // To reach somebody whom nobody knows would write them down.
  if (admission.kind === "unsure" && !(await isKnown(deps, sender, signal))) {
    await say(deps, reference, { text: admission.why }, signal);
    return;
  }
  const reach = await deps.contacts.reach(id, { name, serviceUrl, userId }, signal);
  if (reach.kind !== "known") {
    const text = answer.inPublic[reach.kind === "later" ? "busy" : "unreachable"];
    await say(deps, reference, { text }, signal);
    return;
  }
  const reply = await run({ ...sender, personal: true, reference: reach.reference });
  const told =
    reply === undefined || (await say(deps, reach.reference, reply, signal)).kind === "delivered";
  if (told) await say(deps, reference, { text: answer.inPublic.answered }, signal);
}

async function isKnown(
  { store }: Pick<Deps, "store">,
  { person }: Sender,
  signal: AbortSignal,
): Promise<boolean> {
  return (await ifReadable(store.person(person.id, signal)))?.value !== undefined;
}

/** Into that conversation; what could not be said is in the log. */
export async function say(
  { messenger, log }: Pick<Deps, "messenger" | "log">,
  to: ConversationReference,
  reply: Reply,
  signal: AbortSignal,
): Promise<Delivery> {
  const delivery = await messenger.reply(to, reply, signal);
  if (delivery.kind !== "delivered") log.warn("reply.not-delivered", { ...delivery });
  return delivery;
}
