import { PolicyError, readPolicy } from "../adapters/policy/policy-file.ts";
import { askRefusalSentence, malformedSentence } from "../adapters/teams/wording.ts";
import {
  countOf,
  explainRegistry,
  type RegistryExplanation,
} from "../application/policy/explain-policy.ts";
import { tryPolicy, type Attempt, type AttemptOutcome } from "../application/policy/try-policy.ts";
import { isAddress, parseAddress } from "../domain/address.ts";
import { assertNever } from "../domain/assert-never.ts";
import { formatDuration } from "../domain/duration.ts";
import { parsePersonId } from "../domain/ids.ts";
import { UsageError, type Command } from "./command.ts";

type Print = (line: string) => void;

const SENTENCE = /^as\s+(?<person>[^\s:]+)(?:\s+from\s+(?<from>[^\s:]+))?\s*:\s*(?<text>.+)$/is;

/** `drawbridge policy check`. */
export const policyCheckCommand: Command = {
  name: "policy check",
  summary: "Say in words what a policy file allows on each registry, or what is wrong with it.",
  usage: ["FILE"],
  operands: { least: 1, most: 1 },
  options: {},
  about: [
    "Problems are named with their line numbers; what can be used and is hardly meant is marked with an exclamation mark. Needs no settings, no store and no Azure.",
  ],
  settings: "none.",
  examples: [{ line: "policy check policy.yaml", says: "Before it is deployed." }],
  json: {
    usable: "whether a process would start with it",
    problems: "what is wrong with it, when it can't be used",
    digest: "of the file, as audit entries have it",
    tenant: "its tenant",
    registries: "a list of name, id, warnings, says",
  },
  exits: { 0: "the file can be used", 1: "the file can't be used" },
  run: ({ operands: [file = ""], json, print, signal }) => policyCheck(file, json, print, signal),
};

/** `drawbridge policy try`. */
export const policyTryCommand: Command = {
  name: "policy try",
  summary: "Say what would become of a sentence in the chat under a policy file, and why.",
  usage: ['FILE "as PERSON: SENTENCE"'],
  operands: { least: 2, most: 2 },
  options: {},
  about: [
    'PERSON is an Entra object id. "as PERSON from ADDRESS: allow my IP for 4h" says what the link would see. Needs no settings, no store and no Azure: a full or frozen registry and limits that are used up are not looked at.',
  ],
  settings: "none.",
  examples: [
    {
      line: 'policy try policy.yaml "as 00000000-0000-4000-8000-000000000001: allow 203.0.113.7 for 4h on acrdemomagic"',
      says: "Would Robin be allowed to ask, and who would decide?",
    },
  ],
  json: {
    outcome: "asked, automatic, refused and so on",
    asked: "whether it would be asked or opened",
    sentences: "the same in words",
  },
  exits: { 0: "it would be asked or opened", 1: "it would not" },
  run: ({ operands: [file = "", sentence = ""], json, print, signal }) =>
    policyTry(file, sentence, json, print, signal),
};

