/** What a figure has to be. */
export type Target = { readonly bound: "at most" | "at least"; readonly value: number };

/** One number that was measured, with what is asked of it. */
export type Figure = {
  readonly what: string;
  readonly value: number;
  /** Empty for a ratio or a count. */
  readonly unit: "" | "s" | "ms" | "MB" | "bytes" | "%" | "/s";
  readonly target?: Target;
};

/** Numbers that say more side by side. */
export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** What a benchmark found out. */
export type Findings = {
  /** How it was measured, in sentences: what a reader needs to judge the figures. */
  readonly setting: readonly string[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
};

/** What a benchmark is run with. */
export type RunOptions = {
  /** 1 is the full form; less means fewer of everything and no figure to quote. */
  readonly scale: number;
  /** Progress, for whoever waits. */
  readonly say: (text: string) => void;
};

/** One question about speed or size. `run` starts all that it needs, and leaves nothing running. */
export type Benchmark = {
  readonly name: string;
  readonly title: string;
  readonly run: (options: RunOptions) => Promise<Findings>;
};

/** `undefined` when nothing is asked of the figure. */
export function meetsTarget({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return target.bound === "at most" ? value <= target.value : value >= target.value;
}

/** So many in the full form; fewer when scaled down, at least `fewest`. */
export function scaled(full: number, { scale }: RunOptions, fewest: number): number {
  return Math.max(fewest, Math.round(full * scale));
}

/** The value that `share` of the values do not exceed. Throws when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error("Nothing was measured.");
  return value;
}
