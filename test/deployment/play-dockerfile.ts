import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isSentToBuilder } from "./dockerfile-findings.ts";
import { execForm, pairsOf, stagesOf, type Instruction } from "./dockerfile.ts";

/** What an image of the Dockerfile would have, as folders of this machine. */
export type PlayedImage = {
  /** What is its WORKDIR. */
  readonly folder: string;
  readonly node: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  /** Of node: ENTRYPOINT and CMD without it. */
  readonly args: readonly string[];
  /** Likewise. */
  readonly healthCheck: readonly string[];
};

type PlayedStage = { readonly alias: string | undefined; readonly folder: string };

const CONTEXT = fileURLToPath(new URL("../../", import.meta.url));
const WORKDIR = "/app";
const RUN_WITHIN_MS = 300_000;
/** Of the packages for building. */
const INSTALLS_ALL = "npm ci --ignore-scripts";

/**
 * Carries a Dockerfile out, stage by stage, without a container engine: COPY copies, RUN runs, in a folder that
 * stands for WORKDIR. Knows what deployment/Dockerfile uses, and throws at anything else. Of the two installations,
 * the one with all packages is this checkout's own.
 */
export function playDockerfile(text: string, into: string): PlayedImage {
  const ignore = readFileSync(join(CONTEXT, ".dockerignore"), "utf8");
  const stages: PlayedStage[] = [];
  const settings = new Map<string, string>();
  for (const { alias, instructions } of stagesOf(text)) {
    const folder = join(into, `stage-${String(stages.length)}`);
    mkdirSync(folder);
    settings.clear();
    for (const instruction of instructions) {
      if (instruction.name === "COPY") copy(instruction.value, folder, stages, ignore);
      else if (instruction.name === "RUN") run(instruction.value, folder);
      else keep(instruction, settings);
    }
    stages.push({ alias, folder });
  }
  const folder = stages.at(-1)?.folder ?? into;
  const [entry = "", ...flags] = execForm(settings.get("ENTRYPOINT") ?? "") ?? [];
  const [checked = "", ...healthCheck] = execForm(settings.get("HEALTHCHECK") ?? "") ?? [];
  if (entry !== "node" || checked !== "node") throw new Error("Something else than node is run.");
  return {
    folder,
    node: copyOfNode(into),
    environment: Object.fromEntries(pairsOf(settings.get("ENV") ?? "")),
    user: settings.get("USER") ?? "0:0",
    args: [...flags, ...(execForm(settings.get("CMD") ?? "") ?? [])],
    healthCheck,
  };
}

function copy(value: string, folder: string, stages: readonly PlayedStage[], ignore: string): void {
  const words = value.split(/\s+/);
  const from = /^--from=(.*)$/.exec(words[0] ?? "")?.[1];
  const [sources, target = ""] = [words.slice(from === undefined ? 0 : 1, -1), words.at(-1)];
  for (const source of sources) {
    // As Docker does it, where the target is not there yet: a folder becomes it, a file becomes it or goes into it.
    const to = join(folder, target.endsWith("/") ? join(target, basename(source)) : target);
    mkdirSync(dirname(to), { recursive: true });
    // A second copy of all packages would take longer than anything else here.
    const links = from === undefined ? [] : ["--link"];
    execFileSync("cp", ["--archive", ...links, pathOf(source), to], { timeout: RUN_WITHIN_MS });
  }

  function pathOf(source: string): string {
    if (from === undefined) {
      if (!isSentToBuilder(source, ignore))
        throw new Error(`${source} is not sent to the builder.`);
      return join(CONTEXT, source);
    }
    const stage = stages.find(({ alias }) => alias === from);
    if (stage === undefined) throw new Error(`There is no stage ${from}.`);
    return join(stage.folder, source.slice(WORKDIR.length));
  }
}

function run(command: string, folder: string): void {
  if (command === INSTALLS_ALL) {
    symlinkSync(join(CONTEXT, "node_modules"), join(folder, "node_modules"));
    return;
  }
  const { status, stdout, stderr, error } = spawnSync("sh", ["-c", command], {
    cwd: folder,
    env: { ...process.env, PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) },
    encoding: "utf8",
    timeout: RUN_WITHIN_MS,
  });
  if (status === 0) return;
  throw new Error(`RUN ${command}:\n${stdout}\n${stderr}`, { cause: error });
}

const KEPT = new Set(["ENV", "USER", "ENTRYPOINT", "CMD", "HEALTHCHECK", "EXPOSE", "STOPSIGNAL"]);

function keep({ name, value }: Instruction, settings: Map<string, string>): void {
  if (name === "WORKDIR" && value === WORKDIR) return;
  if (!KEPT.has(name)) throw new Error(`${name} ${value} is not known here.`);
  settings.set(name, value);
}

/** For a user who may not look into this checkout. */
function copyOfNode(into: string): string {
  const node = join(into, "node");
  cpSync(process.execPath, node);
  chmodSync(node, 0o755);
  return node;
}
