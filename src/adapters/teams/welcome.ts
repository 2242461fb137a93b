import { rememberPerson } from "../../application/conversation/remember-person.ts";
import type { Ids, Log, Roster, Sender } from "../../application/ports.ts";
import type { Store } from "../../application/store.ts";
import type { Policy } from "../../domain/policy.ts";
import type { ActivityLimits } from "./activity-limits.ts";
import { admissionOf } from "./admission.ts";
import { say } from "./answer-message.ts";
import { wordsFor } from "./cards/words.ts";
import { helpFor } from "./form-replies.ts";
import type { TeamsMessenger } from "./messenger.ts";

type Deps = {
  readonly messenger: Pick<TeamsMessenger, "reply">;
  readonly roster: Roster;
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly limits: ActivityLimits;
  readonly log: Log;
};

/**
 * Says what this is to a member who has just added the app, once; to a guest the sentence that everything gets them.
 * Teams says of one installation more than once: of whom nothing is written down, the limit on telling is what keeps count.
 */
export async function welcome(deps: Deps, sender: Sender, signal: AbortSignal): Promise<void> {
  if (!sender.personal) return;
  const admission = await admissionOf(deps, sender, "help", signal);
  const isNew =
    admission.kind === "member"
      ? await rememberPerson(deps, sender, signal)
      : (await deps.limits.attempt("told", sender.reference.conversationId)) === undefined;
  if (!isNew) return;
  const card = helpFor(deps.policy(), sender.person, wordsFor(sender.locale));
  const reply = admission.kind === "refused" ? { text: admission.why } : { card };
  await say(deps, sender.reference, reply, signal);
}
