import { formatDuration } from "../../../domain/duration.ts";
import type { RequestId } from "../../../domain/ids.ts";
import type { Lease } from "../../../domain/lease.ts";
import type { Pending } from "../../../domain/request.ts";
import { INPUT_AT_MOST } from "../card-action.ts";
import { button, choiceInput, textInput, unfolding, type Button } from "./buttons.ts";
import type { CardWords } from "./words.ts";

const MINUTE_MS = 60_000;
/** What "for less" offers, of it the longest that are shorter than what was asked. */
const LENGTHS = [15, 30, 60, 2 * 60, 4 * 60, 8 * 60, 24 * 60];
const OFFERED = 5;

/** Approve stands alone and first: one tap decides. What needs more to say unfolds. */
export function decisionButtons(request: Pending, words: CardWords): readonly Button[] {
  const { id, version } = request;
  const data = { request: id, version };
  const { button: says, input } = words;
  const shorter = shorterThan(request);
  const forLess = unfolding(
    says.lessTime,
    [
      choiceInput(
        { id: "less", label: input.atMost, needed: input.chooseLength, value: shorter[0] ?? "" },
        shorter.map((value) => ({ title: inWords(value), value })),
      ),
    ],
    [button("approve", says.approveLess, data, { style: "positive" })],
  );
  const deny = unfolding(
    says.deny,
    [textInput(whyQuestion(words, input.sayWhy), INPUT_AT_MOST.words, "some")],
    [
      button("deny", says.deny, data, { style: "destructive" }),
      button("deny-and-mute", says.mute, data),
    ],
  );
  return [
    button("approve", says.approve, data, { style: "positive" }),
    ...(shorter.length === 0 ? [] : [forLess]),
    deny,
  ];
}

/** Ends a lease that is live; why is asked, and may stay empty when it is urgent. */
export function revokeButton(request: RequestId, { id, version }: Lease, words: CardWords): Button {
  const { revoke, revokeNow } = words.button;
  return unfolding(
    revoke,
    [textInput(whyQuestion(words), INPUT_AT_MOST.words, "some")],
    [button("revoke", revokeNow, { request, lease: id, version }, { style: "destructive" })],
  );
}

function whyQuestion({ input }: CardWords, needed?: string) {
  const question = { id: "why", label: input.why, placeholder: input.whyHint };
  return needed === undefined ? question : { ...question, needed };
}

/** Of a move the end is fixed, so there is nothing less of it. In minutes, the longest first. */
function shorterThan({ kind, durationMs }: Pending): readonly string[] {
  if (kind === "replace") return [];
  return LENGTHS.filter((minutes) => minutes * MINUTE_MS < durationMs)
    .slice(-OFFERED)
    .reverse()
    .map(String);
}

function inWords(minutes: string): string {
  return formatDuration(Number(minutes) * MINUTE_MS);
}
