import { askedCard } from "../../src/adapters/teams/cards/asked-card.ts";
import { cardOf } from "../../src/adapters/teams/cards/card-of.ts";
import { letEndCard } from "../../src/adapters/teams/cards/ending-card.ts";
import { formCard } from "../../src/adapters/teams/cards/form-card.ts";
import { helpCard } from "../../src/adapters/teams/cards/help-card.ts";
import { overdueCard } from "../../src/adapters/teams/cards/overdue-card.ts";
import { revokeAllCard } from "../../src/adapters/teams/cards/revoke-all-card.ts";
import { statusCard } from "../../src/adapters/teams/cards/status-card.ts";
import { wordsFor } from "../../src/adapters/teams/cards/words.ts";
import type { CardView, Surroundings } from "../../src/application/card-view.ts";
import type { Person } from "../../src/domain/ids.ts";
import { closing, ended, opened, type EndReason, type Lease } from "../../src/domain/lease.ts";
import { cancel, lapse, type Pending, type Request } from "../../src/domain/request.ts";
import { emergencyCards } from "./emergency-cards.ts";
import type { PeoplesWords, SampleCard } from "./sample-card.ts";
import {
  address,
  HOUR_MS,
  NOW,
  opening,
  pending,
  pendingExtension,
  pendingMove,
  person,
  policyOf,
  REGISTRY,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";

const WORDS = wordsFor(undefined);
const POLICY = policyOf(registryPolicy());
const QUIET: Surroundings = {
  now: NOW,
  findings: [],
  slots: { used: 37, limit: 200 },
  others: 3,
  sharing: 0,
};

/** Every card that there is, in every state, at a fixed time. */
export function sampleCards(words: PeoplesWords): readonly SampleCard[] {
  const robin: Person = { ...person(1), name: words.requester };
  const alex: Person = { ...person(2), name: words.approver };
  const { reason } = words;
  const approvals = [{ approver: alex, at: NOW, atMostMs: undefined }];
  const asked = pending({ requester: robin, reason });
  const range = pending({ requester: robin, reason, address: address("198.51.100.0/28") });
  const longer = pendingExtension({ requester: robin, reason });
  const moving = pendingMove({ requester: robin, reason });
  const way = opening({ requester: robin, reason, approvals });
  const open = opened(way, after(1 / 60), false);
  const borrowed = opened(way, after(1 / 60), true);
  const over = (why: EndReason, at = 4) => closing(open, why, after(at));
  const due = over({ kind: "due" });
  const revoked = over({ kind: "revoked", by: alex, why: reason }, 1);
  const never = closing(way, { kind: "not-opened" }, after(0.25));

  const decided = (request: Pending): readonly [string, Request][] => [
    [
      "approved",
      { ...request, status: "approved", decidedAt: NOW, approvals, grantedUntil: after(6) },
    ],
    [
      "denied",
      {
        ...request,
        status: "denied",
        decidedAt: NOW,
        decidedBy: alex,
        why: "The build agents have a private endpoint.",
        mutedUntil: after(24),
      },
    ],
    ["lapsed", lapse(request)],
    ["cancelled", cancel(request, NOW)],
  ];
  const all = (request: Pending): readonly [string, Request][] => [
    ["pending", request],
    ...decided(request),
  ];
  const approval = (
    request: Request,
    lease: Lease | undefined,
    surroundings: Surroundings = QUIET,
    quorum = 1,
  ): CardView => ({ kind: "approval", request, lease, quorum, surroundings });
  const approved = decided(asked)[0]?.[1] ?? asked;
  const leases: readonly [string, Lease][] = [
    ["opening", way],
    ["open", open],
    ["closing", due],
    ["closed", ended(due, after(4), "none")],
    ["not-opened", ended(never, after(0.3), "none")],
  ];

  const views: readonly (readonly [string, SampleCard["to"], CardView])[] = [
    ["approval", "approver", approval(asked, undefined)],
    [
      "approval-with-warnings",
      "approver",
      approval(
        range,
        undefined,
        {
          ...QUIET,
          findings: [{ kind: "anonymous-pull-on" }, { kind: "slots-full", used: 200, limit: 200 }],
          slots: { used: 200, limit: 200 },
          others: 1,
          sharing: 1,
        },
        2,
      ),
    ],
    ["approval-of-more-time", "approver", approval(longer, open)],
    ["approval-of-another-address", "approver", approval(moving, open)],
    ...leases.map(
      ([name, lease]) =>
        [`approval-approved-${name}`, "approver", approval(approved, lease)] as const,
    ),
    ...decided(asked)
      .slice(1)
      .map(
        ([name, request]) =>
          [`approval-${name}`, "approver", approval(request, undefined)] as const,
      ),
    ...[asked, longer, moving].flatMap((request) =>
      all(request).map(
        ([name, state]) =>
          [
            `request-${request.kind}-${name}`,
            "requester",
            {
              kind: "request",
              request: state,
              reached: 2,
              approvers: 3,
              quorum: 2,
              deciders: [words.approver, "Sam Security"],
            },
          ] as const,
      ),
    ),
    ["open", "requester", { kind: "opened", lease: open, extendByMs: [HOUR_MS, 2 * HOUR_MS] }],
    ["open-borrowed", "requester", { kind: "opened", lease: borrowed, extendByMs: [] }],
    ["open-over", "requester", { kind: "opened", lease: due, extendByMs: [] }],
    ["ending", "requester", { kind: "ending", lease: open, extendByMs: [HOUR_MS, 2 * HOUR_MS] }],
    ["ending-over", "requester", { kind: "ending", lease: due, extendByMs: [] }],
    ["closed", "requester", { kind: "ended", lease: ended(due, after(4), "none") }],
    ["closed-revoked", "requester", { kind: "ended", lease: ended(revoked, after(1), "none") }],
    ["closed-still-needed", "requester", { kind: "ended", lease: ended(due, after(4), "owned") }],
    [
      "closed-still-foreign",
      "requester",
      { kind: "ended", lease: ended(due, after(4), "foreign") },
    ],
    ["not-opened", "requester", { kind: "ended", lease: ended(never, after(0.3), "none") }],
    ["overdue", "approver", { kind: "overdue", lease: due, lastFailure: "wait TooManyRequests" }],
    ["overdue-no-worker", "approver", { kind: "overdue", lease: due, lastFailure: undefined }],
    ["overdue-borrowed", "approver", { kind: "overdue", lease: borrowed, lastFailure: undefined }],
    [
      "overdue-closed",
      "approver",
      { kind: "overdue", lease: ended(due, after(5), "none"), lastFailure: undefined },
    ],
  ];

  const inputs = {
    registry: "acrdemomagic",
    address: words.typed,
    duration: "4h",
    reason,
    ticket: "",
  };
  const form = {
    form: requestId(3),
    registryNames: ["acrdemomagic", "acrtooling"],
    errorAddress: undefined,
    reasonNeeded: false,
    ticket: undefined,
  };
  const others = [
    open,
    { ...open, requester: alex, address: address("198.51.100.0/28") },
    { ...open, requester: person(4), address: address("203.0.113.9") },
  ];
  return [
    { name: "help", to: "anyone", card: helpCard(["acrdemomagic"], WORDS) },
    {
      name: "form",
      to: "requester",
      card: formCard(
        {
          ...form,
          inputs: { ...inputs, address: "", reason: "" },
          problem: undefined,
        },
        WORDS,
      ),
    },
    {
      name: "form-with-an-error",
      to: "requester",
      card: formCard(
        {
          ...form,
          inputs,
          errorAddress: address("203.0.113.9"),
          reasonNeeded: true,
          ticket: { hint: "INC or CHG number", needed: true },
          problem: { at: "address", text: `"${words.typed}" is not an IPv4 address.` },
        },
        WORDS,
      ),
    },
    { name: "form-asked", to: "requester", card: askedCard(asked, WORDS) },
    ...emergencyCards(words),
    ...views.map(([name, to, view]) => ({ name, to, view, card: cardOf(view) })),
    {
      name: "ending-let-end",
      to: "requester",
      card: letEndCard({ kind: "ending", lease: open, extendByMs: [] }, WORDS),
    },
    {
      name: "overdue-looking",
      to: "approver",
      card: overdueCard({ kind: "overdue", lease: due, lastFailure: undefined }, WORDS, true),
    },
    {
      name: "status",
      to: "requester",
      card: statusCard(
        { now: NOW, pending: [asked, longer], leases: [way, open, due], unreadable: 1 },
        POLICY,
        WORDS,
      ),
    },
    {
      name: "status-nothing",
      to: "requester",
      card: statusCard({ now: NOW, pending: [], leases: [], unreadable: 0 }, POLICY, WORDS),
    },
    {
      name: "revoke-everything",
      to: "approver",
      card: revokeAllCard(REGISTRY, others, WORDS),
    },
  ];
}

function after(hours: number): Date {
  return new Date(NOW.getTime() + hours * HOUR_MS);
}
