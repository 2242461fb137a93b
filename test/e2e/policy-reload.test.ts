import assert from "node:assert/strict";
import { mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { AuditEvent } from "../../src/domain/audit.ts";
import type { Store } from "../../src/application/store.ts";
import { APPROVERS, PEOPLE } from "../emulators/teams/people.ts";
import { eventually } from "../eventually.ts";
import { freePort } from "../free-port.ts";
import type { ProductProcess } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

describe("a policy that changes while the product runs", () => {
  let world: World;
  let store: Store;
  let folder: string;
  let target: string;
  let good: string;

  beforeEach(async () => {
    world = await startWorld({ store: await sqliteStore() });
    store = await world.store.open();
    folder = await mkdtemp(join(tmpdir(), "drawbridge-reload-"));
    good = await readFile(world.settings["DRAWBRIDGE_POLICY"] ?? "", "utf8");
    target = join(folder, "policy.yaml");
    await writeFile(target, good);
  });
  afterEach(async () => {
    await store.close();
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const said = (product: ProductProcess, event: string) =>
    eventually(event, () => product.log().find((line) => line["event"] === event));
  const loads = async (): Promise<readonly (AuditEvent & { readonly kind: "policy.loaded" })[]> => {
    const { value } = await store.audit(1, 1_000, AbortSignal.timeout(5_000));
    return value.flatMap(({ event }) => (event.kind === "policy.loaded" ? [event] : []));
  };
  const loadsAre = (count: number) =>
    eventually(`${String(count)} loads`, async () => {
      const all = await loads();
      return all.length === count ? all : undefined;
    });
  /** In the place of the old one at once. */
  async function replace(text: string): Promise<void> {
    await writeFile(`${target}.new`, text);
    await rename(`${target}.new`, target);
  }

  it("sends a pending request to the approvers of now, and looks at a new registry", async () => {
    const acrdemomagic = good.replace(/ {2}acrdemobasic:\n(?: {4}.*\n)+/, "");
    assert.notEqual(acrdemomagic, good, "the sample policy has a second registry");
    const onlySam = acrdemomagic.replace(
      `[${APPROVERS.map(({ aadObjectId }) => aadObjectId).join(", ")}]`,
      `[${PEOPLE.sam.aadObjectId}]`,
    );
    await writeFile(target, onlySam);
    const product = await world.start({ DRAWBRIDGE_POLICY: target });
    const [robin, alex, sam] = [world.client("robin"), world.client("alex"), world.client("sam")];
    for (const client of [robin, alex, sam]) await client.install();
    await robin.say("allow 203.0.113.7 for 20m on acrdemomagic");
    await sam.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
    assert.equal(alex.messages().length, 1, "a welcome and nothing else");

    await replace(good);
    await alex.click(
      await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7")),
      "approve",
    );
    await robin.waitForCard(shownCard("Open", "203.0.113.7"));
    const second = world.registryId("acrdemobasic").toLowerCase();
    await eventually(
      "the new registry was read",
      () =>
        world.azure.journal().some(({ path }) => path.toLowerCase().startsWith(second)) ||
        undefined,
    );
    const [first, reload] = await loadsAre(2);
    assert.ok(first !== undefined && reload?.difference !== undefined);
    assert.deepEqual([first.before, first.difference], [undefined, undefined]);
    assert.deepEqual([reload.role, reload.before], ["all", first.policy]);
    const { added, removed, changed } = reload.difference;
    assert.deepEqual([added, removed], [[second], []]);
    assert.deepEqual(changed[0]?.people, [
      { list: "approvers", added: [PEOPLE.alex.aadObjectId], removed: [] },
    ]);
    await product.stop();
  });

  it("stays when the file can't be used any more: with its lines in the log, and a metric", async () => {
    const product = await world.start({ DRAWBRIDGE_POLICY: target });
    await replace(good.replace("max: 8h", "max: 8x"));
    const refused = await said(product, "policy.refused");
    assert.match(String(refused["problems"]), /policy\.yaml:3: defaults\.duration\.max/);
    assert.match(await metrics(), /^drawbridge_policy_refused 1$/m);
    await world.client("robin").install();
    await world.client("robin").say("allow 203.0.113.7 for 20m on acrdemomagic");
    await world.client("robin").waitForCard(shownCard("Waiting for an approver", "203.0.113.7"));

    await replace(good);
    await said(product, "policy.restored");
    assert.match(await metrics(), /^drawbridge_policy_refused 0$/m);
    assert.equal((await loads()).length, 1);
  });

  it("is read on SIGHUP, and once in the audit trail however many processes there are", async () => {
    // Nothing happens in the folder of the link, so that only the signal can tell.
    const link = join(await mkdtemp(join(folder, "link-")), "policy.yaml");
    await symlink(target, link);
    const one = await world.start({ DRAWBRIDGE_POLICY: link, DRAWBRIDGE_ROLE: "worker" });
    const two = await world.start({
      DRAWBRIDGE_POLICY: link,
      DRAWBRIDGE_ROLE: "worker",
      OPERATIONS_PORT: String(await freePort()),
    });
    await loadsAre(1);
    for (const [text, count] of [
      [`${good}# another\n`, 2],
      [good, 3],
    ] as const) {
      await writeFile(target, text);
      for (const { pid } of [one, two]) process.kill(pid, "SIGHUP");
      for (const worker of [one, two]) {
        await eventually("it was loaded", () =>
          worker.log().filter(({ event }) => event === "policy.loaded").length === count - 1
            ? true
            : undefined,
        );
      }
      await loadsAre(count);
    }
    const digests = (await loads()).map(({ policy }) => policy);
    assert.deepEqual([digests[0], new Set(digests).size], [digests[2], 2]);
    assert.deepEqual([await one.stop(), await two.stop()], [0, 0]);
    assert.equal((await loads()).length, 3);
  });

  async function metrics(): Promise<string> {
    const url = `http://127.0.0.1:${world.settings["OPERATIONS_PORT"] ?? ""}/metrics`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return answer.text();
  }
});
