import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, it } from "node:test";
import { promisify } from "node:util";
import type { Store } from "../../src/application/store.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { askForLink, visitLink } from "../world/link-visitor.ts";
import { linkOn } from "../world/link-on-card.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const run = promisify(execFile);
const soon = AbortSignal.timeout(120_000);

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `"my IP", on ${name}`, () => {
    let world: World;
    let store: Store;
    let robin: TeamsClient;
    let alex: TeamsClient;
    let casey: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      // The tests stand in for the ingress, so that everybody can come from anywhere.
      await world.start({ CLIENT_ADDRESS: "container-apps" });
      store = await world.store.open();
      [robin, alex, casey] = [world.client("robin"), world.client("alex"), world.client("casey")];
      for (const client of [robin, alex, casey]) await client.install();
    });
    after(async () => {
      await store.close();
      await world.stop();
    });

    const post = (link: string, from: string, headers = {}): Promise<Response> =>
      visitLink(link, "POST", from, headers);
    const kinds = async (): Promise<readonly string[]> =>
      (await store.audit(1, 1_000, soon)).value.map(({ event }) => event.kind);
    const patches = (): number =>
      world.azure
        .journal()
        .filter(({ method, path }) => method === "PATCH" && !path.includes("/tags/")).length;

    it("takes a link, a visit, a confirmation and an approval; the approver sees how the address is known", async () => {
      const card = await askForLink(robin, "allow my IP for 2s on acrdemomagic because TICKET-12");
      const link = linkOn(card);
      assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/p\/[0-9A-Z]{12}\.[\w-]{43}$/);
      for (const method of ["GET", "HEAD", "GET"]) {
        const looked = await visitLink(link, method, "198.51.100.66", { "user-agent": "crawler" });
        assert.equal(looked.status, 200);
      }
      const page = await (await visitLink(link, "GET", "203.0.113.7")).text();
      for (const part of ["203.0.113.7", "acrdemomagic", `curl -4 -X POST ${link}`]) {
        assert.ok(page.includes(part), part);
      }
      assert.equal(alex.messages().length, 1, "no approver has heard of it, but a welcome");

      const done = await post(link, "203.0.113.7");
      assert.equal(done.status, 200);
      assert.match(await done.text(), /Done\. Back to Teams/);
      const seen = await robin.waitForCard(shownCard("Was that you?", "203.0.113.7"));
      assert.equal(seen.id, card.id, "the card moves on by itself");
      assert.ok(!JSON.stringify(seen.card).includes("/p/"), "and the link is gone from it");
      assert.equal(alex.messages().length, 1, "still nobody has heard of it");

      await robin.click(seen, "send-for-approval");
      const asked = await alex.waitForCard(
        shownCard("Open a registry?", "203.0.113.7, seen by link", "TICKET-12"),
      );
      const waiting = await robin.waitForCard(shownCard("Waiting for an approver"));
      assert.equal(waiting.id, card.id);
      assert.equal(patches(), 0);
      await alex.click(asked, "approve");
      await robin.waitForCard(shownCard("Open", "203.0.113.7"));
      await robin.waitForCard(shownCard("Closed", "203.0.113.7"), { timeoutMs: 15_000 });
      assert.deepEqual((await kinds()).slice(0, 6), [
        "policy.loaded",
        "request.proving",
        "request.address-seen",
        "request.asked",
        "request.approval",
        "lease.approved",
      ]);
    });

    it("uses a link once: who comes later is told so, and records nothing", async () => {
      const link = linkOn(await askForLink(robin, "allow my IP for 4h on acrdemomagic"));
      const before = (await kinds()).length;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => post(link, `198.51.100.${String(n)}`)),
      );
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
      assert.deepEqual(statuses, [200, ...Array.from({ length: 19 }, () => 409)]);
      const again = await post(link, "203.0.113.8");
      assert.match(await again.text(), /This link was used already/);
      const seen = await robin.waitForCard(shownCard("Was that you?", "198.51.100."));
      await robin.click(seen, "not-me");
      await robin.waitForCard(shownCard("Nothing was asked", "tell your security team"));
      const over = await post(link, "203.0.113.8");
      assert.deepEqual(
        [over.status, await over.text().then((text) => text.includes("not them"))],
        [410, true],
      );
      const since = (await kinds()).slice(before).filter((kind) => kind.startsWith("request."));
      assert.deepEqual(since, ["request.address-seen", "request.not-me"]);
    });

    it("works from a terminal, with the command that the card shows", async (t) => {
      const card = await askForLink(casey, "open acrdemomagic for my ip for 1h");
      const [command, ...args] =
        /curl -4 -X POST [^\s"\\]+/.exec(JSON.stringify(card.card))?.[0].split(" ") ?? [];
      assert.equal(command, "curl");
      const hasCurl = await run("curl", ["--version"]).then(
        () => true,
        () => false,
      );
      if (!hasCurl) {
        t.skip("curl is not there");
        return;
      }
      const { stdout } = await run("curl", ["-sS", "-H", "X-Forwarded-For: 203.0.113.20", ...args]);
      assert.match(stdout, /^Done\. Back to Teams\n {2}Address: 203\.0\.113\.20\n/);
      await casey.waitForCard(shownCard("Was that you?", "203.0.113.20"));
      await casey.say("cancel");
      await casey.waitForCard(shownCard("Nothing was asked", "You took it back."));
    });

    it("lets nobody but the requester send it on", async () => {
      const link = linkOn(await askForLink(casey, "allow my IP for 4h on acrdemomagic"));
      assert.equal((await post(link, "203.0.113.30")).status, 200);
      const card = await casey.waitForCard(shownCard("Was that you?", "203.0.113.30"));
      const before = alex.messages().length;
      for (const verb of ["send-for-approval", "not-me", "type-instead"]) {
        const [action] = [JSON.stringify(card.card)].map((text) =>
          /"request":"(\w+)","version":(\d+)/.exec(text),
        );
        const data = { request: action?.[1], version: Number(action?.[2]) };
        const answer = await alex.invoke(verb, data);
        assert.match(JSON.stringify(answer.body), /somebody else's request/);
      }
      assert.equal(alex.messages().length, before);
      await casey.click(card, "type-instead");
      await casey.waitForCard(shownCard("Nothing was asked", "Type the address"));
    });

    it("replaces a link when the same is asked again, and asks once when a message comes twice", async () => {
      const activityId = `twice-${name}`;
      const known = robin.messages().length;
      await robin.say("allow my IP for 4h on acrdemomagic", { activityId });
      await robin.say("allow my IP for 4h on acrdemomagic", { activityId });
      const first = await robin.waitForCard(
        (lines, message) =>
          robin.messages().indexOf(message) >= known && lines[0] === "Show me your address",
      );
      assert.equal(robin.messages().length, known + 1);
      const second = await askForLink(robin, "allow my IP for 1h on acrdemomagic");
      await eventually("the first card says that there is a newer link", () =>
        JSON.stringify(robin.messages().find(({ id }) => id === first.id)?.card).includes(
          "newer link",
        )
          ? true
          : undefined,
      );
      assert.equal((await post(linkOn(first), "203.0.113.41")).status, 410);
      assert.equal((await post(linkOn(second), "203.0.113.41")).status, 200);
      await robin.say("cancel");
      await robin.waitForCard(shownCard("Nothing was asked", "You took it back."));
    });

    it("moves a lease to the address that its owner comes from now", async () => {
      await robin.say("allow 203.0.113.50 for 20m on acrdemomagic");
      await alex.click(
        await alex.waitForCard(shownCard("Open a registry?", "203.0.113.50")),
        "approve",
      );
      await robin.waitForCard(shownCard("Open", "203.0.113.50"));
      const link = linkOn(await askForLink(robin, "my IP changed"));
      assert.equal((await post(link, "203.0.113.51")).status, 200);
      await robin.click(
        await robin.waitForCard(shownCard("Was that you?", "203.0.113.51")),
        "send-for-approval",
      );
      const card = await alex.waitForCard(
        shownCard("Another address?", "203.0.113.51, seen by link"),
      );
      await alex.click(card, "approve");
      await robin.waitForCard(shownCard("Open", "203.0.113.51"));
      await robin.say("give back acrdemomagic");
    });
  });
}
