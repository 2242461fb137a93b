/** What stands in and beside the inputs of cards, in English. */
export const INPUT = {
  registry: "Registry",
  address: "Address or range",
  errorNamed: (address: string) =>
    `The error names ${address}. If you ask for another address, your approvers read that it differs.`,
  addressHint: "203.0.113.7 or my IP",
  duration: "For how long",
  durationHint: "4h, 90m, 1h30m",
  reason: "Reason",
  reasonHint: "What for?",
  ticket: "Ticket",
  atMost: "At the most",
  why: "Why",
  whyHint: "The requester reads it",
  chooseLength: "Choose a length first.",
  sayWhy: "Say why in a few words.",
  sayRegistry: "Choose the registry.",
  sayAddress: "Say which address, or my IP.",
  sayDuration: "Say for how long, like 4h.",
  sayReason: "The policy wants a reason.",
};
