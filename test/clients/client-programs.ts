import { programOnPath, type DebianPrograms } from "../debian-programs.ts";

/** Somebody else's programs that must get on with the emulators. */
export const CLIENTS: DebianPrograms = {
  tests: "the tests of real clients",
  packages: ["azure-cli", "skopeo"],
  missing: () => ["az", "skopeo"].filter((name) => programOnPath(name) === undefined),
};
