import type { Command } from "./command.ts";

const WIDTH = 100;
const EXIT_2 = "it was called wrongly, or a setting or the policy file can't be used";

/** What `drawbridge help` says. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "Usage: drawbridge COMMAND [OPTIONS] [--json]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    `  ${"help".padEnd(width)}  Say what a command does: drawbridge help COMMAND`,
    "",
    ...wrapped(EVERYWHERE.join(" "), 0),
    "",
    "Exit codes:",
    ...exitLines({ 0: "fine", 1: "something needs a person" }),
    "",
  ].join("\n");
}

/** What `drawbridge help COMMAND` says. */
export function helpOf(command: Command): string {
  const { name, about, options, examples, json, exits, settings } = command;
  const optionLines = [
    ...Object.entries(options).map(([option, { value, says }]) => ({
      left: value === undefined ? `--${option}` : `--${option} ${value}`,
      says,
    })),
    { left: "--json", says: "One JSON document instead of lines." },
  ];
  const width = Math.max(...optionLines.map(({ left }) => left.length));
  return [
    ...usageLines(command),
    "",
    ...about.flatMap((paragraph) => [...wrapped(paragraph, 0), ""]),
    "Options:",
    ...optionLines.flatMap(({ left, says }) => hanging(`  ${left.padEnd(width)}  `, says)),
    "",
    "Examples:",
    ...examples.flatMap(({ line, says }) => [`  drawbridge ${line}`, ...wrapped(says, 6)]),
    "",
    ...hanging("With --json: ", jsonSentence(json)),
    ...hanging("Settings: ", settings),
    "",
    `Exit codes of ${name}:`,
    ...exitLines(exits),
    "",
  ].join("\n");
}

/** docs/commands.md, from the same texts. */
export function commandsPage(commands: readonly Command[]): string {
  return [
    "# The `drawbridge` command",
    "",
    "<!-- Written by `npm run docs:commands`; a test keeps it as the commands' own help says. -->",
    "",
    ...EVERYWHERE.flatMap((sentence) => [`- ${sentence}`]),
    "",
    "In the image it is `drawbridge`, from a clone `npm run drawbridge --`.",
    "",
    "Exit codes:",
    "",
    "- 0: fine",
    "- 1: something needs a person",
    `- 2: ${EXIT_2}`,
    "",
    ...commands.flatMap((command) => [`## ${command.name}`, "", ...sectionOf(command), ""]),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

const EVERYWHERE = [
  "Settings come from the environment, as for the product itself (.env.example).",
  "With --json the answer is one JSON document on stdout and nothing else; it is left out when the exit code is 2.",
  "Errors and progress go to stderr, progress only when that is a terminal.",
];

function sectionOf(command: Command): readonly string[] {
  const { about, options, examples, json, exits, settings } = command;
  return [
    command.summary,
    "",
    "```",
    ...usageLines(command).map((line) => line.replace(/^(Usage:| {6}) /, "")),
    "```",
    "",
    ...about.flatMap((paragraph) => [escaped(paragraph), ""]),
    ...Object.entries(options).map(
      ([option, { value, says }]) =>
        `- \`--${option}${value === undefined ? "" : ` ${value}`}\`: ${escaped(says)}`,
    ),
    ...(Object.keys(options).length === 0 ? [] : [""]),
    "```sh",
    ...examples.flatMap(({ line, says }) => [`# ${says}`, `drawbridge ${line}`]),
    "```",
    "",
    `- Exit codes: 0 ${escaped(exits[0])}; 1 ${escaped(exits[1])}; 2 ${EXIT_2}.`,
    `- Settings: ${escaped(settings)}`,
    `- With \`--json\`: ${Object.entries(json)
      .map(([member, says]) => `\`${member}\` (${escaped(says)})`)
      .join(", ")}.`,
  ];
}

function usageLines({ name, usage }: Command): readonly string[] {
  return usage.map((form, at) =>
    [at === 0 ? "Usage:" : "      ", "drawbridge", name, form, "[--json]"]
      .filter((part) => part !== "")
      .join(" "),
  );
}

function exitLines(exits: Command["exits"]): readonly string[] {
  return [
    ...hanging("  0  ", exits[0]),
    ...hanging("  1  ", exits[1]),
    ...hanging("  2  ", EXIT_2),
  ];
}

function jsonSentence(json: Command["json"]): string {
  return `${Object.entries(json)
    .map(([member, says]) => `${member} (${says})`)
    .join(", ")}.`;
}

/** The text in lines, each but the first as far in as the first word of it. */
function hanging(head: string, text: string): readonly string[] {
  const [first = "", ...others] = wrapped(text, head.length);
  return [head + first.trimStart(), ...others];
}

function wrapped(text: string, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each);
}

/** In Markdown these would be something else. */
function escaped(text: string): string {
  return text.replace(/[<>*|]/g, (character) => `\\${character}`);
}
