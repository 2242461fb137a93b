/** What the cards of an emergency say, in English. */
export const EMERGENCY = {
  toReview: "An emergency, to be reviewed",
  reviewed: "An emergency, reviewed",
  reviewedBy: "Reviewed by",
  reviewedOn: "Reviewed",
  /** A button. */
  saysReviewed: "Reviewed",
  /** `seen`: whether its rule was seen on the registry; not yet, or never, as long as it was not. */
  what: (who: string, where: string, seen: "seen" | "not yet" | "never") =>
    `${who} ${SAID[seen]} ${where} in an emergency, without an approver.`,
  because: (what: string, reason: string) => `${what} Because: ${reason}`,
  pleaseReview: "Please review: was it right? Nothing changes by saying so; Revoke ends it.",
};

const SAID = { seen: "opened", "not yet": "is opening", never: "wanted to open" } as const;
