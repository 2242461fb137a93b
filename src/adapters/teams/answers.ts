import { freezeEverything } from "../../application/leases/freeze-everything.ts";
import { denyByText, showApproval } from "../../application/requests/pending-decision.ts";
import type { Ids } from "../../application/ports.ts";
import { askToRevokeAll } from "../../application/leases/revoke-all.ts";
import { showHistory } from "../../application/show/show-history.ts";
import { showPending } from "../../application/show/show-pending.ts";
import { showRegistries } from "../../application/show/show-registries.ts";
import { showRules } from "../../application/show/show-rules.ts";
import type { Store } from "../../application/store.ts";
import type { ApproverCommand } from "../../domain/commands/approver-command.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { Person } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import type { ShowCommand } from "../../domain/commands/show-command.ts";
import { cardOf } from "./cards/card-of.ts";
import { historyCard } from "./cards/history-card.ts";
import { pendingCard } from "./cards/pending-card.ts";
import { revokeAllCard } from "./cards/revoke-all-card.ts";
import { rulesCard } from "./cards/rules-card.ts";
import type { CardWords } from "./cards/words.ts";
import type { Reply } from "./messenger.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** What is answered at once, to who asked and to nobody else. */
type Question =
  | Exclude<ApproverCommand, { kind: "emergency" }>
  | Exclude<ShowCommand, { kind: "status" } | { kind: "help" }>;

/** Who asks, in which message, and in which words they are answered. */
type Saying = { readonly by: Person; readonly messageId: string; readonly words: CardWords };

/** The answer to what changes nothing, and to what approvers do in words. */
export async function answerTo(
  deps: Deps,
  question: Question,
  { by: person, messageId, words }: Saying,
  signal: AbortSignal,
): Promise<Reply> {
  const { answer } = words;
  const wish = { ...question, by: person, messageId };
  switch (wish.kind) {
    case "registries":
      return { text: answer.registries(await showRegistries(deps, person.id, signal)) };
    case "rules": {
      const shown = await showRules(deps, { ...wish, by: person.id }, signal);
      return shown.kind === "rules"
        ? { card: rulesCard(shown.view, words) }
        : { text: answer.noRules(shown) };
    }
    case "pending":
      return { card: pendingCard(await showPending(deps, person.id, signal), words) };
    case "history": {
      const shown = await showHistory(deps, { ...wish, by: person.id }, signal);
      return shown.kind === "history"
        ? { card: historyCard(shown, words) }
        : { text: answer.noHistory(shown) };
    }
    case "approve": {
      const shown = await showApproval(deps, wish, signal);
      return shown.kind === "approval"
        ? { card: cardOf(shown.view, words) }
        : { text: answer.noApproval(shown) };
    }
    case "deny":
      return { text: answer.denial(await denyByText(deps, wish, signal)) };
    case "revoke-everything": {
      const asked = await askToRevokeAll(deps, wish, signal);
      return asked.kind === "confirm"
        ? { card: revokeAllCard(asked.registry, asked.leases, words) }
        : { text: answer.noRevocation(asked) };
    }
    case "freeze-everything":
      return { text: answer.everythingFrozen(await freezeEverything(deps, wish, signal)) };
    default:
      return assertNever(wish);
  }
}
