import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../deployment/infra/", import.meta.url);

/** The text of one file of deployment/infra. */
export function bicep(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

/** All files that the Bicep compiler would read, by their paths in deployment/infra. */
export function bicepFiles(): readonly string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".bicep"),
  );
}

/** The items of `env` in a container, with the expression of each as it is written. */
export function environmentOf(file: string): ReadonlyMap<string, string> {
  const [, items] = /^ {10}env: \[\n([\s\S]*?)^ {10}\]/m.exec(bicep(file)) ?? [];
  if (items === undefined) throw new Error(`${file} has no env`);
  const entries = [...items.matchAll(/\{ name: '(\w+)', (?:value|secretRef): (.+?) \}$/gm)];
  const lines = items.split("\n").filter((line) => line.trim() !== "" && !/^ *\/\//.test(line));
  if (entries.length !== lines.length) throw new Error(`${file} has an env that is not understood`);
  return new Map(entries.map(([, name = "", expression = ""]) => [name, expression]));
}

/** Declarations of a kind, each with the lines of decorators directly above it. */
export function declarations(
  text: string,
  kind: "param" | "output",
): readonly { readonly name: string; readonly line: string; readonly decorators: string }[] {
  const found = text.matchAll(new RegExp(`((?:^@.*\\n)*)^(${kind} (\\w+) .*)$`, "gm"));
  return [...found].map(([, decorators = "", line = "", name = ""]) => ({
    name,
    line,
    decorators,
  }));
}
