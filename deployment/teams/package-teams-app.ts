import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { fillManifest, HalfFilled } from "./fill-manifest.ts";
import { appOf, complaintsOf, zipOf } from "./teams-package.ts";

const DEFAULT_FILE = "dist/drawbridge-teams.zip";

/**
 * Writes the Teams package: `npm run teams:package [FILE]`. Exit codes: 0 written; 2 settings, manifest or icons
 * can't be used, or the file is something else, and nothing was written.
 */
async function main(file: string): Promise<0 | 2> {
  const part = (name: string): Promise<Buffer> => readFile(new URL(name, import.meta.url));
  const settings = { ...parseEnv((await present(".env"))?.toString("utf8") ?? ""), ...process.env };
  const template = (await part("manifest.json")).toString("utf8");
  const contents = {
    manifest: fillManifest(template, settings),
    color: await part("color.png"),
    outline: await part("outline.png"),
  };
  const complaints = await complaintsOf(contents);
  if (complaints.length > 0)
    return refuse(`Teams would not take it:\n  ${complaints.join("\n  ")}`);

  const zip = zipOf(contents);
  const [app, before] = [appOf(zip), await present(file)];
  const there = before && appOf(before);
  if (before !== undefined && there?.id !== app?.id) {
    const what =
      there === undefined ? "no Teams package" : `the package of another app, ${there.id}`;
    return refuse(`${file} is ${what}: move it away, or name another file.`);
  }
  // A reader sees the old package or the new one, and never half of it.
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(`${file}.new`, zip);
  await rename(`${file}.new`, file);
  const instead = there === undefined ? "" : ` in place of version ${there.version}`;
  process.stdout.write(`${file}: ${app?.id ?? ""}, version ${app?.version ?? ""}${instead}\n`);
  return 0;
}

async function present(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function refuse(why: string): 2 {
  process.stderr.write(`${why}\n`);
  return 2;
}

try {
  process.exitCode = await main(process.argv[2] ?? DEFAULT_FILE);
} catch (error) {
  if (!(error instanceof HalfFilled)) throw error;
  process.exitCode = refuse(error.message);
}
