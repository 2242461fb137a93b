import { contains, prefixOf, specialRangeOf } from "../../domain/address.ts";
import { formatDuration } from "../../domain/duration.ts";
import { DENIALS_KEPT_MS } from "../../domain/recent.ts";
import type { PolicyDocument, WrittenList, WrittenRegistry } from "./policy-schema.ts";
import { quorumOf } from "./written-policy.ts";

/** What is wrong in the file, and where. */
export type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

/** The widest range out of which addresses may be let in without an approver. */
const WIDEST_AUTOMATIC = 8;

/** What a schema can't see: names without a list, limits that contradict each other, one registry twice. */
export function problemsOf(document: PolicyDocument): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  for (const [name, registry] of Object.entries(document.registries)) {
    if (ids.has(registry.id)) {
      problems.push({ path: ["registries", name, "id"], message: "this registry is listed twice" });
    }
    ids.add(registry.id);
    problems.push(
      ...unknownLists(document, name),
      ...durationProblems(document, name),
      ...quorumProblems(document, name),
      ...approvalProblems(document, name),
      ...rangeProblems(document, name),
    );
  }
  // What the defaults do wrong would else be told once for each registry.
  const told = new Set<string>();
  return problems.filter(({ path, message }) => {
    const text = `${path.join(".")}: ${message}`;
    if (told.has(text)) return false;
    told.add(text);
    return true;
  });
}

type Part = "duration" | "approval" | "address" | "emergency";

/** A part as it holds for the registry, and where that is written. */
function partOf<P extends Part>(
  { defaults, registries }: PolicyDocument,
  name: string,
  part: P,
): { readonly value: PolicyDocument["defaults"][P]; readonly path: readonly string[] } {
  const own = registries[name]?.[part];
  return own === undefined
    ? { value: defaults[part], path: ["defaults", part] }
    : // Each of these keys has the same schema in the defaults and in a registry, there made optional.
      { value: own as PolicyDocument["defaults"][P], path: ["registries", name, part] };
}

function unknownLists(document: PolicyDocument, name: string): Problem[] {
  const registry = document.registries[name];
  if (registry === undefined) return [];
  const escalate = partOf(document, name, "approval");
  const emergency = partOf(document, name, "emergency");
  const used: (readonly [WrittenList | undefined, readonly string[]])[] = [
    [registry.requesters === "members" ? undefined : registry.requesters, ownPath("requesters")],
    [registry.approvers, ownPath("approvers")],
    [escalate.value.escalate?.to, [...escalate.path, "escalate", "to"]],
  ];
  if (emergency.value !== "off") {
    used.push([emergency.value.who, [...emergency.path, "who"]]);
    used.push([emergency.value.tell, [...emergency.path, "tell"]]);
  }
  return used.flatMap(([list, path]) =>
    typeof list === "string" && !Object.hasOwn(document.people, list)
      ? [{ path, message: `no list "${list}" under people` }]
      : [],
  );

  function ownPath(key: keyof WrittenRegistry): readonly string[] {
    return ["registries", name, key];
  }
}

function durationProblems(document: PolicyDocument, name: string): Problem[] {
  const { value, path } = partOf(document, name, "duration");
  const emergency = partOf(document, name, "emergency");
  const problems: Problem[] = [];
  if (value.default > value.max) problems.push({ path, message: "default is longer than max" });
  if ((value.extend.max ?? 0) > value.max) {
    problems.push({ path: [...path, "extend", "max"], message: "longer than duration.max" });
  }
  if (emergency.value !== "off" && emergency.value.max > value.max) {
    const message = `longer than duration.max, ${formatDuration(value.max)}`;
    problems.push({ path: [...emergency.path, "max"], message });
  }
  return problems;
}

function quorumProblems(document: PolicyDocument, name: string): Problem[] {
  const own = document.registries[name]?.quorum;
  const approval = partOf(document, name, "approval");
  const path = own === undefined ? [...approval.path, "quorum"] : ["registries", name, "quorum"];
  const { widest } = partOf(document, name, "address").value;
  const entries = quorumOf(own ?? approval.value.quorum);
  return entries.flatMap(({ prefix, approvers }, index): Problem[] => {
    const narrower = entries[index - 1];
    if (prefix < widest) {
      const message = `/${String(prefix)} is wider than the widest that may be asked for, /${String(widest)}`;
      return [{ path, message }];
    }
    return narrower !== undefined && approvers < narrower.approvers
      ? [
          {
            path,
            message: `/${String(prefix)} takes fewer approvers than /${String(narrower.prefix)}`,
          },
        ]
      : [];
  });
}

function approvalProblems(document: PolicyDocument, name: string): Problem[] {
  const { value, path } = partOf(document, name, "approval");
  const { timeout, remind, escalate } = value;
  const problems: Problem[] = [];
  const late = "not before the timeout, so it would never happen";
  if (remind.some((ms) => ms >= timeout)) {
    problems.push({ path: [...path, "remind"], message: late });
  }
  if (value["cool-down"] > DENIALS_KEPT_MS) {
    const message = `longer than ${formatDuration(DENIALS_KEPT_MS)}, and denials are forgotten then`;
    problems.push({ path: [...path, "cool-down"], message });
  }
  if (escalate !== undefined && escalate.after >= timeout) {
    problems.push({ path: [...path, "escalate", "after"], message: late });
  }
  return problems;
}

/** A range that would let nobody in, or more than anybody means, is a mistake. */
function rangeProblems(document: PolicyDocument, name: string): Problem[] {
  const { reserved, forbid } = partOf(document, name, "address").value;
  const ranges = document.registries[name]?.["approve-automatically"] ?? [];
  return ranges.flatMap((range, index): Problem[] => {
    const path = ["registries", name, "approve-automatically", index];
    if (prefixOf(range) < WIDEST_AUTOMATIC) {
      return [{ path, message: `${range} is wider than /${String(WIDEST_AUTOMATIC)}` }];
    }
    const forbidden = forbid.find((each) => contains(each, range) || contains(range, each));
    if (forbidden !== undefined) {
      return [{ path, message: `${range} touches ${forbidden}, which is forbidden` }];
    }
    const special = reserved === "refuse" ? specialRangeOf(range) : undefined;
    return special === undefined
      ? []
      : [{ path, message: `${range} is ${special}, and reserved ranges are refused` }];
  });
}
