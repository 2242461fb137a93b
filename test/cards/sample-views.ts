import type { CardView, Surroundings } from "../../src/application/conversation/card-view.ts";
import { ended, type Lease } from "../../src/domain/lease.ts";
import type { Request } from "../../src/domain/request.ts";
import { approvalOf, HOUR_MS, requestId } from "../unit/builders.ts";
import type { PeoplesWords, SampleCard } from "./sample-card.ts";
import { after, decided, QUIET, storyOf, type Story } from "./sample-story.ts";

/** A view that the conversation sends by itself. */
export type SampleView = Pick<SampleCard, "name" | "to" | "unfold"> & { readonly view: CardView };

/** Every view in every state. */
export function sampleViews(words: PeoplesWords): readonly SampleView[] {
  const story = storyOf(words);
  return [
    ...approvals(story, words),
    ...requests(story, words),
    ...proofs(story),
    ...leases(story),
    ...reminders(story),
    ...overdue(story),
  ];
}

function approvals(story: Story, words: PeoplesWords): readonly SampleView[] {
  const { asked, range, longer, moving, forLess, automatic, way, open, due } = story;
  const approval = (
    name: string,
    request: Request,
    lease?: Lease,
    over: Partial<CardView & { kind: "approval" }> = {},
  ): SampleView => {
    const about = { request, lease, quorum: 1, surroundings: QUIET };
    const view = { kind: "approval", ...about, ...over } as const;
    return { name: name === "" ? "approval" : `approval-${name}`, to: "approver", view };
  };
  const [, yes = asked] = decided(asked, words)[0] ?? [];
  const wary: Surroundings = {
    ...QUIET,
    findings: [{ kind: "anonymous-pull-on" }, { kind: "slots-full", used: 200, limit: 200 }],
    slots: { used: 200, limit: 200 },
    others: 1,
    sharing: 1,
  };
  const half = { ...range, version: 2, approvals: [approvalOf(3)] };
  return [
    { ...approval("", asked) },
    { ...approval("for-less", asked), unfold: "Less time" },
    { ...approval("denying", asked), unfold: "Deny" },
    approval("with-warnings", range, undefined, { quorum: 2, surroundings: wary }),
    approval("second-of-two", half, undefined, { quorum: 2 }),
    approval("of-more-time", longer, open),
    approval("of-another-address", moving, open),
    approval("no-approver-any-more", asked, undefined, { mayDecide: false }),
    approval("approved-opening", yes, way),
    approval("approved-open", yes, open),
    { ...approval("approved-revoking", yes, open), unfold: "Revoke" },
    approval("approved-for-less", forLess, { ...open, endsAt: after(1) }),
    approval("approved-by-the-policy", automatic, { ...open, basis: rangeOf(asked) }),
    approval("approved-shut-out", yes, story.gone),
    approval("approved-closing", yes, due),
    approval("approved-closed", yes, ended(due, after(4), "none")),
    approval("approved-not-opened", yes, ended(story.never, after(0.3), "none")),
    ...decided(asked, words)
      .slice(1)
      .map(([name, request]) => approval(name, request)),
  ];
}

function requests(story: Story, words: PeoplesWords): readonly SampleView[] {
  const { asked, longer, moving, forLess, automatic, emergency } = story;
  const request = (
    name: string,
    state: Request,
    over: Partial<CardView & { kind: "request" }> = {},
  ): SampleView => {
    const reach = { reached: 2, approvers: 3, quorum: 2 };
    const deciders = [words.approver, "Sam Security"];
    const view = { kind: "request", request: state, ...reach, deciders, ...over } as const;
    return { name: `request-${name}`, to: "requester", view };
  };
  return [
    ...[asked, longer, moving].flatMap((one) => [
      request(`${one.kind}-pending`, one),
      ...decided(one, words).map(([name, state]) => request(`${one.kind}-${name}`, state)),
    ]),
    request("in-a-channel", asked, { reached: 3, quorum: 1, inbox: "channel" }),
    request("approved-for-less", forLess),
    request("approved-by-the-policy", automatic),
    request("in-an-emergency", emergency.request),
  ];
}

function proofs({ proof, seen, notMe }: Story): readonly SampleView[] {
  const one = (name: string, of: typeof seen): SampleView => ({
    name: `proof-${name}`,
    to: "requester",
    view: { kind: "proof", proof: of },
  });
  return [
    one("waiting", proof),
    one("seen", { ...seen, errorAddress: undefined }),
    one("seen-elsewhere", seen),
    one("over", notMe),
  ];
}

function leases({ open, borrowed, gone, due, revoked, never }: Story): readonly SampleView[] {
  const extendByMs = [HOUR_MS, 2 * HOUR_MS];
  const told = (name: string, view: CardView): SampleView => ({ name, to: "requester", view });
  const end = (
    name: string,
    lease: Parameters<typeof ended>[0],
    ...at: [Date, "none" | "owned" | "foreign"]
  ) => told(name, { kind: "ended", lease: ended(lease, ...at) });
  return [
    told("open", { kind: "opened", lease: open, extendByMs }),
    told("open-borrowed", { kind: "opened", lease: borrowed, extendByMs: [] }),
    told("open-shut-out", { kind: "opened", lease: gone, extendByMs: [] }),
    told("open-over", { kind: "opened", lease: due, extendByMs: [] }),
    told("ending", { kind: "ending", lease: open, extendByMs }),
    told("ending-extended", { kind: "ending", lease: open, moved: true, extendByMs }),
    told("ending-over", { kind: "ending", lease: due, extendByMs: [] }),
    end("closed", due, after(4), "none"),
    end("closed-revoked", revoked, after(1), "none"),
    end("closed-still-needed", due, after(4), "owned"),
    end("closed-still-foreign", due, after(4), "foreign"),
    end("not-opened", never, after(0.3), "none"),
  ];
}

function reminders({ asked, range, moving }: Story): readonly SampleView[] {
  const reminder = (name: string, waiting: Story["asked"][]): SampleView => ({
    name,
    to: "approver",
    view: { kind: "reminder", waiting },
  });
  return [
    reminder("reminder", [asked]),
    reminder("reminder-of-three", [asked, { ...range, id: requestId(7) }, moving]),
  ];
}

function overdue({ due, borrowed }: Story): readonly SampleView[] {
  const late = (name: string, lease: Lease, lastFailure?: string): SampleView => ({
    name,
    to: "approver",
    view: { kind: "overdue", lease, lastFailure },
  });
  return [
    late("overdue", due, "wait TooManyRequests"),
    late("overdue-no-worker", due),
    late("overdue-borrowed", borrowed),
    late("overdue-closed", ended(due, after(5), "none")),
  ];
}

function rangeOf({ address }: Story["asked"]): Lease["basis"] {
  return { kind: "range", range: address };
}
