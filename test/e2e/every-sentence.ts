import type { AuditEvent } from "../../src/domain/audit.ts";

/** Who says it. */
export type Speaker = "alex" | "casey" | "dana" | "robin";

/** What is said, or clicked, and what comes of it; parts are parted by " … ". */
export type Step =
  | {
      readonly who: Speaker;
      /** ID stands for the beginning of the id of the request that was asked last. */
      readonly says: string;
      /** What a new message in the speaker's own chat has in it, as text or on its card. */
      readonly gets: string;
      readonly changes: readonly Change[];
      /** What others read in the group: one line that says nothing, unless it is the help that is the same for all. */
      readonly inGroup: "neutral" | "help";
    }
  | {
      readonly who: Speaker;
      readonly clicks: string;
      /** Of their card with this title and these parts. */
      readonly on: string;
      readonly inputs: Readonly<Record<string, string>>;
      readonly changes: readonly Change[];
      /** Whose card has these parts then. */
      readonly whose: Speaker;
      readonly then: string;
    };

/** What people change; what the worker makes of it is told by the cards. */
export type Change = Extract<
  AuditEvent["kind"],
  | `request.${string}`
  | "registry.frozen"
  | "registry.unfrozen"
  | "lease.adopting"
  | "lease.approved"
  | "lease.extended"
  | "lease.closing"
>;

const NOTHING: readonly Change[] = [];
const APPROVED = ["request.approval", "lease.approved"] as const;
const PASTED =
  "Error response from daemon: denied: client with IP '172.214.169.102' is not allowed access. Refer https://aka.ms/acr/firewall to grant access. acrdemomagic.azurecr.io";

/**
 * Every sentence, as one story of several people, since Teams takes few messages a second into one chat. Alex is an
 * approver. What else can be said wrongly is in refusals.test.ts, and what a
 * time of day is made of in answers.test.ts.
 */
