import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programOnPath } from "../debian-programs.ts";

/** Why systemd's own look at a unit can't be had here; `false` when it can. */
export const analyzeMissing: string | false =
  analyzeOnPath() === undefined && "not on PATH: systemd-analyze";

/** systemd's scale: 10 is a unit that may do everything, and below 2.5 is its best grade. */
const MOST_EXPOSED = 2.5;
const WITHIN_MS = 30_000;

/**
 * What systemd says of units, by name: what it would not understand, and how exposed each service is. The program is
 * this one's own node, since the one of the unit is another machine's.
 */
export function findingsOfUnits(units: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-units-"));
  try {
    for (const [name, text] of Object.entries(units)) {
      writeFileSync(
        join(folder, name),
        text.replaceAll("=/usr/bin/node ", `=${process.execPath} `),
      );
    }
    // Of a template, one of its units.
    const names = Object.keys(units).map((name) => join(folder, name.replace("@.", "@bot.")));
    const verified = analyze(["verify", ...names]);
    const exposed = names
      .filter((name) => name.endsWith(".service"))
      .flatMap((name) => {
        const told = analyze(["security", "--offline=yes", name]);
        const exposure = Number(/Overall exposure level for \S+ (\d+\.\d+)/.exec(told)?.[1]);
        return exposure < MOST_EXPOSED ? [] : [`${name}: exposure ${String(exposure)}`];
      });
    const asRoot = Object.entries(units)
      .filter(([name, text]) => name.endsWith(".service") && !/^User=(?!root$)\w/m.test(text))
      .map(([name]) => `${name}: runs as root`);
    return [...asRoot, ...verified.split("\n").filter((line) => line !== ""), ...exposed];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function analyze(args: readonly string[]): string {
  const { error, stdout, stderr } = spawnSync(analyzeOnPath() ?? "", ["--no-pager", ...args], {
    encoding: "utf8",
    timeout: WITHIN_MS,
  });
  if (error !== undefined) throw error;
  return stdout + stderr;
}

function analyzeOnPath(): string | undefined {
  return programOnPath("systemd-analyze");
}
