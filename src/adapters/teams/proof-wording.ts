/** What is said around links. */
export const LINKS = {
  notSent: "Teams did not take the message with your link just now. Please ask again.",
  notSetUp:
    'Teams does not tell me your address, and links that would show it to me are not set up here. Please type it: "allow 203.0.113.7 for 4h". The 403 error of your registry names it.',
  emergencyNeedsLinks:
    "In an emergency I have to see your address by link, and links are not set up here, so nothing was opened. Ask with: allow, and call an approver.",
  opening: "Opening. I tell you here as soon as the rule was seen on the registry.",
  openedBefore: "You have said that before.",
  needsPersonalChat:
    "Please write to me in our personal chat first: what I need to send you is for you alone.",
  sent: "Sent. I tell you here as soon as somebody has decided.",
  sentBefore: "This was sent for approval before.",
  notYours: "This is somebody else's request, so nothing was changed.",
  leftPolicy: "The registry is not in the policy any more, so nothing was asked.",
  leaseOver: "The lease that this is about is over, so nothing was asked. Ask for a new one.",
  busy: "I could not write that down just now. Please click again.",
};

/** Why there is no link for this registry. */
export function linksRefusedSentence(registryName: string): string {
  return `The policy takes no addresses by link for ${registryName}. Please type it: "allow 203.0.113.7 for 4h on ${registryName}".`;
}
