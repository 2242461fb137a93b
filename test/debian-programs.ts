import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that some tests run, and the Debian packages that bring them. */
export type DebianPrograms = {
  /** What they are for, as in "To run … too". */
  readonly tests: string;
  readonly packages: readonly string[];
  /** What of it is not on PATH. */
  missing(): readonly string[];
};

const INSTALL_WITHIN_MS = 900_000;

/** The first of these programs on PATH that this user may run. */
export function programOnPath(...names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** What installs the packages on Debian. */
export function installCommand({ packages }: DebianPrograms): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;
}

/** Why what needs the programs can't run here; `false` when it can, and always with CI=true. */
export function reasonToSkip(programs: DebianPrograms): string | false {
  const missing = programs.missing();
  if (missing.length === 0 || process.env["CI"] === "true") return false;
  return `not on PATH: ${missing.join(", ")}: ${installCommand(programs)}`;
}

/** Installs what is missing where this user may; else says how, and lets the process fail with CI=true. */
export function ensurePrograms(programs: DebianPrograms): void {
  if (programs.missing().length > 0) install(installCommand(programs));
  const missing = programs.missing();
  if (missing.length === 0) return;
  const message = `Not on PATH: ${missing.join(", ")}. To run ${programs.tests} too: ${installCommand(programs)}\n`;
  if (process.env["CI"] === "true") {
    process.stderr.write(message);
    process.exitCode = 1;
  } else process.stdout.write(`${message}Those tests are skipped.\n`);
}

/** Installs what is missing where apt offers it and this user may; nothing fails without it. */
export function ensureOptionalPrograms(programs: DebianPrograms): void {
  const { packages, tests } = programs;
  if (programs.missing().length > 0 && packages.every(isOffered)) install(installCommand(programs));
  const missing = programs.missing();
  if (missing.length === 0) return;
  process.stdout.write(`Not on PATH: ${missing.join(", ")}. ${tests} are skipped.\n`);
}

/** Whether apt knows the package, without asking anybody. */
function isOffered(name: string): boolean {
  const { stdout } = spawnSync("sh", ["-c", `apt-cache policy ${name}`], {
    env: { ...process.env, LC_ALL: "C" },
    encoding: "utf8",
    timeout: 10_000,
  });
  return /^ *Candidate: (?!\(none\))/m.test(stdout || "");
}

function install(command: string): void {
  const isRoot = process.getuid?.() === 0;
  const sudo = spawnSync("sudo", ["-n", "true"], { timeout: 10_000 }).status === 0;
  if (!isRoot && !sudo) return;
  process.stdout.write(`Installing for the tests: ${command}\n`);
  const script = `export DEBIAN_FRONTEND=noninteractive; ${command}`;
  const [program, args] = isRoot ? ["sh", ["-c", script]] : ["sudo", ["-n", "sh", "-c", script]];
  const { status, error, stderr } = spawnSync(program, args, {
    timeout: INSTALL_WITHIN_MS,
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status === 0) return;
  process.stdout.write(`That did not work: ${error?.message ?? String(stderr).slice(-500)}\n`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
