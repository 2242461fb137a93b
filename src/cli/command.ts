/** How a command ended: fine; something needs a person; or it was called wrongly, or its settings can't be used. */
export type ExitCode = 0 | 1 | 2;

/** One option of a command. */
type Option = {
  /** What stands for its value in the usage; `undefined` for one that is there or not. */
  readonly value: string | undefined;
  readonly says: string;
};

/** One command: all that its help says of it, and what it does. */
export type Command = {
  /** As it is typed, in one word or two. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name, each form on a line of its own; `--json` is added to each. */
  readonly usage: readonly string[];
  /** How many words may follow the name besides options. */
  readonly operands: { readonly least: number; readonly most: number };
  readonly options: Readonly<Record<string, Option>>;
  /** What one should know of it, a paragraph each. */
  readonly about: readonly string[];
  /** The settings that it reads. */
  readonly settings: string;
  /** What comes after `drawbridge`; tests run each of them. */
  readonly examples: readonly { readonly line: string; readonly says: string }[];
  /** The members of the one JSON object that `--json` prints, and what they are. */
  readonly json: Readonly<Record<string, string>>;
  /** What the exit codes 0 and 1 mean here; 2 is the same everywhere. */
  readonly exits: { readonly 0: string; readonly 1: string };
  readonly run: (call: Call) => Promise<ExitCode>;
};

/** How a command was called. */
export type Call = {
  readonly operands: readonly string[];
  /** The value of an option, or `undefined` when it was not given. */
  readonly option: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  readonly json: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A line of the answer. With `json` it is called once, with the document. */
  readonly print: (line: string) => void;
  /** What is told beside the answer: never part of it. */
  readonly tell: (line: string) => void;
  /** What is going on, for somebody who waits; shown on a terminal only. */
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
};

/** The command was called in a way that it can't be. The message says how to call it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The option that it can't do without; throws UsageError when it is missing. */
export function required(call: Call, name: string): string {
  const value = call.option(name);
  if (value === undefined || value.trim() === "") throw new UsageError(`--${name} is missing.`);
  return value;
}
