/** One line of samples. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** What a scrape says. */
export type Scrape = {
  readonly samples: readonly Sample[];
  readonly types: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
  /** The value of the one sample of this name and exactly these labels; `undefined` when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
};

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\["\\\\n])*)"';
const HELP_LINE = new RegExp(`^# HELP (${NAME}) (.+)$`);
const TYPE_LINE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE_LINE = new RegExp(
  `^(${NAME})(?:\\{((?:${LABEL})(?:,${LABEL})*)\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?|[+-]Inf|Nan|NaN)$`,
);

/**
 * Reads Prometheus' text format as its grammar says (prometheus.io, "Exposition formats"), and throws at whatever does
 * not follow it: a line of no form, a sample before its type, a sample twice, a histogram that does not add up.
 */
export function parseMetrics(text: string): Scrape {
  if (!text.endsWith("\n")) throw new Error("The last line has no end.");
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const help = new Map<string, string>();
  const seen = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, helped, words = ""] = HELP_LINE.exec(line) ?? [];
    const [, typed, type = ""] = TYPE_LINE.exec(line) ?? [];
    if (helped !== undefined) help.set(helped, words);
    else if (typed !== undefined) once(types, typed, type);
    else {
      const [, name, written = "", ...rest] = SAMPLE_LINE.exec(line) ?? [];
      const value = rest.at(-1);
      if (name === undefined || value === undefined)
        throw new Error(`No line of the format: ${line}`);
      const family = familyOf(name, types);
      if (!types.has(family)) throw new Error(`A sample before its type: ${line}`);
      if (seen.has(`${name}{${written}}`)) throw new Error(`A sample twice: ${line}`);
      seen.add(`${name}{${written}}`);
      samples.push({ name, labels: labelsOf(written), value: numberOf(value) });
    }
  }
  for (const [name, type] of types) if (type === "histogram") addsUp(name, samples);
  return {
    samples,
    types,
    help,
    value: (name, labels = {}) =>
      samples.find((one) => one.name === name && isSame(one.labels, labels))?.value,
  };
}

function once(types: Map<string, string>, name: string, type: string): void {
  if (types.has(name)) throw new Error(`A type twice: ${name}`);
  types.set(name, type);
}

function familyOf(name: string, types: ReadonlyMap<string, string>): string {
  const family = name.replace(/_(bucket|sum|count)$/, "");
  return types.get(family) === "histogram" ? family : name;
}

function labelsOf(written: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...written.matchAll(new RegExp(LABEL, "g"))].map(([, name = "", value = ""]) => [
      name,
      value.replaceAll(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one)),
    ]),
  );
}

function numberOf(text: string): number {
  if (text === "+Inf" || text === "-Inf") return text === "+Inf" ? Infinity : -Infinity;
  return Number(text);
}

function addsUp(name: string, samples: readonly Sample[]): void {
  const buckets = samples.filter((one) => one.name === `${name}_bucket`).map(({ value }) => value);
  const count = samples.find((one) => one.name === `${name}_count`)?.value;
  const rises = buckets.every((value, i) => value >= (buckets[i - 1] ?? 0));
  if (buckets.length === 0) return;
  if (!rises || buckets.at(-1) !== count) throw new Error(`The histogram ${name} does not add up.`);
}

function isSame(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
