/** Who is not answered as a member is, and why. */
export const ADMISSION = {
  meeting:
    "I don't answer in meetings: people of anywhere may read along. Please write to me personally.",
  guest:
    "You are a guest here. Only members of the organisation can ask me for access or decide about it.",
  "other-tenant":
    "You belong to another organisation. Only members of this one can ask me for access or decide about it.",
  anonymous: "I don't know who you are, so I can't do anything for you. Please sign in to Teams.",
  unreadable:
    "Teams does not tell me who you are just now, so nothing was changed. Please try again.",
};

/** What is said where others read along: nothing of what was asked or answered. */
export const IN_PUBLIC = {
  answered: "I answered you in our chat.",
  unreachable:
    "I can't write to you personally, so nothing was done. Please add me in Teams, and say it in our chat.",
  busy: "Teams does not let me write to you just now, so nothing was done. Please try again.",
};

/** What somebody is told who says and clicks more than anybody does. */
export const TOO_MUCH =
  "That is a lot at once, so I did nothing with this. Please wait a minute and say it again.";

/** When nothing can be written down. */
export const STORE_UNAVAILABLE =
  "I can't reach my store just now. Please try again; nothing is asked twice.";

/** Above the help, when a message was not understood. */
export function unknownSentence(suggestion: string | undefined): string {
  const nothing = "I don't understand that, so nothing was asked.";
  return suggestion === undefined ? nothing : `${nothing} Say it like: ${suggestion}`;
}
