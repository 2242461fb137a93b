import { APPROVERS, TENANT_ID, type TeamsPerson } from "../emulators/teams/people.ts";

/** What of the policy a test may want otherwise. */
export type PolicyChoices = {
  readonly registries: Readonly<Record<string, string>>;
  readonly quorum?: number;
  readonly baseline?: readonly string[];
  readonly forbid?: readonly string[];
  /** Alex and Sam by default. */
  readonly approvers?: readonly TeamsPerson[];
  /** A channel, instead of each approver. */
  readonly inbox?: string;
  /** As in the file: `1s, 5s`. */
  readonly remind?: string;
  readonly escalate?: { readonly after: string; readonly to: readonly TeamsPerson[] };
  /** Who may open one address at once for an hour, and who hears of it. */
  readonly emergency?: {
    readonly who: readonly TeamsPerson[];
    readonly tell: readonly TeamsPerson[];
  };
  /** How long a request waits for its approvers. */
  readonly timeout?: string;
  readonly pendingPerPerson?: number;
};

/**
 * The policy of demo and tests: everybody may ask, Alex and Sam approve. `reserved: allow`, since all addresses
 * here are of the documentation ranges (RFC 5737).
 */
export function policyText({
  registries,
  quorum = 1,
  baseline = [],
  forbid = [],
  approvers = APPROVERS,
  inbox,
  remind,
  escalate,
  emergency,
  timeout = "8h",
  pendingPerPerson = 3,
}: PolicyChoices): string {
  const entries = Object.entries(registries).map(
    ([name, id]) => `  ${name}:
    id: ${id}
    requesters: members
    approvers: platform
    baseline: [${baseline.join(", ")}]
${inbox === undefined ? "" : `    inbox: { channel: "${inbox}" }\n`}`,
  );
  const approval = [
    `quorum: ${String(quorum)}`,
    `timeout: ${timeout}`,
    ...(remind === undefined ? [] : [`remind: [${remind}]`]),
    ...(escalate === undefined ? [] : [`escalate: { after: ${escalate.after}, to: on-call }`]),
  ];
  return `tenant: ${TENANT_ID}
defaults:
  duration: { default: 4h, max: 8h }
  reason: optional
  address: { widest: 28, reserved: allow, forbid: [${forbid.join(", ")}] }
  approval: { ${approval.join(", ")} }
  emergency: ${emergency === undefined ? "off" : `{ who: [${idsOf(emergency.who)}], max: 1h, tell: [${idsOf(emergency.tell)}] }`}
  limits: { leasesPerPerson: 5, pendingPerPerson: ${String(pendingPerPerson)}, openingsPerHour: 60 }
people:
  platform: [${idsOf(approvers)}]${escalate === undefined ? "" : `\n  on-call: [${idsOf(escalate.to)}]`}
registries:
${entries.join("")}`;
}

function idsOf(people: readonly TeamsPerson[]): string {
  return people.map(({ aadObjectId }) => aadObjectId).join(", ");
}
