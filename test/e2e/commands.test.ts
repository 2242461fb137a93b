import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { AuditEvent } from "../../src/domain/audit.ts";
import { eventually } from "../eventually.ts";
import { PEOPLE } from "../emulators/teams/people.ts";
import { runCommand, type Exit } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const FOREIGN = "192.0.2.10";
const BASELINE = "198.51.100.128/25";
const OURS = "203.0.113.7";
const SETTINGS_OF_THE_STORE = ["DRAWBRIDGE_POLICY", "REDIS_URL", "REDIS_KEY_PREFIX", "SQLITE_FILE"];
const SETTINGS_OF_AZURE = [
  "ARM_ENDPOINT",
  "IDENTITY_ENDPOINT",
  "IDENTITY_HEADER",
  "NODE_EXTRA_CA_CERTS",
];

/** One parsed document, and nothing beside it on stdout. */
function documentOf({ stdout, output }: Exit): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(stdout);
  assert.ok(typeof value === "object" && value !== null, output);
  // An object it is; each member is looked at as what a script would take it for.
  return value as Readonly<Record<string, unknown>>;
}

for (const { name, missing, choose } of STORES) {
  describe(`commands beside a product on ${name}`, { skip: missing }, () => {
    let world: World;
    beforeEach(async () => {
      world = await startWorld({ store: await choose(), policy: { baseline: [BASELINE] } });
      world.azure.externalWrite(world.registryId("acrdemomagic"), [FOREIGN, BASELINE]);
    });
    afterEach(async () => {
      await world.stop();
    });

    const rules = (): readonly string[] =>
      world.azure.state(world.registryId("acrdemomagic"))?.rules ?? [];
    const only = (names: readonly string[]): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Object.entries(world.settings).filter(([setting]) => names.includes(setting)),
      );
    const command = (...args: readonly string[]): Promise<Exit> =>
      runCommand(args, only([...SETTINGS_OF_THE_STORE, ...SETTINGS_OF_AZURE]));

    async function openOne(): Promise<void> {
      const [robin, alex] = [world.client("robin"), world.client("alex")];
      await robin.install();
      await alex.install();
      await robin.say(`allow ${OURS} for 2h on acrdemomagic because TICKET-12`);
      await alex.click(await alex.waitForCard(shownCard("Open a registry?", OURS)), "approve");
      await robin.waitForCard(shownCard("Open", OURS));
    }

    async function events(): Promise<readonly AuditEvent[]> {
      const store = await world.store.open();
      try {
        const { value } = await store.audit(1, 1_000, AbortSignal.timeout(5_000));
        return value.map(({ event }) => event);
      } finally {
        await store.close();
      }
    }

    it("show who has what open, and whose each rule is, with nothing but the store and Azure", async () => {
      const none = await runCommand(["leases"], only(SETTINGS_OF_THE_STORE));
      if (name === "SQLite") assert.deepEqual([none.code, none.stdout], [2, ""], none.output);
      await world.start();
      await openOne();

      const leases = await runCommand(["leases"], only(SETTINGS_OF_THE_STORE));
      assert.equal(leases.code, 0, leases.output);
      assert.match(
        leases.stdout,
        /^acrdemomagic\n {2}\w{4} {2}203\.0\.113\.7 {2}Robin Requester {2}open until .* UTC \((1 h \d+ min|2 h) left\) {2}approved by Alex Approver$/,
      );
      const data = documentOf(await command("leases", "--json", "--registry", "ACRDEMOMAGIC"));
      assert.match(JSON.stringify(data["leases"]), /"address":"203\.0\.113\.7".*"overdue":false/);

      const shown = await command("rules", "--registry", "acrdemomagic");
      assert.equal(shown.code, 0, shown.output);
      assert.match(
        shown.stdout,
        /^acrdemomagic \(as Azure says now\): Premium, default action Deny, 3 of 200 rules\.$/m,
      );
      assert.match(shown.stdout, /^ {2}192\.0\.2\.10 +foreign$/m);
      assert.match(shown.stdout, /^ {2}198\.51\.100\.128\/25 +baseline$/m);
      assert.match(
        shown.stdout,
        /^ {2}203\.0\.113\.7 +ours +until .* UTC {2}\w{4} Robin Requester$/m,
      );
    });

    it("show what a worker last saw where Azure does not let us read, and say so", async () => {
      const product = await world.start();
      await openOne();
      world.azure.configure(world.registryId("acrdemomagic"), { mayRead: false });
      const { code, stdout } = await command("rules", "--registry", "acrdemomagic");
      assert.deepEqual(
        [code, /as a worker saw it .* Azure said not-allowed: AuthorizationFailed/.test(stdout)],
        [0, true],
        stdout,
      );
      assert.match(stdout, /203\.0\.113\.7 +ours/);
      // The worker reads, too.
      await product.stop();
      const reads = world.azure.journal().length;
      const bot = await runCommand(["rules", "--json"], {
        ...only([...SETTINGS_OF_THE_STORE, ...SETTINGS_OF_AZURE]),
        DRAWBRIDGE_ROLE: "bot",
      });
      assert.match(JSON.stringify(documentOf(bot)), /"name":"acrdemomagic".*"from":"observed"/);
      assert.equal(world.azure.journal().length, reads);
    });

    it("freeze and unfreeze as an operator, which approvers and auditors see", async () => {
      await world.start();
      const frozen = await command(
        ...["freeze", "--registry", "acrdemomagic", "--reason", "leaked", "--by", "Dana"],
      );
      assert.deepEqual(
        [frozen.code, frozen.stdout.includes("acrdemomagic is frozen")],
        [0, true],
        frozen.output,
      );
      const robin = world.client("robin");
      await robin.install();
      await robin.say(`allow ${OURS} for 2h on acrdemomagic`);
      await eventually("the freeze is told", () => {
        const told = robin.messages().at(-1)?.text ?? "";
        return (
          /acrdemomagic was frozen by operator Dana on .* \("leaked"\)/.test(told) || undefined
        );
      });
      const all = documentOf(await command("unfreeze", "--all", "--reason", "over", "--json"));
      assert.match(
        JSON.stringify(all["registries"]),
        /"name":"acrdemomagic","outcome":"not-frozen","before":false/,
      );
      const told = (await events()).flatMap((event) =>
        event.kind === "registry.frozen" || event.kind === "registry.unfrozen"
          ? [[event.kind, event.by.id, event.why]]
          : [],
      );
      assert.deepEqual(told, [
        ["registry.frozen", "operator", "leaked"],
        ["registry.unfrozen", "operator", "over"],
      ]);
    });

    it("revoke everything on a registry once that is confirmed, and wait until it is gone", async () => {
      await world.start();
      await openOne();
      const asked = await command("revoke-all", "--registry", "acrdemomagic");
      assert.deepEqual([asked.code, asked.stdout, rules().includes(OURS)], [2, "", true]);
      assert.match(asked.stderr, /would end 1 on acrdemomagic:\n.*203\.0\.113\.7.*\n.*--yes/);
      const done = await command(
        ...["revoke-all", "--registry", "acrdemomagic", "--reason", "leaked", "--yes", "--json"],
      );
      assert.deepEqual([done.code, rules()], [0, [FOREIGN, BASELINE]], done.output);
      const { ended, left } = documentOf(done);
      assert.deepEqual([ended, left], [1, 0]);
      await world.client("robin").waitForCard(shownCard("Closed", "An operator ended it."));
      const past = documentOf(await command("leases", "--all", "--json"));
      assert.match(JSON.stringify(past["leases"]), /"status":"ended".*"endReason":"revoked"/);
    });

    it("say that nothing closed it when no worker runs, and sweep says the same", async () => {
      const product = await world.start();
      await openOne();
      await product.kill();
      const leased = documentOf(await command("leases", "--json"));
      assert.match(JSON.stringify(leased["leases"]), /"status":"open"/);
      const worker = world.start({ DRAWBRIDGE_ROLE: "worker" });
      const swept = await command("sweep", "--registry", "acrdemomagic");
      await worker;
      assert.equal(swept.code, 0, swept.output);
      assert.match(swept.stdout, /^acrdemomagic: looked at .* UTC, nothing is overdue$/m);
      world.azure.fault({ fault: "not-authorized", match: { method: "GET", times: 99 } });
      const failed = await command("sweep", "--registry", "acrdemomagic", "--json");
      assert.equal(failed.code, 1, failed.output);
      assert.match(
        JSON.stringify(documentOf(failed)),
        /"failure":"not-allowed: AuthorizationFailed"/,
      );
    });

    it("ask for somebody, never past the approvers, and say on whose word", async () => {
      await world.start();
      const [robin, alex] = [world.client("robin"), world.client("alex")];
      await alex.install();
      const words = [
        ...["open", "--registry", "acrdemomagic", "--address", OURS, "--for", "2h"],
        ...["--as", PEOPLE.robin.aadObjectId, "--reason", "TICKET-12", "--by", "Dana"],
      ];
      const ask = (): Promise<Exit> => runCommand(words, world.settings);
      const stranger = await ask();
      assert.deepEqual(
        [stranger.code, stranger.stdout.includes("never written to the bot")],
        [1, true],
      );
      await robin.install();
      world.connector.directory.setRosterEntry(PEOPLE.robin, { userRole: "guest" });
      const guest = await ask();
      assert.deepEqual([guest.code, /no member of .* \(guest\)/.test(guest.stdout)], [1, true]);
      world.connector.directory.setRosterEntry(PEOPLE.robin, { userRole: "user" });
      const asked = await ask();
      assert.equal(asked.code, 0, asked.output);
      assert.match(asked.stdout, /It waits for 1 approver until .*; nothing is open yet\.$/);
      const card = await alex.waitForCard(
        shownCard("Open a registry?", OURS, "TICKET-12 (asked for them by operator Dana)"),
      );
      assert.deepEqual(rules(), [FOREIGN, BASELINE]);
      await alex.click(card, "approve");
      await robin.waitForCard(shownCard("Open", OURS));
      const wide = await runCommand(
        words.map((word) => (word === "2h" ? "9h" : word)).concat("--json"),
        world.settings,
      );
      assert.deepEqual([wide.code, documentOf(wide)["asked"]], [1, false], wide.output);
    });
  });
}
