import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRIPTS = "adapters/store/redis/scripts";
const WITHIN_MS = 120_000;

let compiled: Promise<string> | undefined;

/**
 * The product's `main.js`, compiled as for the image, once for this process and gone with it. Run from source a
 * process keeps the compiler that takes the types out, which is a fifth of a worker's memory.
 */
export function compiledMain(): Promise<string> {
  return (compiled ??= compile());
}

/** Types were checked elsewhere; what comes out is the same. In `dist`, so that packages are found. */
async function compile(): Promise<string> {
  await mkdir(join(ROOT, "dist"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, "dist", "bench-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const project = join(ROOT, "deployment", "tsconfig.build.json");
  const args = [tsc, "-p", project, "--outDir", folder, "--noCheck"];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT, timeout: WITHIN_MS });
  await cp(join(ROOT, "src", SCRIPTS), join(folder, SCRIPTS), { recursive: true });
  return join(folder, "main.js");
}
