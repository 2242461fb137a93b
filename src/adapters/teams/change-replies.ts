import { cancelRequest } from "../../application/cancel.ts";
import { giveBack, revoke } from "../../application/end-lease.ts";
import type { Store } from "../../application/store.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { ChangeCommand } from "../../domain/change-command.ts";
import type { Person } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import { cancelSentence, endSentenceFor } from "./change-wording.ts";
import type { Reply } from "./messenger.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy };

/** Does what the command says to what is there already, and answers in one sentence; the cards follow by themselves. */
export async function changeReply(
  deps: Deps,
  command: ChangeCommand,
  by: Person,
  messageId: string,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const wish = { ...command, by, messageId };
  switch (wish.kind) {
    case "give-back":
      return { text: endSentenceFor(await giveBack(deps, wish, signal), "give back") };
    case "revoke":
      return { text: endSentenceFor(await revoke(deps, wish, signal), "revoke") };
    case "cancel":
      return { text: cancelSentence(await cancelRequest(deps, wish, signal)) };
    default:
      return assertNever(wish);
  }
}
