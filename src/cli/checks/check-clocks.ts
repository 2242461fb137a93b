import type { RegistryView } from "../../application/ports.ts";
import type { Store } from "../../application/store.ts";
import { fail, pass, warn, type Check, type Diagnosis } from "./check.ts";

/** More than this and a worker opens nothing (application/registry/round-clock.ts). */
const STOPS_MS = 60_000;
/** Azure tells its time in whole seconds. */
const NOTABLE_MS = 5_000;

/** A clock against this machine's own, which is only the ruler. */
type Offset = { readonly aheadMs: number };

/** The store's clock, which tells when leases end, against Azure's. */
export function checkClocks(
  store: () => Promise<Store>,
  azure: ((signal: AbortSignal) => Promise<RegistryView | undefined>) | undefined,
  now: () => Date,
): Check {
  return {
    name: "clocks",
    mend: "timedatectl status",
    async look(signal) {
      const stores = await offsetOf(
        async () => (await (await store()).audit(1, 0, signal)).now,
        now,
      );
      const own = compared("This machine's clock", "the store's", -(stores?.aheadMs ?? 0));
      if (azure === undefined) return [own];
      const arms = await offsetOf(async () => (await azure(signal))?.answeredAt, now);
      if (stores === undefined || arms === undefined) {
        return [own, warn("Azure's clock could not be seen: no registry could be read.")];
      }
      return [own, compared("The store's clock", "Azure's", stores.aheadMs - arms.aheadMs)];
    },
  };
}

async function offsetOf(
  ask: () => Promise<Date | undefined>,
  now: () => Date,
): Promise<Offset | undefined> {
  const before = now().getTime();
  const said = await ask();
  if (said === undefined) return undefined;
  return { aheadMs: said.getTime() - (before + now().getTime()) / 2 };
}

function compared(whose: string, other: string, aheadMs: number): Diagnosis {
  const apart = Math.abs(aheadMs);
  if (apart <= NOTABLE_MS) return pass(`${whose} agrees with ${other}.`);
  const seconds = String(Math.round(apart / 1_000));
  const says = `${whose} is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} ${other}.`;
  const mend = "timedatectl set-ntp true";
  return apart > STOPS_MS
    ? fail(`${says} Beyond a minute nothing is opened.`, mend)
    : warn(says, mend);
}
