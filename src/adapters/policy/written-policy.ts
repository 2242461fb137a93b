import type { PersonId } from "../../domain/ids.ts";
import type { Quorum, RegistryPolicy } from "../../domain/policy.ts";
import type { PolicyDocument, WrittenList, WrittenRegistry } from "./policy-schema.ts";

type Written = {
  readonly quorum: WrittenRegistry["quorum"];
  readonly reason: PolicyDocument["defaults"]["reason"];
  readonly emergency: PolicyDocument["defaults"]["emergency"];
};

/** What holds for each registry: its own words, else those of the defaults. The document has no problems. */
export function registryPolicies(document: PolicyDocument): readonly RegistryPolicy[] {
  const { defaults, people } = document;
  const listOf = (list: WrittenList): ReadonlySet<PersonId> =>
    new Set(typeof list === "string" ? people[list] : list);
  return Object.entries(document.registries).map(([name, own]): RegistryPolicy => {
    const { default: defaultMs, max: maxMs, extend } = own.duration ?? defaults.duration;
    const { timeout, remind, escalate, ...approval } = own.approval ?? defaults.approval;
    const address = own.address ?? defaults.address;
    return {
      id: own.id,
      name,
      requesters: own.requesters === "members" ? "members" : listOf(own.requesters),
      approvers: listOf(own.approvers),
      quorum: quorumOf(own.quorum ?? approval.quorum),
      automaticRanges: own["approve-automatically"],
      approval: {
        timeoutMs: timeout,
        remindAfterMs: remind.toSorted((one, other) => one - other),
        escalate: escalate && { afterMs: escalate.after, to: listOf(escalate.to) },
        coolDownMs: approval["cool-down"],
      },
      inbox:
        own.inbox === undefined
          ? { kind: "persons" }
          : { kind: "channel", channelId: own.inbox.channel },
      duration: {
        defaultMs,
        maxMs,
        extend: {
          maxMs: extend.max ?? maxMs,
          times: extend.times,
          approval: extend.approval,
        },
      },
      reason: reasonOf(own.reason ?? defaults.reason),
      address: {
        widest: address.widest,
        reserved: address.reserved,
        forbid: address.forbid,
        myIp: address["my-ip"],
        typed: address.typed,
      },
      move: own.move ?? defaults.move,
      emergency: emergencyOf(own.emergency ?? defaults.emergency, listOf),
      baseline: own.baseline,
      whenRemovedByOthers: own["when-removed-by-others"],
      anonymousPull: own["anonymous-pull"],
      limits: own.limits ?? defaults.limits,
    };
  });
}

/** As written, single addresses first. One number is the same for every width. */
export function quorumOf(written: NonNullable<Written["quorum"]>): readonly Quorum[] {
  if (typeof written === "number") return [{ prefix: 32, approvers: written }];
  return Object.entries(written)
    .map(([prefix, approvers]) => ({ prefix: Number(prefix.slice(1)), approvers }))
    .sort((one, other) => other.prefix - one.prefix);
}

function reasonOf(written: Written["reason"]): RegistryPolicy["reason"] {
  return typeof written === "string" ? { kind: written } : { kind: "pattern", ...written };
}

function emergencyOf(
  written: Written["emergency"],
  listOf: (list: WrittenList) => ReadonlySet<PersonId>,
): RegistryPolicy["emergency"] {
  if (written === "off") return { kind: "off" };
  const { who, max, tell } = written;
  return { kind: "on", people: listOf(who), maxMs: max, tell: listOf(tell) };
}
