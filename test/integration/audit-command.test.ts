import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { auditKeys } from "../../src/audit-keys.ts";
import { keepSealing } from "../../src/application/audit/seal-audit.ts";
import { change } from "../contract/samples.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { address, person, REGISTRY, requestId } from "../unit/builders.ts";
import { runCommand, type Exit } from "../world/product-process.ts";
import { TRAIL_STORES, type TrailStore } from "./trail-stores.ts";

const soon = AbortSignal.timeout(300_000);
const LEDGER_KEY = "the-key-of-the-ledger-0123456789";
const KEPT_MS = 400 * 86_400_000;
const ROBIN = person(1, "Robin Example");

for (const { name, missing, open } of TRAIL_STORES) {
  describeUnless(missing, `drawbridge audit and forget on ${name}`, () => {
    let trail: TrailStore;
    let folder: string;
    let log: string;
    before(async () => {
      trail = await open();
      folder = await mkdtemp(join(tmpdir(), "drawbridge-audit-"));
      log = join(folder, "worker.log");
      await trail.store.commit(
        change({ audit: Array.from({ length: 700 }, (_, n) => asked(n)) }),
        soon,
      );
      await writeFile(log, await sealedWithLog(trail));
    });
    after(async () => {
      await trail.remove();
      await rm(folder, { recursive: true, force: true });
    });

    const run = (
      args: readonly string[],
      more: Readonly<Record<string, string>> = {},
    ): Promise<Exit> => runCommand(args, { ...trail.settings, LEDGER_KEY, ...more });

    it("verifies what the worker sealed against the worker's own log", async () => {
      const { code, output } = await run(["audit", "verify", "--checkpoints", log]);
      assert.equal(code, 0, output);
      assert.match(
        output,
        /^Entries 1 to 700, sealed up to 700\.\nHeld against 1 checkpoints\.\nIt is intact\.$/,
      );
      const alone = await run(["audit", "verify", "--json"]);
      assert.equal(alone.code, 0, alone.output);
      assert.equal((JSON.parse(alone.output) as { intact: boolean }).intact, true);
    });

    it("exports every entry, of one time or of all", async () => {
      const all = await run(["audit", "export"]);
      assert.equal(all.code, 0);
      const lines = all.output.trim().split("\n");
      assert.equal(lines.length, 700);
      assert.match(lines[699] ?? "", /^\{"number":700,"at":"20..-.*"kind":"request\.asked"/);
      const none = await run(["audit", "export", "--since", "2999-01-01", "--format", "csv"]);
      assert.match(none.output, /^number,at,kind,[^\n]*$/);
      const lately = await run(["audit", "export", "--since", "1d", "--format", "ocsf"]);
      assert.equal(lately.output.trim().split("\n").length, 700);
    });

    it("takes words that can't be used for what they are, and the lack of a key", async () => {
      for (const args of [
        ["audit", "export", "--format", "xml"],
        ["audit", "export", "--since", "yesterday"],
        ["audit", "verify", "--checkpoints", join(folder, "nowhere.log")],
        ["audit", "burn"],
        ["forget", "robin@example.com"],
      ]) {
        const { code, output } = await run(args);
        assert.equal(code, 2, `${args.join(" ")}: ${output}`);
      }
      const { code, output } = await run(["audit", "verify"], { LEDGER_KEY: "" });
      assert.equal(code, 2);
      assert.match(output, /AUDIT_KEY: is needed/);
    });

    it("forgets a person, and the trail verifies against the same log", async () => {
      const { code, output } = await run(["forget", ROBIN.id.toUpperCase()]);
      assert.deepEqual(
        [code, output.split("\n")[0]],
        [0, "Forgotten in 700 audit entries; 0 records removed."],
      );
      const verified = await run(["audit", "verify", "--checkpoints", log]);
      assert.equal(verified.code, 0, verified.output);
      assert.match(verified.output, /In 700 of them something was forgotten\./);
      const exported = await run(["audit", "export"]);
      assert.doesNotMatch(exported.output, /Robin|203\.0\.113/);
    });

    it("passes over what it can't read, and says how much; verify names what was changed", async () => {
      const { value } = await trail.store.trail.texts(1, 1_000, soon);
      const seals = await trail.store.trail.seals(1, 100, soon);
      const spoiled = value.map((entry) =>
        entry.number === 5 || entry.number === 600 ? { ...entry, text: '{"v":2}' } : entry,
      );
      await trail.replace(spoiled, seals);
      const exported = await run(["audit", "export"]);
      assert.equal(exported.code, 1);
      assert.match(exported.output, /2 entries could not be read: 5, 600/);
      assert.equal(exported.output.match(/^\{"number"/gm)?.length, 699);
      const verified = await run(["audit", "verify", "--checkpoints", log]);
      assert.equal(verified.code, 1);
      assert.match(verified.output, /^! 5: not what was sealed.*\n! 600: not what was sealed/m);
      assert.match(verified.output, /It is NOT intact\.$/);
    });
  });
}

/** What a worker writes while it seals, between other lines. */
async function sealedWithLog({ store }: TrailStore): Promise<string> {
  const keys = auditKeys({ auditKeys: undefined, ledgerKeys: [LEDGER_KEY] });
  assert.ok(keys !== undefined);
  const lines: string[] = ['{"event":"started"}', "not json", '{"event":"audit.checkpoint"}'];
  const add = (event: string, fields: object): void => {
    lines.push(JSON.stringify({ event, ...fields }));
  };
  const stop = new AbortController();
  const log = { info: add, warn: add, error: add };
  const sealing = keepSealing({ trail: store.trail, keys, keptMs: KEPT_MS, log }, stop.signal);
  await eventually("a checkpoint is logged", () => (lines.length > 3 ? lines : undefined));
  stop.abort();
  await sealing;
  assert.match(lines[3] ?? "", /"audit\.checkpoint","number":700,"hash":"[\w-]{43}","at":"20/);
  return lines.join("\n");
}

function asked(n: number) {
  return {
    kind: "request.asked",
    request: requestId(n % 10),
    registry: REGISTRY,
    by: ROBIN,
    asks: "open",
    lease: undefined,
    address: address(`203.0.113.${String(n % 200)}`),
    durationMs: 3_600_000,
    reason: undefined,
    policy: "d1",
  } as const;
}
