import assert from "node:assert/strict";
import type { Hold, Idle, RegistryClaim, Release, Store } from "../../src/application/store.ts";
import type { RegistryId } from "../../src/domain/ids.ts";
import { eventually } from "../eventually.ts";
import { change, registryId, untilDone } from "./samples.ts";

/** A hold that outlives a test, in ms. */
export const HOLD_MS = 60_000;
/** A hold that runs out during a test, in ms. */
export const SHORT_HOLD_MS = 60;
/** The registry of these tests. */
export const warehouse = registryId("warehouse");

/** A time that does not come during a test. */
export function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000);
}

/** Has the registry looked at, now unless told otherwise. */
export async function wake(store: Store, key: RegistryId, at = new Date(0)): Promise<void> {
  const outcome = await store.commit(change({ wake: [{ list: "registry", key, at }] }), untilDone);
  assert.equal(outcome.kind, "committed");
}

/** The registry that is due; fails when there is none. */
export async function claimed(store: Store, holdMs = HOLD_MS): Promise<RegistryClaim> {
  const claim = await store.claimRegistry(holdMs, untilDone);
  assert.ok(claim.kind === "claimed", "a key is due");
  return claim;
}

/** Fails when a registry is due. */
export async function idle(store: Store): Promise<Idle> {
  const claim = await store.claimRegistry(HOLD_MS, untilDone);
  assert.ok(claim.kind === "idle", "no key is due");
  return claim;
}

/** Until this much of the store's time is over. */
export async function passed(store: Store, ms: number): Promise<void> {
  const { now } = await store.registry(warehouse, untilDone);
  await eventually(`${ms} ms are over`, async () => {
    const later = (await store.registry(warehouse, untilDone)).now;
    return later.getTime() > now.getTime() + ms ? true : undefined;
  });
}

/** A hold that ran out, and the one that somebody else has on the same key now. */
export async function takenOver(
  store: Store,
): Promise<{ readonly stale: Hold; readonly holder: Hold }> {
  await wake(store, warehouse);
  const stale = (await claimed(store, SHORT_HOLD_MS)).hold;
  await passed(store, SHORT_HOLD_MS);
  const holder = (await claimed(store)).hold;
  return { stale, holder };
}

/** A release that leaves nothing to look at. */
export function releaseOf(hold: Hold): Release {
  return { hold, nextLookAt: undefined };
}
