import { APPROVERS, TENANT_ID } from "../emulators/teams/people.ts";

/** What of the policy a test may want otherwise. */
export type PolicyChoices = {
  readonly registries: Readonly<Record<string, string>>;
  readonly quorum?: number;
  readonly baseline?: readonly string[];
  readonly forbid?: readonly string[];
  /** How long a request waits for its approvers. */
  readonly timeout?: string;
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
  timeout = "8h",
}: PolicyChoices): string {
  const entries = Object.entries(registries).map(
    ([name, id]) => `  ${name}:
    id: ${id}
    requesters: members
    approvers: platform
    baseline: [${baseline.join(", ")}]
`,
  );
  return `tenant: ${TENANT_ID}
defaults:
  duration: { default: 4h, max: 8h }
  reason: optional
  address: { widest: 28, reserved: allow, forbid: [${forbid.join(", ")}] }
  approval: { quorum: ${String(quorum)}, timeout: ${timeout} }
  limits: { leasesPerPerson: 5, pendingPerPerson: 3, openingsPerHour: 60 }
people:
  platform: [${APPROVERS.map(({ aadObjectId }) => aadObjectId).join(", ")}]
registries:
${entries.join("")}`;
}
