import { existsSync } from "node:fs";
import { validate } from "dockerfile-utils";
import { execForm, pairsOf, stagesOf, type Instruction, type Stage } from "./dockerfile.ts";
import { isSecretName } from "./secret-names.ts";

/** What a Dockerfile is held against. */
export type DockerfileSurroundings = {
  /** The version of Node that everything is tested with. */
  readonly node: string;
  /** Text of .dockerignore. */
  readonly ignore: string;
  /** Folder that COPY copies from. */
  readonly context: URL;
};

/** Everything that is wrong with it, in words: what a linter knows, and what matters here. */
export function findingsOfDockerfile(
  text: string,
  surroundings: DockerfileSurroundings,
): readonly string[] {
  const linted = validate(text).map(
    ({ message, range }) =>
      `line ${range.start.line}: ${typeof message === "string" ? message : message.value}`,
  );
  const stages = stagesOf(text);
  const last = stages.at(-1);
  if (last === undefined) return [...linted, "there is no stage"];
  return [
    ...linted,
    ...stages.flatMap((stage) => findingsOfImage(stage, stages, surroundings.node)),
    ...stages.flatMap(({ instructions }) => instructions.flatMap(findingsOfInstall)),
    ...stages.flatMap(({ instructions }) => instructions.flatMap(findingsOfSecrets)),
    ...stages.flatMap(({ instructions }) =>
      instructions.flatMap((instruction) => findingsOfCopy(instruction, surroundings)),
    ),
    ...findingsOfTheImage(last),
  ];
}

/** Paths that .dockerignore lets through, when it says `*` first and then what is not ignored. */
export function isSentToBuilder(path: string, ignore: string): boolean {
  const rules = ignore.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  if (rules[0] !== "*") return true;
  return rules
    .slice(1)
    .map((rule) => rule.replace(/^!/, ""))
    .some((allowed) => path === allowed || path.startsWith(`${allowed}/`));
}

function findingsOfImage({ image }: Stage, stages: readonly Stage[], node: string) {
  if (stages.some(({ alias }) => alias === image)) return [];
  const [, tag] = image.split("@")[0]?.split(":") ?? [];
  if (tag === undefined || tag === "latest") return [`${image}: no tag, or one that moves`];
  if (tag.split("-")[0] !== node) return [`${image}: tests run on Node ${node}`];
  return [];
}

function findingsOfInstall({ name, value }: Instruction): readonly string[] {
  if (name === "ADD") return ["ADD: COPY takes nothing from elsewhere"];
  if (name !== "RUN") return [];
  const findings: string[] = [];
  if (/npm (i|install|update|exec)\b|npx |curl|wget/.test(value)) {
    findings.push(`RUN ${value}: takes more than the lockfile names`);
  }
  if (value.includes("npm ci") && !/npm ci[^&|;]*--ignore-scripts/.test(value)) {
    findings.push(`RUN ${value}: runs the scripts of packages`);
  }
  return findings;
}

function findingsOfSecrets({ name, value }: Instruction): readonly string[] {
  if (name !== "ENV" && name !== "ARG") return [];
  const names = name === "ARG" ? [value.split("=")[0] ?? ""] : pairsOf(value).map(([one]) => one);
  return names.filter(isSecretName).map((one) => `${name} ${one}: would be kept in the image`);
}

function findingsOfCopy(
  { name, value }: Instruction,
  { context, ignore }: DockerfileSurroundings,
): readonly string[] {
  if (name !== "COPY" || value.startsWith("--from=")) return [];
  const sources = value.split(/\s+/).slice(0, -1);
  return sources.flatMap((source) => {
    if (source === ".") return ["COPY .: takes whatever lies there"];
    if (!existsSync(new URL(source, context))) return [`COPY ${source}: is not there`];
    return isSentToBuilder(source, ignore) ? [] : [`COPY ${source}: .dockerignore keeps it away`];
  });
}

function findingsOfTheImage({ instructions }: Stage): readonly string[] {
  const last = (wanted: string): string | undefined =>
    instructions.findLast(({ name }) => name === wanted)?.value;
  const findings: string[] = [];
  const user = last("USER") ?? "root";
  if (!/^[1-9]\d*:[1-9]\d*$/.test(user)) findings.push(`USER ${user}: is no number but root's`);
  for (const name of ["ENTRYPOINT", "CMD", "HEALTHCHECK"]) {
    const value = last(name);
    if (value === undefined) findings.push(`${name}: there is none`);
    else if (execForm(value) === undefined) findings.push(`${name}: a shell stands in between`);
  }
  if (last("STOPSIGNAL") !== "SIGTERM") findings.push("STOPSIGNAL: is not SIGTERM");
  if (instructions.some(({ name }) => name === "RUN")) {
    findings.push("RUN: the last stage only takes what others made");
  }
  return findings;
}
