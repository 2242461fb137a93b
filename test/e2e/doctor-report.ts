import assert from "node:assert/strict";
import { z } from "zod";
import { runCommand } from "../world/product-process.ts";

/** What doctor prints with --json. */
export const report = z.strictObject({
  checks: z.array(
    z.strictObject({
      check: z.string(),
      result: z.enum(["pass", "warn", "fail"]),
      says: z.string(),
      mend: z.string().nullable(),
    }),
  ),
  pass: z.number(),
  warn: z.number(),
  fail: z.number(),
});
/** The same, read. */
export type Report = z.output<typeof report>;
/** Result, check, what it says, and its command, each as a part of the line. */
export type Expected = readonly ["pass" | "warn" | "fail", string, string, string?];

/** Fails with everything that doctor has said. */
export function says({ checks }: Report, [result, check, part, mend]: Expected): void {
  const found = checks.some(
    (each) =>
      each.result === result &&
      each.check === check &&
      each.says.includes(part) &&
      (mend === undefined || each.mend?.includes(mend) === true),
  );
  const all = checks.map((each) => Object.values(each).join(" | ")).join("\n");
  assert.ok(found, `${result} ${check}: ${part} → ${mend ?? "anything"}, in:\n${all}`);
}

/** Runs doctor with these settings; its exit code is what its counts say. */
export async function examine(settings: Readonly<Record<string, string>>): Promise<Report> {
  const done = await runCommand(["doctor", "--json"], settings);
  const read = report.parse(JSON.parse(done.stdout));
  assert.equal(done.code, read.fail === 0 ? 0 : 1, done.output);
  assert.equal(read.checks.length, read.pass + read.warn + read.fail);
  return read;
}
