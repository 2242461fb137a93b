import { randomUUID } from "node:crypto";
import { askRefusalSentence, malformedSentence } from "../adapters/teams/wording.ts";
import type { Membership } from "../application/ports.ts";
import { ask, type AskOutcome } from "../application/requests/ask.ts";
import { isAddress, parseAddress, type Address } from "../domain/address.ts";
import { oneLine } from "../domain/commands/clean-text.ts";
import { formatDuration, parseDuration } from "../domain/duration.ts";
import { parsePersonId, shortIdOf, type Person } from "../domain/ids.ts";
import type { Operator } from "../domain/operator.ts";
import { quorumFor, registryOf } from "../domain/policy.ts";
import type { Request } from "../domain/request.ts";
import { required, UsageError, type Call, type Command, type ExitCode } from "./command.ts";
import { membershipOf } from "./ask-roster.ts";
import { instant } from "./columns.ts";
import { withStore, type CommandStore } from "./command-store.ts";
import { namedRegistry } from "./named-registry.ts";
import { BY, operatorOf } from "./operator-name.ts";

/** `drawbridge open`. */
export const openCommand: Command = {
  name: "open",
  summary:
    "Ask for an address for somebody who can't write to the bot; approvers decide, as always.",
  usage: ["--registry NAME --address ADDRESS --for DURATION --as PERSON --reason TEXT [--by NAME]"],
  operands: { least: 0, most: 0 },
  options: {
    registry: { value: "NAME", says: "Which registry of the policy." },
    address: { value: "ADDRESS", says: "An IPv4 address, or a range as the policy allows it." },
    for: { value: "DURATION", says: "How long: 2h, 90m, 1h30m." },
    as: {
      value: "PERSON",
      says: "Who needs it: their Entra object id. Only this person may not approve it.",
    },
    reason: { value: "TEXT", says: "Why; approvers read it, and that an operator has asked." },
    by: BY,
  },
  about: [
    "This opens nothing by itself. It makes the request that PERSON could have made in Teams, with a typed address: the policy has to allow it, approvers get their cards and decide, and the worker checks that decision. Where the policy grants something without approvers it does so for addresses that were seen by link only, so never for this. A running bot is needed for the cards.",
    "PERSON must have written to the bot before, and Teams is asked whether they are a member of the organisation: guests can't ask this way either.",
  ],
  settings: "those of the bot.",
  examples: [
    {
      line: 'open --registry acrdemomagic --address 203.0.113.7 --for 2h --as 00000000-0000-4000-8000-000000000001 --reason "TICKET-12"',
      says: "Asked for Robin, whose Teams does not work just now.",
    },
  ],
  json: {
    asked: "whether it waits for its approvers now",
    request: "its id, or null",
    lapsesAt: "until when it waits, or null",
    sentence: "the same in words, or why it was refused",
  },
  exits: { 0: "it was asked for", 1: "it was refused, with the reason" },
  run: askFor,
};

async function askFor(call: Call): Promise<ExitCode> {
  const given = {
    registry: required(call, "registry"),
    address: addressOf(required(call, "address")),
    durationMs: durationOf(required(call, "for")),
    person: personOf(required(call, "as")),
    reason: required(call, "reason"),
    operator: operatorOf(call),
  };
  return withStore(call, async (deps) => {
    const registry = namedRegistry(deps.policy(), given.registry);
    if (registry.policy === undefined) throw new UsageError("The policy does not name it.");
    const { value: known } = await deps.store.person(given.person, call.signal);
    if (known === undefined) {
      return answer(call, {
        asked: false,
        sentence: `${given.person} has never written to the bot, so nobody knows who they are. They have to install the app or write to it once. Nothing was asked.`,
      });
    }
    const membership = await membershipOf(call, deps, known);
    if (membership.kind !== "member") {
      return answer(call, { asked: false, sentence: notAMember(known.name, membership) });
    }
    const by: Person = { id: known.id, name: known.name };
    const question = {
      by,
      address: given.address,
      durationMs: given.durationMs,
      registryName: registry.policy.name,
      reason: reasonOf(given.reason, given.operator),
      messageId: `command ${randomUUID()}`,
    };
    return answer(call, toldOf(deps, await ask(deps, question, call.signal)));
  });
}

function notAMember(name: string, membership: Exclude<Membership, { kind: "member" }>): string {
  return membership.kind === "outsider"
    ? `${name} is no member of the organisation (${membership.as}). Nothing was asked.`
    : `Teams does not say now who ${name} is (${membership.why}). Nothing was asked; try again.`;
}

type Told = { readonly asked: boolean; readonly sentence: string; readonly request?: Request };

function toldOf({ policy }: CommandStore, outcome: AskOutcome): Told {
  if (outcome.kind !== "asked") return { asked: false, sentence: askRefusalSentence(outcome) };
  const { request } = outcome;
  if (request.status !== "pending") throw new Error(`A new request is ${request.status}.`);
  const { id, address, requester, durationMs, lapsesAt } = request;
  const registry = registryOf(policy(), request.registry);
  const needed = registry === undefined ? 1 : quorumFor(registry, address);
  const approvers = `${String(needed)} ${needed === 1 ? "approver" : "approvers"}`;
  const sentence = `Asked ${shortIdOf(id)}: ${address} for ${requester.name} on ${registry?.name ?? ""}, for ${formatDuration(durationMs)}. It waits for ${approvers} until ${instant(lapsesAt)}; nothing is open yet.`;
  return { asked: true, sentence, request };
}

function answer({ json, print }: Call, { asked, sentence, request }: Told): ExitCode {
  const data = {
    asked,
    request: request?.id ?? null,
    lapsesAt: request?.lapsesAt ?? null,
    sentence,
  };
  print(json ? JSON.stringify(data) : sentence);
  return asked ? 0 : 1;
}

/** Approvers see on their card, and auditors later, who has really asked. */
function reasonOf(reason: string, { name }: Operator): string {
  return `${oneLine(reason)} (asked for them by ${name})`;
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (isAddress(address)) return address;
  throw new UsageError(malformedSentence(address));
}

function durationOf(text: string): number {
  const durationMs = parseDuration(text);
  if (typeof durationMs === "number") return durationMs;
  throw new UsageError(malformedSentence(durationMs));
}

function personOf(text: string): Person["id"] {
  const id = parsePersonId(text);
  if (id !== undefined) return id;
  throw new UsageError(
    "--as takes the Entra object id of a person: az ad user show --id NAME --query id",
  );
}
