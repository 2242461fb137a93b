import type { LockedPackage } from "./lockfile.ts";

/** Licences, by SPDX id, under which something may be part of the product. */
export const ALLOWED: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Python-2.0",
  "Unlicense",
];

/** Whose package.json names none, and where it stands instead; with the version that was looked at. */
const STATED_ELSEWHERE: Readonly<
  Record<string, { readonly licence: string; readonly in: string }>
> = { "escape-regexp-component@1.0.2": { licence: "MIT", in: "its Readme.md" } };

/** SPDX id or expression; `undefined` when nobody says it. */
export function licenceOf({ name, version, license }: LockedPackage): string | undefined {
  return license ?? STATED_ELSEWHERE[`${name}@${version}`]?.licence;
}

/** Where the licence is stated, when package.json does not. */
export function statedIn({ name, version, license }: LockedPackage): string | undefined {
  return license === undefined ? STATED_ELSEWHERE[`${name}@${version}`]?.in : undefined;
}

/** Names each package whose licence is not on the list. Of an OR, one is enough; of an AND, all have to be. */
export function findingsOfLicences(packages: readonly LockedPackage[]): readonly string[] {
  return packages.flatMap((one) => {
    const licence = licenceOf(one);
    if (licence === undefined) return [`${one.name}@${one.version}: states no licence`];
    return isAllowed(licence) ? [] : [`${one.name}@${one.version}: ${licence} is not on the list`];
  });
}

/** No expression here nests brackets; one that did would not be on the list. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\(([^()]*)\)$/, "$1");
  return plain
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((licence) => ALLOWED.includes(licence)));
}
