import { adopt } from "../../application/leases/adopt.ts";
import { askForChange, type ChangeOutcome } from "../../application/requests/ask-for-change.ts";
import { cancelRequest } from "../../application/requests/cancel.ts";
import { giveBack, revoke } from "../../application/leases/end-lease.ts";
import { setFreeze } from "../../application/leases/freeze.ts";
import type { Ids } from "../../application/ports.ts";
import type { Store } from "../../application/store.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { ChangeCommand } from "../../domain/commands/change-command.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { Person } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import { formatTimeOfDay } from "../../domain/time-of-day.ts";
import type { CardWords } from "./cards/words.ts";
import type { Reply } from "./messenger.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** Who says it, in which message, in which words it is answered, and the instant of the command's time of day. */
type Saying = {
  readonly by: Person;
  readonly messageId: string;
  readonly until: Date | undefined;
  readonly words: CardWords;
};

/** Does what the command says to what is there already, and answers in one sentence; the cards follow by themselves. */
export async function changeReply(
  deps: Deps,
  command: ChangeCommand,
  { by, messageId, until, words }: Saying,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const { answer } = words;
  const wish = { ...command, by, messageId };
  switch (wish.kind) {
    case "give-back":
      return { text: answer.ending(await giveBack(deps, wish, signal), "give back") };
    case "revoke":
      return { text: answer.ending(await revoke(deps, wish, signal), "revoke") };
    case "extend": {
      const { durationMs, until: time } = wish;
      if (until !== undefined && time !== undefined) {
        const asks = { kind: "extend-until", until } as const;
        const example = `extend until ${formatTimeOfDay(time)} on`;
        return asked(await askForChange(deps, { ...wish, asks }, signal), example, words);
      }
      if (durationMs === undefined) return { text: answer.missing.duration };
      const asks = { kind: "extend", durationMs } as const;
      const example = `extend by ${formatDuration(durationMs)} on`;
      return asked(await askForChange(deps, { ...wish, asks }, signal), example, words);
    }
    case "move": {
      const { address } = wish;
      if (address === undefined) return { text: answer.missing.address };
      const asks = { kind: "replace", address } as const;
      const example = `move to ${address} on`;
      return asked(await askForChange(deps, { ...wish, asks }, signal), example, words);
    }
    case "adopt": {
      const sentence = answer.adoption(await adopt(deps, wish, signal));
      return sentence === undefined ? undefined : { text: sentence };
    }
    case "freeze":
      return { text: answer.frozen(await setFreeze(deps, wish, signal), wish.registryName) };
    case "cancel":
      return { text: answer.cancelled(await cancelRequest(deps, wish, signal)) };
    default:
      return assertNever(wish);
  }
}

/** The request's own card follows through the conversation, once, whatever is repeated. */
function asked(outcome: ChangeOutcome, example: string, { answer }: CardWords): Reply | undefined {
  return outcome.kind === "asked" ? undefined : { text: answer.changeRefused(outcome, example) };
}