/** Says in words what holds for each registry. 1 when the file can't be used; then each problem is printed. */
async function policyCheck(
  file: string,
  json: boolean,
  print: Print,
  signal: AbortSignal,
): Promise<0 | 1> {
  try {
    const { digest, tenant, registries } = await readPolicy(file, signal);
    const explained = registries.map(explainRegistry);
    if (json) {
      print(JSON.stringify({ usable: true, digest, tenant, registries: explained }));
      return 0;
    }
    const loud = explained.flatMap(({ warnings }) => warnings).length;
    print(`${file}: ${countOf(registries.length, "registry", "registries")}, tenant ${tenant}`);
    print(`sha256 ${digest}`);
    if (registries.length === 0) print("! NOTHING CAN BE ASKED FOR: there is no registry.");
    for (const registry of explained) printRegistry(registry, print);
    print("");
    print(
      loud === 0 ? "It can be used." : `It can be used; ${countOf(loud, "warning")}, marked !.`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const problems = error.message.split("\n");
    if (json) print(JSON.stringify({ usable: false, problems }));
    else for (const problem of problems) print(problem);
    return 1;
  }
}

/** Throws UsageError for a sentence of another form, and PolicyError for a file that can't be used. */
async function policyTry(
  file: string,
  sentence: string,
  json: boolean,
  print: Print,
  signal: AbortSignal,
): Promise<0 | 1> {
  const attempt = attemptOf(sentence);
  const outcome = tryPolicy(await readPolicy(file, signal), attempt);
  const good = outcome.kind === "asked" || outcome.kind === "automatic";
  const sentences = sentencesOf(outcome);
  if (json) print(JSON.stringify({ outcome: outcome.kind, asked: good, sentences }));
  else for (const line of sentences) print(line);
  return good ? 0 : 1;
}

function printRegistry({ name, id, warnings, says }: RegistryExplanation, print: Print): void {
  print("");
  print(name);
  print(`  ${id}`);
  for (const warning of warnings) print(`  ! ${warning}`);
  const width = Math.max(...says.map(({ topic }) => topic.length));
  for (const { topic, sentence } of says) print(`  ${topic.padEnd(width)}  ${sentence}`);
}

function attemptOf(sentence: string): Attempt {
  const { person = "", from, text = "" } = SENTENCE.exec(sentence.trim())?.groups ?? {};
  const by = parsePersonId(person);
  if (by === undefined) {
    throw new UsageError(
      'Say it like "as 00000000-0000-4000-8000-000000000001: allow 203.0.113.7 for 4h on acrdemomagic", with the Entra object id of the person.',
    );
  }
  if (from === undefined) return { by, from, text };
  const address = parseAddress(from);
  if (!isAddress(address)) throw new UsageError(malformedSentence(address));
  return { by, from: address, text };
}

function sentencesOf(outcome: AttemptOutcome): readonly string[] {
  switch (outcome.kind) {
    case "asked":
      return askedSentences(outcome);
    case "automatic": {
      const { registry, address, durationMs, range } = outcome;
      return [
        `${address} would be opened on ${registry.name} for ${formatDuration(durationMs)}, without approvers.`,
        `It was seen by link, and approve-automatically has ${range}.`,
      ];
    }
    case "refused":
      return [askRefusalSentence(outcome.refusal)];
    case "malformed":
      return [malformedSentence(outcome.problem)];
    case "not-understood":
      return [
        outcome.suggestion === undefined
          ? "I don't understand that."
          : `I don't understand that, so nothing was asked. Say it like: ${outcome.suggestion}`,
      ];
    case "which-address":
      return [
        'Say which address the link would see: "as PERSON from 203.0.113.7: allow my IP for 4h".',
      ];
    case "depends-on-the-clock":
      return ['That depends on the time of day. Say how long instead: "… for 4h".'];
    case "no-request":
      return [
        `That is understood (${outcome.command}), and is no request: what becomes of it depends on what is there. What the policy says of it is in: drawbridge policy check FILE`,
      ];
    default:
      return assertNever(outcome);
  }
}

function askedSentences(outcome: AttemptOutcome & { readonly kind: "asked" }): readonly string[] {
  const { registry, address, durationMs, needed, approvers, byLinkAutomatic } = outcome;
  return [
    `${address} would be asked for on ${registry.name} for ${formatDuration(durationMs)}.`,
    `It takes ${countOf(needed, "approver")} of ${countOf(approvers.length, "person", "people")}: ${approvers.join(", ")}.`,
    `Not decided after ${formatDuration(registry.approval.timeoutMs)}, it lapses and nothing is opened.`,
    ...(byLinkAutomatic === undefined
      ? []
      : [`Proven by link instead of typed, it would take no approver: ${byLinkAutomatic}.`]),
    "A full or frozen registry, limits that are used up and a cool-down are not looked at: they are in the store and in Azure.",
  ];
}
