import type { HistoryItem } from "../../../application/show/show-history.ts";
import type { ShownRule } from "../../../application/show/show-rules.ts";
import type { Lease } from "../../../domain/lease.ts";
import { count } from "../phrases.ts";

/** What the answer to `rules` says, in English. */
export const RULES = {
  used: (used: number, limit: number | undefined) =>
    limit === undefined ? count(used, "rule") : `${String(used)} of ${count(limit, "rule")} in use`,
  notice: (name: string, defaultAction: string, used: string) =>
    `${name}: default action ${defaultAction}, ${used}.`,
  title: (name: string) => `Rules of ${name}`,
  read: (defaultAction: string, sku: string, used: string, when: string) =>
    `Default action ${defaultAction}, SKU ${sku}, ${used}. Read ${when}.`,
  frozen: "Frozen",
  /** `hidden`: whether some of them are not for this reader. */
  others: (more: number, hidden: boolean) =>
    `And ${count(more, "rule")} ${hidden ? "of others" : "more"}.`,
  whose: (whose: ShownRule["whose"]) => WHOSE[whose],
  through: (value: string, address: string) => `${value} lets ${address} in`,
  leaseOf: (what: string, who: string) => `${what} for ${who}`,
  lease: (id: string, status: Lease["status"], when: string) =>
    `${id}, ${status === "open" ? "until" : status} ${when}`,
};

/** What the answer to `history` says, in English. */
export const HISTORY = {
  title: (name: string, period: string) => `${name}, the last ${period}`,
  notice: (title: string, entries: number) => `${title}: ${count(entries, "entry", "entries")}.`,
  nothing: "Nothing was asked, opened or closed.",
  before: (number: number) => `And ${String(number)} before these.`,
  cut: "There is more in the audit trail than I read for one answer.",
  entry: (
    who: string | undefined,
    asks: HistoryItem["asks"],
    address: string | undefined,
    id: string,
  ) =>
    `${who ?? "Somebody, who asked before that"}: ${ASKED[asks ?? "open"]}${address ?? "an address"} (${id})`,
  approvedBy: "Approved by",
  deniedBy: "Denied by",
  without: (automatic: NonNullable<HistoryItem["automatic"]>) => WITHOUT[automatic],
  asked: (when: string) => `Asked ${when}`,
  open: (when: string) => `Open ${when}`,
  over: (when: string) => `Over ${when}`,
  cameTo: { lapsed: "Nobody decided in time.", cancelled: "Taken back." },
};

/** What the answer to `pending` says, in English. */
export const PENDING = {
  noApprover: "You are not an approver of any registry.",
  nothing: "Nothing waits for you.",
  title: (number: number) => `${count(number, "request waits", "requests wait")} for you.`,
  saidYes: "You said yes; it takes one more approver",
  howTo: (id: string) => `For its card say: approve ${id}`,
  lapses: (what: string, when: string) => `${what}. Lapses ${when}`,
};

const WHOSE: Readonly<Record<ShownRule["whose"], string>> = {
  baseline: "Permanent, by the policy",
  ours: "Mine; no lease needs it any more",
  foreign: "Not mine: somebody else's, and it stays",
};
const ASKED: Readonly<Record<NonNullable<HistoryItem["asks"]>, string>> = {
  open: "",
  extend: "more time for ",
  replace: "instead, ",
  adopt: "adopted ",
  emergency: "in an emergency, ",
};
const WITHOUT: Readonly<Record<NonNullable<HistoryItem["automatic"]>, string>> = {
  policy: "a rule of the policy",
  emergency: "nobody: an emergency",
};
