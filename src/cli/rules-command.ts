import { performance } from "node:perf_hooks";
import { findingSentence, frozenSentence } from "../adapters/teams/registry-wording.ts";
import { within } from "../application/deadline.ts";
import type { RegistryRules } from "../application/ports.ts";
import { listRules, type ListedRule, type RuleList } from "../application/show/list-rules.ts";
import type { StoreConfig } from "../command-config.ts";
import { shortIdOf } from "../domain/ids.ts";
import type { Call, Command, ExitCode } from "./command.ts";
import { columns, instant } from "./columns.ts";
import { withStore } from "./command-store.ts";
import { leaseData } from "./lease-words.ts";
import { namedRegistries, type NamedRegistry } from "./named-registry.ts";

const READ_WITHIN_MS = 15_000;

/** `drawbridge rules`. */
export const rulesCommand: Command = {
  name: "rules",
  summary: "What is on each registry now, and whose each rule is.",
  usage: ["[--registry NAME] [--observed]"],
  operands: { least: 0, most: 0 },
  options: {
    registry: { value: "NAME", says: "Only this registry: its name in the policy, or its ARM id." },
    observed: { value: undefined, says: "As a worker last saw it; Azure is not asked." },
  },
  about: [
    "Reads each registry from Azure with the identity of the settings, and says of every rule whether it is ours (for which lease, and until when), baseline of the policy, recovered (ours as the ledger says) or foreign (somebody else's, never touched). Where Azure does not let us read, and with DRAWBRIDGE_ROLE=bot, it shows what a worker last saw, and says so.",
  ],
  settings:
    "DRAWBRIDGE_POLICY, those of the store (REDIS_URL or SQLITE_FILE), and to ask Azure AZURE_CREDENTIAL and its like.",
  examples: [
    { line: "rules", says: "Every registry of the policy." },
    { line: "rules --registry acrdemomagic --json", says: "One, for a script." },
    { line: "rules --observed", says: "Without a right on any registry." },
  ],
  json: {
    registries:
      "a list of name, id, from (azure or observed), at, sku, defaultAction, slots, rules (value, whose, until, leases), findings, freeze",
  },
  exits: { 0: "each could be shown", 1: "some registry could not be shown" },
  run: showAll,
};

async function showAll(call: Call): Promise<ExitCode> {
  return withStore(call, async ({ store, policy, config }) => {
    const registries = namedRegistries(policy(), call.option("registry"));
    const asksAzure = !call.flag("observed") && call.environment["DRAWBRIDGE_ROLE"] !== "bot";
    const azure = asksAzure ? await azureOf(config) : undefined;
    call.progress(`Reading ${String(registries.length)} registries …`);
    const lists = await Promise.all(
      registries.map((each) =>
        listRules({ store, azure }, each, within(READ_WITHIN_MS, call.signal)),
      ),
    );
    if (call.json) {
      const data = registries.map((each, at) => dataOf(each, lists[at]));
      call.print(JSON.stringify({ registries: data }));
    } else {
      for (const [at, each] of registries.entries()) {
        const list = lists[at];
        if (list !== undefined) for (const line of linesOf(each, list)) call.print(line);
      }
    }
    return lists.every(({ kind }) => kind === "rules") ? 0 : 1;
  });
}

async function azureOf({ azure }: StoreConfig): Promise<RegistryRules> {
  const { connectAzure } = await import("../connect-azure.ts");
  return connectAzure(azure, undefined, () => performance.now()).rules;
}

function linesOf({ name, id }: NamedRegistry, list: RuleList): readonly string[] {
  const { instead } = list;
  const why = instead === undefined ? "" : ` Azure said ${instead.kind}: ${instead.code}.`;
  if (list.kind === "never-seen") return [`${name}: no worker has seen it yet.${why}`];
  const { from, at, sku, defaultAction, slots, rules, findings, freeze } = list;
  const source = from === "azure" ? "as Azure says now" : `as a worker saw it ${instant(at)}`;
  const limit = slots.limit === undefined ? "" : ` of ${String(slots.limit)}`;
  const action = defaultAction === undefined ? "" : `, default action ${defaultAction}`;
  return [
    `${name} (${source}): ${sku}${action}, ${String(slots.used)}${limit} rules.${why}`,
    `  ${id}`,
    ...(freeze === undefined ? [] : [`  ! ${frozenSentence(freeze, name)}`]),
    ...findings.map((finding) => `  ! ${findingSentence(finding, name)}`),
    ...columns(rules.map(ruleColumns)).map((line) => `  ${line}`),
  ];
}

function ruleColumns({ value, whose, until, leases }: ListedRule): readonly string[] {
  const who = leases.map(({ id, requester }) => `${shortIdOf(id)} ${requester.name}`).join(", ");
  const end = until === undefined ? "" : `until ${instant(until)}`;
  return [value, whose, [end, who].filter((part) => part !== "").join("  ")];
}

function dataOf({ name, id }: NamedRegistry, list: RuleList | undefined) {
  if (list?.kind !== "rules") return { name, id, from: null, failure: list?.instead ?? null };
  const { from, at, instead, sku, defaultAction, publicNetworkAccess, slots } = list;
  return {
    name,
    id,
    from,
    failure: instead ?? null,
    at,
    sku,
    defaultAction: defaultAction ?? null,
    publicNetworkAccess,
    slots: { used: slots.used, limit: slots.limit ?? null },
    rules: list.rules.map(({ value, whose, until, leases }) => ({
      value,
      whose,
      until: until ?? null,
      leases: leases.map((lease) => leaseData(lease, at)),
    })),
    findings: list.findings.map((finding) => ({
      ...finding,
      sentence: findingSentence(finding, name),
    })),
    freeze: list.freeze ?? null,
  };
}
