import { z } from "zod";
import { lockedPackages, productionPackages, type LockedPackage } from "./lockfile.ts";
import { findingsOfLicences } from "./licences.ts";

const versions = z.record(z.string(), z.string()).default({});
const manifest = z.object({
  dependencies: versions,
  optionalDependencies: versions,
  devDependencies: versions,
  overrides: versions,
});

/** Packages of production that want to run a script when they are installed, and why nothing lacks without it. */
const SCRIPTS_NOT_RUN: Readonly<Record<string, string>> = {
  "dtrace-provider": "optional part of restify: native probes that nobody here looks at",
};

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const TARBALL = /^https:\/\/[^/\s]+\/(@[^/]+\/)?[^/]+\/-\/[^/]+\.tgz$/;
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** Everything that is wrong with what package.json asks for and package-lock.json answers, in words. */
export function findingsOfSupply(packageJson: string, packageLock: string): readonly string[] {
  const all = lockedPackages(packageLock);
  const production = productionPackages(all);
  return [
    ...findingsOfManifest(packageJson),
    ...all.flatMap(findingsOfPackage),
    ...findingsOfScripts(production),
    ...findingsOfLicences(production),
  ];
}

function findingsOfManifest(text: string): readonly string[] {
  return Object.entries(manifest.parse(JSON.parse(text))).flatMap(([kind, wanted]) =>
    Object.entries(wanted)
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `${kind}: ${name} ${version} is no exact version`),
  );
}

function findingsOfPackage(one: LockedPackage): readonly string[] {
  const { path, version, integrity = "", resolved, alias, link } = one;
  const findings: string[] = [];
  if (link || alias !== undefined) findings.push(`${path}: is another package than it is called`);
  if (!EXACT.test(version)) findings.push(`${path}: has no exact version`);
  if (!SHA512.test(integrity)) findings.push(`${path}: has no SHA-512 of its content`);
  // Without an address, npm asks the registry that it is configured for.
  if (resolved !== undefined && !TARBALL.test(resolved)) {
    findings.push(`${path}: does not come from a registry over https`);
  }
  return findings;
}

function findingsOfScripts(production: readonly LockedPackage[]): readonly string[] {
  const wanting = production.filter(({ hasInstallScript }) => hasInstallScript);
  const gone = Object.keys(SCRIPTS_NOT_RUN).filter(
    (name) => !wanting.some((one) => one.name === name),
  );
  return [
    ...wanting
      .filter(({ name }) => SCRIPTS_NOT_RUN[name] === undefined)
      .map(({ name }) => `${name}: wants to run a script when it is installed`),
    ...gone.map((name) => `${name}: wants to run no script any more`),
  ];
}

/** For docs/dependencies.md: the same, as a list. */
export function scriptsNotRun(): readonly string[] {
  return Object.entries(SCRIPTS_NOT_RUN).map(([name, why]) => `\`${name}\`: ${why}`);
}
