import { format } from "prettier";
import { policySchema } from "../../src/adapters/policy/policy-schema.ts";
import { rowsOf, type PolicyRow } from "./policy-rows.ts";

/** What stands between the marks of a table, by the name in its mark. */
const TABLES: ReadonlyMap<string, readonly PolicyRow[]> = tables();

/** The page with its tables as the schema says them; the rest is as it was. Throws when a table has no place on it. */
export function policyPage(present: string): Promise<string> {
  const page = [...TABLES].reduce((text, [name, rows]) => {
    const [begin, end] = [`<!-- npm run docs:policy: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from)
      throw new Error(`docs/policy.md has no "${begin}" before "${end}"`);
    return `${text.slice(0, from)}${begin}\n\n${tableOf(rows)}\n\n${text.slice(to)}`;
  }, present);
  return format(page, { parser: "markdown", printWidth: 100 });
}

function tables(): ReadonlyMap<string, readonly PolicyRow[]> {
  const { defaults, registries } = policySchema.shape;
  const shared = defaults.shape;
  const own = Object.entries(registries.valueType.shape).filter(([key]) => !(key in shared));
  return new Map([
    // The keys of the defaults have a table of their own.
    ["file", rowsOf(policySchema.shape).filter(({ key }) => !key.startsWith("defaults."))],
    ["registry", rowsOf(Object.fromEntries(own))],
    ["defaults", rowsOf(shared)],
  ]);
}

function tableOf(rows: readonly PolicyRow[]): string {
  return [
    "| key | takes | default | what |",
    "| - | - | - | - |",
    ...rows.map(
      ({ key, takes, otherwise, what }) => `| \`${key}\` | ${takes} | ${otherwise} | ${what} |`,
    ),
  ].join("\n");
}
