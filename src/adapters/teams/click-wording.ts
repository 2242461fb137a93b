/** What is said beside a card that stays as it is, or in its place. */
export const CLICKED = {
  unreadable: "This card is not one that I understand.",
  busy: "I could not write that down just now. Please click again.",
  gone: "This is long over and was deleted.",
  requestGone: "This request is long over and was deleted.",
  sayWhy: "Say why in a few words: the requester reads it.",
  ownEmergency: "You have opened this yourself. Another approver has to review it.",
  notAnApprover: "You are not an approver for this registry, so nothing was changed.",
  notForYou: "You can't decide this request.",
  notYours: "This is not yours, so nothing was changed.",
  notYourRequest: "This is not yours. Say: help",
  notOpenYet: "It is not open yet.",
  moreTimeAsked: "More time is asked for. A card of its own says how that stands.",
  linkSent: "You have a link from me now: open it from the network that you pull from.",
  chooseRegistry: "Choose the registry.",
  nothingToAskFor: "There is no registry that you may ask for.",
};
