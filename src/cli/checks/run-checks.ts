import { pause, within } from "../../application/deadline.ts";
import { fail, type Check, type Checked, type Diagnosis } from "./check.ts";

/** Each check has this long to answer. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Runs them side by side, so that one that hangs holds up no other, and answers in their order. `onDone` hears of each
 * as it is done.
 */
export async function runChecks(
  checks: readonly Check[],
  signal: AbortSignal,
  onDone: () => void,
  withinMs = ANSWER_WITHIN_MS,
): Promise<readonly Checked[]> {
  const all = await Promise.all(
    checks.map(async (check) => {
      const diagnoses = await diagnosesOf(check, within(withinMs, signal), withinMs);
      onDone();
      return diagnoses.map((diagnosis) => ({ check: check.name, ...diagnosis }));
    }),
  );
  return all.flat();
}

async function diagnosesOf(
  { look, mend }: Check,
  deadline: AbortSignal,
  withinMs: number,
): Promise<readonly Diagnosis[]> {
  const late = `did not answer in ${String(withinMs / 1_000)} s`;
  const answered = new AbortController();
  // Not everything that is called ends with its signal: nobody waits for that.
  const hangs = pause(withinMs, AbortSignal.any([deadline, answered.signal])).then(() => [
    fail(late, mend),
  ]);
  try {
    return await Promise.race([look(deadline), hangs]);
  } catch (error) {
    return [fail(deadline.aborted ? late : whatIsWrong(error), mend)];
  } finally {
    // Its timer would keep the process.
    answered.abort();
  }
}

/** The error and its causes: the outermost often says only that something failed. */
function whatIsWrong(error: unknown): string {
  const said: string[] = [];
  for (let each = error; each instanceof Error && said.length < 4; each = each.cause) {
    said.push(each.message.split("\n", 1).join());
  }
  return said.length === 0 ? String(error) : said.join(" ");
}
