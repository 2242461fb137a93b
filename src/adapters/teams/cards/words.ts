import type { Admission } from "../../../domain/rule-plan.ts";
import type { Request } from "../../../domain/request.ts";
import { APPROVAL_TITLES, UNCHANGED, WHAT_FOLLOWS, WHAT_REMAINS } from "./english-by-kind.ts";
import { EMERGENCY } from "./english-emergency.ts";
import { INPUT } from "./english-input.ts";
import { PROOF } from "./english-proof.ts";
import { HISTORY, PENDING, RULES } from "./english-shown.ts";
import { ANSWERS } from "../english-answers.ts";
import { count as counted } from "../phrases.ts";
import { findingSentence, frozenSentence } from "../registry-wording.ts";
import { addressInWords, endSentence } from "../wording.ts";

type Kind = Request["kind"];

/** Everything that cards and answers say, in English. `when` is a moment that Teams shows in the reader's own zone. */
const ENGLISH = {
  answer: ANSWERS,
  emergency: EMERGENCY,
  proof: PROOF,
  rules: RULES,
  history: HISTORY,
  pending: PENDING,
  label: {
    who: "Who",
    registry: "Registry",
    address: "Address",
    for: "For",
    moreTime: "More time",
    endsNow: "Ends now",
    wouldEnd: "Would end",
    insteadOf: "Instead of",
    until: "Until",
    reason: "Reason",
    id: "Id",
    by: "By",
    because: "Because",
    approvedFor: "Approved for",
    mutedUntil: "Muted until",
    asked: "Asked",
    decides: "Decides",
    others: "Others",
    rules: "Rules",
    ruleSeen: "Rule seen",
    openUntil: "Open until",
    ruleGone: "Rule gone",
    ended: "Ended",
    wasToEnd: "Was to end",
    lastError: "Last error",
  },
  button: {
    approve: "Approve",
    /** Short, so that all three stand beside each other on a phone. */
    lessTime: "Less time",
    approveLess: "Approve for less",
    deny: "Deny",
    mute: "Deny and mute 24 h",
    revoke: "Revoke",
    revokeNow: "Revoke now",
    cancel: "Cancel",
    ask: "Ask",
    giveBack: "Give back",
    letItEnd: "Let it end",
    askAgain: "Ask again",
    tryAgain: "Try again",
    checkAgain: "Check again",
    askForAccess: "Ask for access",
    myAccess: "My access",
    extend: (length: string) => `Extend ${length}`,
    endAll: (number: number) => `End ${counted(number, "lease")}`,
  },
  title: {
    approval: (kind: Kind) => APPROVAL_TITLES[kind],
    waiting: "Waiting for an approver",
    approved: "Approved",
    denied: "Denied",
    lapsed: "Nobody decided in time",
    cancelled: "Taken back",
    cancelledByRequester: "Taken back by the requester",
    open: "Open",
    over: "Over",
    shutOut: "Nothing is open",
    extended: "Extended",
    closed: "Closed",
    notOpened: "Not opened",
    endingSoon: "Ending soon",
    reminder: "Still waiting for a decision",
    letEnd: "It ends by itself",
    overdue: "Past its end, and not seen closed",
    unwatched: "Past its end, and nobody has looked",
    closedAfterAll: "Closed after all",
    help: "I open locked registries for a while",
    form: "Ask for access",
    asked: "Asked",
    nothing: "Nothing is open for you",
    status: "Your access",
    revokeAll: (name: string) => `End everything on ${name}?`,
    revokedAll: (name: string) => `Everything on ${name} is ending`,
  },
  input: INPUT,
  notice: {
    helpSentence:
      "Tell me which registry and which address. An approver says yes, I add the rule, and I remove it again when the time is up.",
    sayItLike: "Say it like this:",
    /** Where cards are not shown. */
    open: (name: string, address: string) => `${name} is open for ${address}.`,
    shutOut: (name: string, address: string) =>
      `${name} lets ${address} pass no more: somebody else removed the rule.`,
    opening: "The rule is being added.",
    removing: "Over. The rule is being removed.",
    closed: (name: string, address: string, why: string) =>
      `${name} is closed again for ${address}. ${why}`,
    leaseOver: (name: string, address: string, remains: string) =>
      `Your lease of ${name} for ${address} is over. ${remains}`,
    timeOver: (name: string, address: string) => `Your time on ${name} for ${address} is over.`,
    notOpened: (name: string, address: string, why: string) =>
      `${name} was not opened for ${address}. ${why}`,
    endingSoon: (name: string, address: string) => `${name} closes soon for ${address}.`,
    overdue: (name: string, address: string, byHand: string) =>
      `${name} may still be open for ${address}, past its end. By hand: ${byHand}`,
    unwatched: (name: string, address: string) =>
      `Nobody has looked at ${name} since the lease of ${address} ended.`,
    dealtWith: (name: string, address: string) => `${name}: ${address} is dealt with now.`,
    reminder: (number: number) =>
      `${counted(number, "request waits", "requests wait")} for your decision.`,
    asked: (what: string) => `You asked for ${what}.`,
    waiting: (what: string) => `You asked for ${what}. Waiting for an approver.`,
    approved: (what: string) => `Approved: ${what}.`,
    denied: (what: string) => `Denied: ${what}.`,
    lapsed: (what: string) => `Nobody decided in time: ${what}.`,
    cancelled: (what: string) => `You took back: ${what}.`,
    toDecide: (what: string) => `${what}. Open this in Teams to approve or deny it.`,
    approvedBy: (what: string, names: string) => `${what}. Approved by ${names}.`,
    deniedBy: (what: string, name: string) => `${what}. Denied by ${name}.`,
    lapsedFor: (what: string) => `${what}. Nobody decided in time.`,
    cancelledFor: (what: string) => `${what}. Taken back by the requester.`,
    status: (open: number, waiting: number) =>
      `You have ${String(open)} open and ${String(waiting)} waiting.`,
    revokedAll: (name: string, number: number) =>
      `${counted(number, "lease")} on ${name} ${number === 1 ? "is" : "are"} ending. Each card says when its rule was seen gone.`,
    notRevoked: (number: number, name: string) =>
      `${counted(number, "lease")} could not be ended just now. Say it again: revoke everything on ${name}`,
    revokeAll: (name: string, number: number) =>
      `End ${counted(number, "lease")} on ${name}? Open this in Teams to say yes.`,
  },
  /** What can be typed as it stands, with a registry that the person may ask for. */
  examples: (name = "REGISTRY"): readonly string[] => [
    `allow 203.0.113.7 for 4h on ${name} because TICKET-12`,
    `extend ${name} by 2h`,
    "status",
  ],
  sentence: {
    end: endSentence,
    finding: findingSentence,
    frozen: frozenSentence,
    whatFollows: (kind: Kind) => WHAT_FOLLOWS[kind],
    unchanged: (kind: Kind) => UNCHANGED[kind],
    whatRemains: (remaining: Admission) => WHAT_REMAINS[remaining],
    lapses: (when: string) => `Lapses ${when}`,
    newEnd: (when: string) => `The new end is ${when}.`,
    seenAndOpen: (seen: string, until: string) => `Rule seen ${seen}. Open until ${until}.`,
    ruleSeenGone: (when: string, why: string) => `Rule seen gone ${when}. ${why}`,
    removedByOthers: (putBack: boolean) =>
      `Somebody else removed it: nothing is open. ${putBack ? "I am trying to put it back." : "The policy does not put it back."}`,
    followsRule: (when: string) =>
      `If a rule lets the address pass again before ${when}, this card says so.`,
    endedThen: (when: string, why: string) => `Ended ${when}. ${why}`,
    notOpened: (why: string) => `Not opened. ${why}`,
    askAgainLater: "Ask again if you still need it.",
    noRule: "No rule of this request is on the registry. You can ask again.",
    reached: (reached: number, all: number) =>
      `Sent to ${String(reached)} of ${counted(all, "approver")}.`,
    sentToChannel: "Sent to the approvers' channel.",
    decidesNoMore: "You can't decide this any more: the policy names other approvers now.",
    approvalsSoFar: (so: number, needed: number) =>
      `${String(so)} of ${counted(needed, "approval")} so far.`,
    ruleCanLag: "A rule can take a few minutes to reach every front end of the registry.",
    borrowed: "Another rule of the registry admits this address; none was added.",
    checkIt: "Check it:",
    endsSoon: (when: string) => `It closes ${when}. Running pulls may finish.`,
    letEnd: (when: string) => `It closes ${when}, and I say so when the rule was seen gone.`,
    moreTimeAsked: "More time is asked for. The card of that request says how it stands.",
    noFailure: "No worker has reported a failure: perhaps none is running.",
    nothingOfMine:
      "A rule that is not mine lets the address pass. There is nothing of mine to close.",
    closeByHand:
      "I go on trying. An operator can look, and close it by hand if nobody else needs the rule:",
    looking: "The registry is being looked at now. This card changes when the rule was seen gone.",
    nothingWaits: "And nothing waits for a decision.",
    waitingLine: (when: string) => `Waiting for an approver; lapses ${when}`,
    waitsForYou: (when: string) => `Waiting for you; lapses ${when}`,
    openUntil: (when: string) => `Open until ${when}`,
    beingAdded: "Approved; the rule is being added",
    beingRemoved: "Over; the rule is being removed",
    andMore: (number: number) => `And ${String(number)} more.`,
    cardsFurtherUp: (number: number): string =>
      number === 1
        ? "Its card is further up in this chat."
        : "Their cards are further up in this chat.",
    unreadable: (number: number) =>
      `And ${String(number)} of which I can't tell more until I am upgraded.`,
    askedFollows: "A card of its own says how it stands, and takes it back.",
    revokeAll: (number: number) =>
      `${counted(number, "lease")} of these people end at once. What is not mine stays.`,
  },
  phrase: {
    /** Two or more names, or one. */
    /** Instead of names, when the policy alone let it through. */
    nobody: "the policy, without an approver",
    names: (names: readonly string[]) => new Intl.ListFormat("en").format(names),
    andOthers: (names: readonly string[], others: number) =>
      new Intl.ListFormat("en").format([
        ...names,
        ...(others > 0 ? [counted(others, "other")] : []),
      ]),
    address: addressInWords,
    typed: "typed",
    seenByLink: "seen by link",
    differs: (refused: string) =>
      `The pasted error names another address: ${refused}. Ask which of the two is meant.`,
    othersOpen: (number: number) =>
      number === 0
        ? "Nobody else has it open"
        : `${counted(number, "other person", "other people")} ${number === 1 ? "has" : "have"} it open`,
    shared: (number: number) =>
      `${counted(number, "other person", "other people")} came through this very address: it is shared, so it opens for everybody behind it.`,
    wide: (size: number) => `This opens ${String(size)} addresses at once.`,
    slots: (used: number, limit: number | undefined) =>
      limit === undefined ? `${String(used)} in use` : `${String(used)} of ${String(limit)} in use`,
    moreFor: (length: string, where: string) => `${length} more for ${where}`,
    on: (address: string, name: string) => `${address} on ${name}`,
    inAnEmergency: (where: string) => `${where} in an emergency`,
    theRule: (where: string) => `the rule ${where}`,
    instead: (where: string, from: string) => `${where} instead of ${from}`,
    nameFor: (name: string, address: string) => `${name} for ${address}`,
    wants: (who: string, what: string) => `${who}: ${what}`,
  },
};

/** What cards and answers say. Another language is another object of this type. */
export type CardWords = typeof ENGLISH;

const LANGUAGES: Readonly<Record<string, CardWords>> = { en: ENGLISH };

/** The words for a locale as Teams tells it ("de-DE"); English for a language that is not there, or unknown. */
export function wordsFor(locale: string | undefined): CardWords {
  const [language = ""] = (locale ?? "").toLowerCase().split("-");
  return LANGUAGES[language] ?? ENGLISH;
}
