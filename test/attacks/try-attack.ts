import type { Attack, AttackWorld } from "./attack.ts";
import { changes, settled, tracesOf } from "./attack-world.ts";

/** A row of the table. */
export type Row = Pick<Attack, "door" | "attack" | "expected"> & { readonly seen: string };

/** Makes one attack. What it left behind that it may not have is part of what was seen. */
export async function tryAttack(attack: Attack, world: AttackWorld): Promise<Row> {
  const { door, attack: what, expected, leaves, prepare } = attack;
  const row = { door, attack: what, expected };
  try {
    const attempt = await prepare(world);
    const before = await settled(world);
    const seen = await attempt();
    const left = changes(before, await tracesOf(world), leaves);
    return { ...row, seen: [seen, ...left].join("; but ") };
  } catch (error) {
    return { ...row, seen: `failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The rows as aligned Markdown, and below how many there are and how many differ. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ["door", "attack", "expected", "seen"],
    ...rows.map(({ door, attack, expected, seen }) => [door, attack, expected, seen]),
  ].map((line) => line.map((cell) => cell.replaceAll("\n", " ").replaceAll("|", "\\|")));
  const widths = [0, 1, 2, 3].map((at) =>
    Math.max(...cells.map((line) => (line[at] ?? "").length)),
  );
  const lines = cells.map(
    (line) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [head = "", ...body] = lines;
  const wrong = rows.filter(({ expected, seen }) => expected !== seen).length;
  return [
    head,
    rule,
    ...body,
    "",
    `${String(rows.length)} attacks, ${String(wrong)} seen otherwise than expected`,
  ].join("\n");
}