// prettier-ignore
export const STORY: readonly Step[] = [
  // Looking, and what is not understood: nothing changes.
  said("casey", "help", "I open locked registries for a while … [Ask for access] … [My access]", NOTHING, "help"),
  said("casey", "registries", "You may ask for: … acrdemomagic: 8 h at the most … 1 approval of 2 approvers", NOTHING),
  said("casey", "rules acrdemomagic", "Default action Deny … And 1 rule of others", NOTHING),
  said("casey", "my access", "Nothing is open for you", NOTHING),
  said("casey", "pending", "You are not an approver of any registry.", NOTHING),
  said("casey", "history acrdemomagic 7d", "Who had what is for the approvers", NOTHING),
  said("alex", "pending", "Nothing waits for you.", NOTHING),
  said("casey", "make me a sandwich", "I don't understand that, so nothing was asked. … [Ask for access]", NOTHING),
  said("casey", "alow 203.0.113.7 for 4h on acrdemomagic", "Say it like: allow 203.0.113.7 for 4 h on acrdemomagic … [Ask for access]", NOTHING),
  said("casey", "allow 203.0.113.999 for 4h on acrdemomagic", `"203.0.113.999" is not an IPv4 address`, NOTHING),
  said("casey", PASTED, `Ask for access … "value":"acrdemomagic" … "value":"172.214.169.102"`, NOTHING),
  said("casey", "let me in for 90 minutes please", `Ask for access … "value":"my IP" … "value":"1 h 30 min"`, NOTHING),
  said("casey", "extend 2h", "You have nothing open, so nothing was changed.", NOTHING),
  said("casey", "move acrdemomagic to 203.0.113.9", `There is nothing open that is called "acrdemomagic"`, NOTHING),
  said("casey", "give back", "You have nothing open, so nothing was changed.", NOTHING),
  said("casey", "cancel", "You have nothing waiting for a decision, so nothing was changed.", NOTHING),

  // Asking, deciding in words, taking back.
  said("robin", "open acrdemomagic for my ip for 2 hours, deploying hotfix", "Show me your address … acrdemomagic … 2 h", ["request.proving"]),
  said("robin", "cancel", "was taken back", ["request.cancelled"]),
  said("robin", "allow 203.0.113.7 for 1h on acrdemomagic because TICKET-12", "Waiting for an approver … 203.0.113.7 … TICKET-12", ["request.asked"]),
  said("alex", "pending", "1 request waits for you. … Robin Requester … 203.0.113.7 … approve ID", NOTHING),
  said("alex", "approve ID", "Open a registry? … 203.0.113.7 … TICKET-12 … [Approve]", NOTHING),
  said("robin", "approve ID", "You are not an approver of any registry.", NOTHING),
  said("robin", "deny ID too wide", "You are not an approver of any registry.", NOTHING),
  said("alex", "deny ID", "Why? … deny ID too wide", NOTHING),
  said("robin", "status", "Your access … 203.0.113.7 … Waiting for an approver", NOTHING),
  said("robin", "cancel", "203.0.113.7 (ID) was taken back", ["request.cancelled"]),
  said("robin", "allow 198.51.100.0/28 for 1h on acrdemomagic", "Waiting for an approver … 198.51.100.0/28 (16 addresses)", ["request.asked"]),
  said("alex", "deny ID too wide", "ID is denied.", ["request.denial"]),

  // A lease: more time, another address, and back.
  said("robin", "allow 203.0.113.17 for 1h on acrdemomagic because TICKET-12", "Waiting for an approver … 203.0.113.17", ["request.asked"]),
  clicked("alex", "approve", "Open a registry? … 203.0.113.17", APPROVED, "robin", "Open … 203.0.113.17 … Rule seen"),
  said("robin", "status", "Your access … acrdemomagic for 203.0.113.17 … [Extend", NOTHING),
  said("robin", "extend", "How much longer? Say it like: extend 2h", NOTHING),
  said("robin", "extend acrdemomagic by 90m", "Waiting for an approver … 1 h 30 min", ["request.asked"]),
  clicked("alex", "approve", "More time? … 203.0.113.17", ["request.approval", "lease.extended"], "robin", "Approved … Ends now"),
  said("robin", "move acrdemomagic to 203.0.113.9", "Waiting for an approver … 203.0.113.9", ["request.asked"]),
  clicked("alex", "approve", "Another address? … 203.0.113.9", ["request.approval", "lease.closing", "lease.approved"], "robin", "Open … 203.0.113.9 … Rule seen"),
  said("robin", "my IP changed", "Show me your address … acrdemomagic", ["request.proving"]),
  said("robin", "cancel", "was taken back", ["request.cancelled"]),
  said("alex", "rules acrdemomagic", "192.0.2.10 … 203.0.113.9 … Robin Requester", NOTHING),
  said("robin", "rules acrdemomagic", "203.0.113.9 … And 1 rule of others", NOTHING),
  said("alex", "history acrdemomagic 7d", "Robin Requester … TICKET-12 … Alex Approver", NOTHING),
  said("robin", "freeze acrdemomagic", "You are not an approver for this registry", NOTHING),
  said("robin", "freeze everything", "You are not an approver of any registry.", NOTHING),
  said("alex", "freeze acrdemomagic: INC-7", "acrdemomagic is frozen.", ["registry.frozen"]),
  said("robin", "allow 203.0.113.8 for 1h on acrdemomagic", "acrdemomagic was frozen by Alex Approver", NOTHING),
  said("alex", "unfreeze acrdemomagic", "acrdemomagic is not frozen any more.", ["registry.unfrozen"]),
  said("alex", "freeze everything", "acrdemomagic is frozen. … acrdemobasic is frozen.", ["registry.frozen", "registry.frozen"]),
  said("alex", "unfreeze everything", "acrdemomagic is not frozen any more. … acrdemobasic is not frozen any more.", ["registry.unfrozen", "registry.unfrozen"]),
  said("robin", "done", "acrdemomagic for 203.0.113.9 (ID) is closing.", ["lease.closing"]),

  // What approvers end and take over.
  said("dana", "allow 203.0.113.20 for 1h on acrdemomagic", "Waiting for an approver … 203.0.113.20", ["request.asked"]),
  clicked("alex", "approve", "Open a registry? … 203.0.113.20", APPROVED, "dana", "Open … 203.0.113.20 … Rule seen"),
  said("dana", "revoke ID please", "You are not an approver for this registry", NOTHING),
  said("alex", "revoke ID laptop was stolen", "acrdemomagic for 203.0.113.20 (ID) is closing.", ["lease.closing"]),
  said("dana", "allow 203.0.113.21 for 1h on acrdemomagic", "Waiting for an approver … 203.0.113.21", ["request.asked"]),
  clicked("alex", "approve", "Open a registry? … 203.0.113.21", APPROVED, "dana", "Open … 203.0.113.21 … Rule seen"),
  said("dana", "adopt 192.0.2.10 on acrdemomagic for 2h", "You are not an approver for this registry", NOTHING),
  said("dana", "revoke everything on acrdemomagic", "You are not an approver for this registry", NOTHING),
  said("alex", "revoke everything on acrdemomagic", "End everything on acrdemomagic? … 203.0.113.21", NOTHING),
  clicked("alex", "revoke-all", "End everything on acrdemomagic? … 203.0.113.21", ["lease.closing"], "dana", "Closed … 203.0.113.21 … a key leaked", { why: "a key leaked" }),
  said("alex", "adopt 192.0.2.10 on acrdemomagic for 2h", "Open … 192.0.2.10", ["lease.adopting"]),
];

/** What is said without being a member of the tenant, or where people of anywhere read along. */
export const OF_ALL_KINDS: readonly string[] = [
  ...["help", "status", "registries", "allow 203.0.113.66 for 1h on acrdemomagic", PASTED],
  ...["give back", "approve AAAA", "freeze everything", "make me a sandwich"],
];

function said(
  who: Speaker,
  says: string,
  gets: string,
  changes: readonly Change[],
  inGroup: "neutral" | "help" = "neutral",
): Step {
  return { who, says, gets, changes, inGroup };
}

function clicked(
  who: Speaker,
  clicks: string,
  on: string,
  changes: readonly Change[],
  whose: Speaker,
  then: string,
  inputs: Readonly<Record<string, string>> = {},
): Step {
  return { who, clicks, on, changes, whose, then, inputs };
}
