// `npm run licences`: writes docs/dependencies.md, and ends with 1 when something in it is not as it should be.
import { readFile, writeFile } from "node:fs/promises";
import { dependenciesPage } from "./dependencies-page.ts";
import { findingsOfSupply } from "./supply-findings.ts";

const root = new URL("../../", import.meta.url);
const [packageJson, packageLock] = await Promise.all(
  ["package.json", "package-lock.json"].map((file) => readFile(new URL(file, root), "utf8")),
);
if (packageJson === undefined || packageLock === undefined) throw new Error("Both were read.");
const page = new URL("docs/dependencies.md", root);
await writeFile(page, await dependenciesPage(packageJson, packageLock));
const findings = findingsOfSupply(packageJson, packageLock);
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
