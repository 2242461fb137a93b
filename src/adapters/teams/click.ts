import type { Ids, Log, Sender } from "../../application/ports.ts";
import type { Store } from "../../application/store.ts";
import type { Person } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import type { CardWords } from "./cards/words.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";
import type { TeamsMessenger } from "./messenger.ts";
import type { ProofLinks } from "./proof-replies.ts";

/** What an answer to a click needs. */
export type ClickDeps = {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  readonly messenger: Pick<TeamsMessenger, "reply">;
  readonly links: ProofLinks | undefined;
};

/** Who clicked, as the verified activity says, and in which language they read. */
export type Clicker = {
  readonly by: Person;
  readonly sender: Sender;
  /** Names the click: the same one delivered twice counts once. */
  readonly clickId: string;
  readonly words: CardWords;
  /** The clicker's own, as an IANA name, where their Teams says it. */
  readonly timeZone: string | undefined;
};

/** The store did not take it; nothing was done, or the same click again finds it done. */
export function busy({ answer }: CardWords): InvokeAnswer {
  return { kind: "failed", code: 500, text: answer.clicked.busy };
}

/** What the button is about is not there any more. */
export function gone({ answer }: CardWords): InvokeAnswer {
  return { kind: "failed", code: 404, text: answer.clicked.gone };
}

/** A sentence beside the card, which stays as it is. */
export function told(text: string): InvokeAnswer {
  return { kind: "message", text };
}
