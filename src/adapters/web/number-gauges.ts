import type { Registry } from "prom-client";
import type { Numbers, RegistryNumbers } from "../../application/show/show-numbers.ts";
import { gaugeOf } from "./metric-forms.ts";
import { METRICS } from "./metric-list.ts";

/** What the store says, each time anew: a registry that left the policy leaves no number behind. */
export function numberGauges(registry: Registry): {
  set(numbers: Numbers): void;
  /** The store could not be asked. */
  setUnknown(): void;
} {
  const storeUp = gaugeOf(METRICS.storeUp, registry);
  const leases = gaugeOf(METRICS.leases, registry);
  const pending = gaugeOf(METRICS.pending, registry);
  const pendingOldest = gaugeOf(METRICS.pendingOldest, registry);
  const slotsUsed = gaugeOf(METRICS.slotsUsed, registry);
  const slotsLimit = gaugeOf(METRICS.slotsLimit, registry);
  const rules = gaugeOf(METRICS.rules, registry);
  const findings = gaugeOf(METRICS.findings, registry);
  const failures = gaugeOf(METRICS.failures, registry);
  const readAge = gaugeOf(METRICS.readAge, registry);
  const wakeKeys = gaugeOf(METRICS.wakeKeys, registry);
  const wakeDue = gaugeOf(METRICS.wakeDue, registry);
  const wakeLate = gaugeOf(METRICS.wakeLate, registry);
  const ofRegistries = [leases, pending, pendingOldest, slotsUsed, slotsLimit, failures, readAge];
  const forget = (): void => {
    for (const one of [...ofRegistries, rules, findings, wakeKeys, wakeDue, wakeLate]) one.reset();
  };

  const setRegistry = (now: Date, one: RegistryNumbers): void => {
    const label = { registry: one.name };
    leases.set(label, one.leases);
    pending.set(label, one.pending);
    pendingOldest.set(label, secondsSince(one.oldestPendingAt, now));
    failures.set(label, one.failures);
    for (const { kind } of one.findings) findings.set({ ...label, finding: kind }, 1);
    if (one.observed === undefined) return;
    const { at, slots, rules: counts } = one.observed;
    readAge.set(label, secondsSince(at, now));
    slotsUsed.set(label, slots.used);
    if (slots.limit !== undefined) slotsLimit.set(label, slots.limit);
    for (const [whose, count] of Object.entries(counts)) rules.set({ ...label, whose }, count);
  };

  return {
    set({ now, registries, wakeLists }) {
      forget();
      storeUp.set(1);
      for (const one of registries) setRegistry(now, one);
      for (const [list, { keys, due, earliestAt }] of Object.entries(wakeLists)) {
        wakeKeys.set({ list }, keys);
        wakeDue.set({ list }, due);
        wakeLate.set({ list }, due === 0 ? 0 : secondsSince(earliestAt, now));
      }
    },
    setUnknown() {
      forget();
      storeUp.set(0);
    },
  };
}

/** 0 for what is not there, and for what a clock that was set back puts into the future. */
function secondsSince(at: Date | undefined, now: Date): number {
  return at === undefined ? 0 : Math.max(0, now.getTime() - at.getTime()) / 1_000;
}
