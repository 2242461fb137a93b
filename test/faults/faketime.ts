import { programOnPath, reasonToSkip, type DebianPrograms } from "../debian-programs.ts";

/** Gives a process another time of day. */
export const FAKETIME: DebianPrograms = {
  tests: "the test of wrong clocks",
  packages: ["faketime"],
  missing: () => (programOnPath("faketime") === undefined ? ["faketime"] : []),
};

/** Why a worker's clock can't be set here; `false` when it can, and always with CI=true. */
export const faketimeMissing: string | false = reasonToSkip(FAKETIME);

/** For LD_PRELOAD; the loader puts the platform's folder in place of `$LIB`, as the program `faketime` has it. */
export const FAKETIME_LIBRARY = "/usr/$LIB/faketime/libfaketime.so.1";
