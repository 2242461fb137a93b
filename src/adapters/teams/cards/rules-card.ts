import type { RegistryRules, ShownRule } from "../../../application/show/show-rules.ts";
import type { Finding } from "../../../domain/finding.ts";
import { shortIdOf } from "../../../domain/ids.ts";
import { endOf, type Lease } from "../../../domain/lease.ts";
import { count } from "../phrases.ts";
import { findingSentence, frozenSentence } from "../registry-wording.ts";
import { card, fact, line, moment, strong, title, type Body, type Card } from "./parts.ts";

/** So many rules are listed; the others are counted. */
const SHOWN = 40;
const WHOSE: Readonly<Record<ShownRule["whose"], string>> = {
  baseline: "Permanent, by the policy",
  ours: "Mine; no lease needs it any more",
  foreign: "Not mine: somebody else's, and it stays",
};

/** The answer to `rules`: what was read, and when. */
export function rulesCard(view: RegistryRules): Card {
  const { registryName: name, readAt, sku, defaultAction, slots, rules, hidden, freeze } = view;
  const used =
    slots.limit === undefined
      ? `${String(slots.used)} rules`
      : `${String(slots.used)} of ${String(slots.limit)} rules in use`;
  const more = hidden + Math.max(0, rules.length - SHOWN);
  const others = `And ${count(more, "rule")} ${hidden > 0 ? "of others" : "more"}.`;
  return card(`${name}: default action ${defaultAction}, ${used}.`, [
    title(`Rules of ${name}`),
    line(`Default action ${defaultAction}, SKU ${sku}, ${used}. Read ${moment(readAt)}.`),
    ...findingsOf(view).map((finding) => line(findingSentence(finding, name))),
    ...(freeze === undefined ? [] : [fact("Frozen", frozenSentence(freeze, name))]),
    ...rules.slice(0, SHOWN).flatMap(ruleLines),
    ...(more === 0 ? [] : [line(others, true)]),
  ]);
}

/** What was read last counts, also when what was found then is older. */
function findingsOf({ defaultAction, sku, findings }: RegistryRules): readonly Finding[] {
  const read: Finding[] = [];
  if (defaultAction === "Allow") read.push({ kind: "default-action-allow" });
  if (sku.toLowerCase() !== "premium") read.push({ kind: "not-premium", sku });
  const known = new Set(read.map(({ kind }) => kind));
  return [...read, ...findings.filter(({ kind }) => !known.has(kind))];
}

function ruleLines({ value, whose, leases }: ShownRule): Body {
  if (leases.length === 0) return [strong(value), line(WHOSE[whose], true)];
  const borrowed = whose === "ours" ? [] : [line(WHOSE[whose], true)];
  return [...leases.flatMap((lease) => leaseLines(value, lease)), ...borrowed];
}

function leaseLines(value: string, lease: Lease): Body {
  const { requester, address, id } = lease;
  const through = address === value ? value : `${value} lets ${address} in`;
  return [
    strong(`${through} for ${requester.name}`),
    line(
      `${shortIdOf(id)}, ${lease.status === "open" ? "until" : lease.status} ${moment(endOf(lease))}`,
      true,
    ),
  ];
}
