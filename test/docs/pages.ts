import { readdirSync, readFileSync } from "node:fs";

/** The project's own folder. */
export const ROOT = new URL("../../", import.meta.url);

/** A file of the project as text. */
export function textOf(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

/** Every page that people read, by its path. */
export const PAGES: readonly string[] = [
  ...markdownIn(""),
  ...readdirSync(new URL("docs/", ROOT), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path}`),
  ...readdirSync(new URL("deployment/", ROOT), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `deployment/${path}`),
];

function markdownIn(folder: string): readonly string[] {
  return readdirSync(new URL(`./${folder}`, ROOT)).filter((path) => path.endsWith(".md"));
}
