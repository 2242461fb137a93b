import { z } from "zod";
import { parseJson } from "../emulators/azure/local-http.ts";

/** One instruction of a Dockerfile, with its continued lines joined. */
export type Instruction = {
  /** In upper case. */
  readonly name: string;
  readonly value: string;
};

/** From one FROM to the next. */
export type Stage = {
  /** With the defaults of the ARGs before the first FROM put in. */
  readonly image: string;
  readonly alias: string | undefined;
  readonly instructions: readonly Instruction[];
};

/** What a Dockerfile says, in order; the instructions before the first FROM only serve to name images. */
export function stagesOf(text: string): readonly Stage[] {
  const stages: { image: string; alias: string | undefined; instructions: Instruction[] }[] = [];
  const defaults = new Map<string, string>();
  for (const { name, value } of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (name === "FROM") {
      const [image = "", , alias] = value.split(/\s+/);
      const named = image.replaceAll(/\$\{(\w+)\}/g, (_, arg: string) => defaults.get(arg) ?? "");
      stages.push({ image: named, alias, instructions: [] });
    } else if (stage !== undefined) stage.instructions.push({ name, value });
    else if (name === "ARG") {
      const [arg = "", given = ""] = value.split("=", 2);
      defaults.set(arg, given);
    }
  }
  return stages;
}

/** The JSON list of an instruction's exec form; undefined when it is none, and a shell would stand in between. */
export function execForm(value: string): readonly string[] | undefined {
  const list = /\[.*\]$/.exec(value)?.[0] ?? "";
  return z.array(z.string()).safeParse(parseJson(list)).data;
}

/** The pairs of `ENV A=1 B="2 3"`. */
export function pairsOf(value: string): readonly (readonly [string, string])[] {
  return [...value.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g)].map(
    ([, name = "", quoted, plain = ""]) => [name, quoted ?? plain],
  );
}

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  return lines
    .join("\n")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => /^\s*(\w+)\s+(.*\S)\s*$/.exec(line))
    .filter((found) => found !== null)
    .map(([, name = "", value = ""]) => ({ name: name.toUpperCase(), value }));
}
