import type { Admission } from "../../../domain/rule-plan.ts";
import type { Request } from "../../../domain/request.ts";

type Kind = Request["kind"];

/** What an approver is asked, by the kind of request. */
export const APPROVAL_TITLES: Readonly<Record<Kind, string>> = {
  adopt: "Adopt a rule?",
  open: "Open a registry?",
  emergency: "Emergency: nobody was asked",
  extend: "More time?",
  replace: "Another address?",
};
/** What a requester hears of next. */
export const WHAT_FOLLOWS: Readonly<Record<Kind, string>> = {
  adopt: "You hear from me as soon as the rule is mine, and when it was seen gone.",
  open: "You hear from me as soon as the rule was seen on the registry.",
  emergency:
    "You hear from me as soon as the rule was seen on the registry. Your approvers hear of it too.",
  replace: "You hear from me as soon as the rule was seen on the registry.",
  extend: "The rule stays where it is, until the new end.",
};
/** What became of nothing. */
export const UNCHANGED: Readonly<Record<Kind, string>> = {
  adopt: "Nothing was changed.",
  open: "Nothing was opened.",
  emergency: "Nothing was opened.",
  replace: "The address stays as it was.",
  extend: "The end stays as it was.",
};
/** Who lets the address pass after the end, as it was read back. */
export const WHAT_REMAINS: Readonly<Record<Admission, string>> = {
  none: "The rule was seen gone. Front ends may lag some minutes, and running pulls may finish.",
  owned: "Somebody else's lease needs the same rule, so the address passes until that one ends.",
  foreign: "A permanent rule of the registry, not one of mine, still lets the address pass.",
};
