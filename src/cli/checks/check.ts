/** What one look came to; `mend` is the command that mends it, or shows what there is to mend. */
export type Diagnosis = {
  readonly result: "pass" | "warn" | "fail";
  readonly says: string;
  readonly mend?: string | undefined;
};

/** One thing that doctor looks at. What `look` throws is a fail; so is no answer in time. */
export type Check = {
  readonly name: string;
  readonly look: (signal: AbortSignal) => Promise<readonly Diagnosis[]>;
  /** For what it throws, or when it does not answer. */
  readonly mend?: string;
};

/** A diagnosis with the name of its check. */
export type Checked = Diagnosis & { readonly check: string };

/** All is well. */
export function pass(says: string): Diagnosis {
  return { result: "pass", says };
}

/** It works, and should not stay so; or it could not be looked at. */
export function warn(says: string, mend?: string): Diagnosis {
  return { result: "warn", says, mend };
}

/** It does not work. */
export function fail(says: string, mend?: string): Diagnosis {
  return { result: "fail", says, mend };
}
