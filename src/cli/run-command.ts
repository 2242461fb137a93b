import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { PolicyError } from "../adapters/policy/policy-file.ts";
import { StoreUnavailable } from "../application/store.ts";
import { ConfigError } from "../config.ts";
import { nearestWord } from "../domain/commands/nearest-word.ts";
import { UsageError, type Call, type Command, type ExitCode } from "./command.ts";
import { commandsPage, helpOf, overview } from "./help-text.ts";

/** Where a command's words come from and go to. */
export type Surroundings = Pick<Call, "environment" | "print" | "tell" | "progress" | "signal">;

/**
 * Finds the command that the words mean and runs it. What it can't do is told in one sentence, with the code for it;
 * nothing is ever done from a guess. Throws what is nobody's mistake but ours.
 */
export async function runCommand(
  commands: readonly Command[],
  words: readonly string[],
  around: Surroundings,
): Promise<ExitCode> {
  const { print, tell } = around;
  const [first] = words;
  if (first === undefined) {
    tell(overview(commands).trimEnd());
    return 2;
  }
  if (first === "--help" || first === "-h") {
    print(overview(commands).trimEnd());
    return 0;
  }
  if (first === "help") return help(commands, words.slice(1), around);
  const command = commandMeant(commands, words);
  if (command === undefined) {
    tell(unknown(commands, words));
    return 2;
  }
  const rest = words.slice(command.name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) {
    print(helpOf(command).trimEnd());
    return 0;
  }
  try {
    return await command.run({ ...around, ...given(command, rest) });
  } catch (error) {
    const told = explained(error);
    if (told === undefined) throw error;
    tell(told.sentence);
    if (error instanceof UsageError) tell(`drawbridge ${command.name} --help says how.`);
    return told.code;
  }
}

function help(
  commands: readonly Command[],
  words: readonly string[],
  { print, tell }: Surroundings,
): ExitCode {
  if (words[0] === "--markdown") {
    print(commandsPage(commands).trimEnd());
    return 0;
  }
  const named = words.filter((word) => !word.startsWith("-"));
  const command = commandMeant(commands, named);
  const group = commands.filter(({ name }) => name.split(" ")[0] === named[0]);
  if (command === undefined && group.length === 0 && named.length > 0) {
    tell(unknown(commands, named));
    return 2;
  }
  const about = command === undefined ? group : [command];
  const text = about.length === 0 ? overview(commands) : about.map(helpOf).join("\n");
  print(text.trimEnd());
  return 0;
}

/** The one whose whole name the words begin with. */
function commandMeant(commands: readonly Command[], words: readonly string[]): Command | undefined {
  return commands.find(({ name }) =>
    name.split(" ").every((part, at) => words[at]?.toLowerCase() === part),
  );
}

function unknown(commands: readonly Command[], words: readonly string[]): string {
  const [first = "", second = ""] = words.map((word) => word.toLowerCase());
  const names = commands.map(({ name }) => name);
  const verbs = names.filter((name) => name.startsWith(`${first} `));
  if (verbs.length > 0) {
    const last = nearestWord(
      second,
      verbs.map((name) => name.slice(first.length + 1)),
    );
    const meant = last === undefined ? "" : ` Did you mean "${first} ${last}"?`;
    return `There is ${verbs.map((name) => `"${name}"`).join(", ")}.${meant} drawbridge help ${first} says more.`;
  }
  const firsts = [...new Set([...names.map((name) => name.split(" ")[0] ?? name), "help"])];
  const meant = nearestWord(first, firsts);
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return `There is no command "${first}".${hint} drawbridge help lists them.`;
}

function given(
  { options, operands, name }: Command,
  words: readonly string[],
): Pick<Call, "operands" | "option" | "flag" | "json"> {
  const parsing: ParseArgsOptionsConfig = { json: { type: "boolean" } };
  for (const [option, { value }] of Object.entries(options)) {
    parsing[option] = { type: value === undefined ? "boolean" : "string" };
  }
  const known = Object.keys(parsing);
  for (const word of words.filter((each) => each.startsWith("--") && each.length > 2)) {
    const [option = ""] = word.slice(2).split("=");
    if (known.includes(option)) continue;
    const meant = nearestWord(option, known);
    const hint = meant === undefined ? "" : ` Did you mean --${meant}?`;
    throw new UsageError(`${name} has no option --${option}.${hint}`);
  }
  const { values, positionals } = parsed(words, parsing);
  if (positionals.length < operands.least) throw new UsageError(`${name} wants more words.`);
  if (positionals.length > operands.most) {
    throw new UsageError(`${name} does not know what "${positionals[operands.most] ?? ""}" is.`);
  }
  return {
    operands: positionals,
    option: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    flag: (option) => values[option] === true,
    json: values["json"] === true,
  };
}

function parsed(words: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    // Node's own sentence for a value that is missing or too many.
    if (error instanceof TypeError && "code" in error) throw new UsageError(error.message);
    throw error;
  }
}

function explained(
  error: unknown,
): { readonly sentence: string; readonly code: ExitCode } | undefined {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof PolicyError) {
    return { sentence: error.message, code: 2 };
  }
  if (error instanceof StoreUnavailable) {
    const { cause } = error;
    const why = cause instanceof Error ? ` (${cause.message})` : "";
    return { sentence: `The store can't be used: ${error.message}${why}`, code: 1 };
  }
  return undefined;
}
