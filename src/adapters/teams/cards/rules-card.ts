import type { RegistryRules, ShownRule } from "../../../application/show/show-rules.ts";
import type { Finding } from "../../../domain/finding.ts";
import { shortIdOf } from "../../../domain/ids.ts";
import { endOf, type Lease } from "../../../domain/lease.ts";
import { card, fact, line, moment, strong, title, type Body, type Card } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** So many rules are listed; the others are counted. */
const SHOWN = 40;

/** The answer to `rules`: what was read, and when. */
export function rulesCard(view: RegistryRules, words: CardWords): Card {
  const { rules: says, sentence } = words;
  const { registryName: name, readAt, sku, defaultAction, slots, rules, hidden, freeze } = view;
  const used = says.used(slots.used, slots.limit);
  const more = hidden + Math.max(0, rules.length - SHOWN);
  return card(says.notice(name, defaultAction, used), [
    title(says.title(name)),
    line(says.read(defaultAction, sku, used, moment(readAt))),
    ...findingsOf(view).map((finding) => line(sentence.finding(finding, name))),
    ...(freeze === undefined ? [] : [fact(says.frozen, sentence.frozen(freeze, name))]),
    ...rules.slice(0, SHOWN).flatMap((rule) => ruleLines(rule, words)),
    ...(more === 0 ? [] : [line(says.others(more, hidden > 0), true)]),
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

function ruleLines({ value, whose, leases }: ShownRule, words: CardWords): Body {
  const whoseLine = line(words.rules.whose(whose), true);
  if (leases.length === 0) return [strong(value), whoseLine];
  const borrowed = whose === "ours" ? [] : [whoseLine];
  return [...leases.flatMap((lease) => leaseLines(value, lease, words)), ...borrowed];
}

function leaseLines(value: string, lease: Lease, { rules }: CardWords): Body {
  const { requester, address, id } = lease;
  const through = address === value ? value : rules.through(value, address);
  return [
    strong(rules.leaseOf(through, requester.name)),
    line(rules.lease(shortIdOf(id), lease.status, moment(endOf(lease))), true),
  ];
}
