import { within } from "../application/deadline.ts";
import type { Store } from "../application/store.ts";
import type { Call, Command, ExitCode } from "./command.ts";
import type { Checked } from "./checks/check.ts";
import { usableSettings } from "./checks/check-settings.ts";
import { checksOf } from "./checks/checks-of.ts";
import { runChecks } from "./checks/run-checks.ts";
import { openExisting } from "./command-store.ts";

const OPEN_WITHIN_MS = 9_000;

/** `drawbridge doctor`. */
export const doctorCommand: Command = {
  name: "doctor",
  summary: "Try everything the product needs, and say what mends each thing that is wrong.",
  usage: [""],
  operands: { least: 0, most: 0 },
  options: {},
  about: [
    "Looks at the settings, the policy file and which one the processes go by, the store (version, persistence and eviction of Redis, as far as our user may ask), the clocks, the identity and its rights on every registry, each registry's SKU, default action, public access, rules left, hidden virtual network rules, locks and ledger, when a worker last looked at it, the bot's credentials, and the page of one-time links. It changes nothing.",
    "Start it with the settings of the process in question: with DRAWBRIDGE_ROLE=bot Azure is not asked, with worker Teams is not. Every check has 10 seconds, and all run side by side; a fail or a warn has the command that mends it, or that shows what there is to mend.",
  ],
  settings: "all of them, as the product has them.",
  examples: [
    { line: "doctor", says: "Before the first start, and whenever something is odd." },
    { line: "doctor --json", says: "For a monitor: the exit code is 1 when something fails." },
  ],
  json: {
    checks: "a list of check, result (pass, warn or fail), says, mend",
    pass: "how many passed",
    warn: "how many should not stay so, or could not be looked at",
    fail: "how many do not work",
  },
  exits: { 0: "nothing fails", 1: "something fails" },
  run: examine,
};

async function examine(call: Call): Promise<ExitCode> {
  const { environment, json, print, progress, signal } = call;
  const settings = usableSettings(environment);
  const ofSettings = settings.diagnoses.map((each) => ({ check: "settings", ...each }));
  const checked = [...ofSettings, ...(await examineRest(call, settings))];
  const count = (result: Checked["result"]): number =>
    checked.filter((each) => each.result === result).length;
  const counts = { pass: count("pass"), warn: count("warn"), fail: count("fail") };
  progress("");
  signal.throwIfAborted();
  if (json) {
    const checks = checked.map(({ mend, ...each }) => ({ ...each, mend: mend ?? null }));
    print(JSON.stringify({ checks, ...counts }));
  } else {
    for (const each of checked) for (const line of linesOf(each)) print(line);
    const { pass, warn, fail } = counts;
    print("");
    print(`${String(pass)} pass, ${String(warn)} warn, ${String(fail)} fail.`);
  }
  return counts.fail === 0 ? 0 : 1;
}

async function examineRest(
  { signal, tell, progress }: Call,
  settings: ReturnType<typeof usableSettings>,
): Promise<readonly Checked[]> {
  const { store, secrets } = settings;
  if (store === undefined) return [];
  let opening: Promise<Store> | undefined;
  const opened = (): Promise<Store> =>
    (opening ??= openExisting(
      store,
      { redisUrl: secrets.redisUrl },
      tell,
      within(OPEN_WITHIN_MS, signal),
    ));
  try {
    const checks = await checksOf({ ...settings, store, opened, signal });
    let done = 0;
    return await runChecks(checks, signal, () => {
      done += 1;
      progress(`${String(done)} of ${String(checks.length)} checks …`);
    });
  } finally {
    await closeIfOpened(opening);
  }
}

async function closeIfOpened(opening: Promise<Store> | undefined): Promise<void> {
  const [outcome] = await Promise.allSettled([opening]);
  // Why it was not opened is what its check has said.
  if (outcome.status === "fulfilled") await outcome.value?.close();
}

function linesOf({ check, result, says, mend }: Checked): readonly string[] {
  const mark = { pass: "pass", warn: "WARN", fail: "FAIL" }[result];
  return [
    `${mark}  ${check}: ${says}`,
    ...(mend === undefined || result === "pass" ? [] : [`      ${mend}`]),
  ];
}
