import { z } from "zod";

const entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  name: z.string().optional(),
  link: z.boolean().default(false),
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
  hasInstallScript: z.boolean().default(false),
});
const lockfile = z.object({ lockfileVersion: z.number(), packages: z.record(z.string(), entry) });

/** One package as the lockfile has it. */
export type LockedPackage = Omit<z.output<typeof entry>, "version"> & {
  readonly name: string;
  readonly version: string;
  /** Where it goes: `node_modules/a/node_modules/b`. */
  readonly path: string;
  /** What package-lock.json calls it when that is another name: an alias. */
  readonly alias: string | undefined;
};

/** Every package of a package-lock.json, by path. */
export function lockedPackages(text: string): readonly LockedPackage[] {
  const { packages } = lockfile.parse(JSON.parse(text));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, { name: alias, version = "", ...rest }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return { ...rest, path, name, version, alias };
    });
}

/** Those that an installation without the tools of development has, each name and version once, by name. */
export function productionPackages(all: readonly LockedPackage[]): readonly LockedPackage[] {
  const byName = new Map(
    all.filter(({ dev }) => !dev).map((one) => [`${one.name}@${one.version}`, one]),
  );
  return [...byName.values()].sort(
    (a, b) => compare(a.name, b.name) || compare(a.version, b.version),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
