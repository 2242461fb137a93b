import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findingSentence } from "../../src/adapters/teams/registry-wording.ts";
import { unseenRegistry } from "../../src/application/registry/registry-draft.ts";
import type { Put } from "../../src/application/store.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { leaseIdOf, parseRegistryId, type RegistryId } from "../../src/domain/ids.ts";
import { opened, type Lease } from "../../src/domain/lease.ts";
import { browserMissing, startBrowser } from "../browser.ts";
import { describeUnless } from "../needs-redis.ts";
import { canBeReadByAll } from "../page-looks.ts";
import { address, opening, pending, person, requestId } from "../unit/builders.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const MINUTE_MS = 60_000;
const HOSTILE = `<script>document.title="pwned"</script><img src=x onerror=alert(1)>"'`;
const MANY = 30;
const FOUND: readonly Finding[] = [
  { kind: "vnet-rules-present", count: 2 },
  { kind: "not-allowed", code: HOSTILE },
];
const soon = AbortSignal.timeout(120_000);

function openLease(n: number, registry: RegistryId, value: string, leftMinutes: number): Lease {
  const seenAt = new Date(Date.now() - 60 * MINUTE_MS);
  const terms = opening({
    ...{ registry, address: address(value), durationMs: (60 + leftMinutes) * MINUTE_MS },
    requester: person((n % 9) + 1, n === 1 ? HOSTILE : `Person ${String(n)}`),
    id: leaseIdOf(requestId(n)),
    approvedAt: seenAt,
    openBy: new Date(seenAt.getTime() + 15 * MINUTE_MS),
    endsBy: new Date(seenAt.getTime() + (90 + leftMinutes) * MINUTE_MS),
  });
  return { ...opened(terms, seenAt, false), version: 1 };
}

/** What `GET path` answers there, asked for under any name. */
function ask(
  port: string,
  path: string,
  host = `127.0.0.1:${port}`,
): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, unknown>> }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers: { host } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
    });
    asked.setTimeout(5_000, () => asked.destroy(new Error("no answer")));
    asked.once("error", reject);
    asked.end();
  });
}

for (const { name, missing, choose } of STORES) {
  describeUnless(missing || browserMissing, `the status page, in a browser, on ${name}`, () => {
    let world: World;
    let browser: Browser;
    let pictures: string;
    let port: string;

    before(async () => {
      world = await startWorld({ store: await choose() });
      port = world.settings["OPERATIONS_PORT"] ?? "";
      const store = await world.store.open();
      const registry = parseRegistryId(world.registryId("acrdemomagic"));
      assert.ok(registry !== undefined);
      const leases = [
        openLease(1, registry, "203.0.113.7", -7),
        ...Array.from({ length: MANY - 1 }, (_, i) =>
          openLease(i + 2, registry, `198.51.100.${String(i + 1)}`, 10 + i),
        ),
      ];
      const waiting = pending({
        ...{ id: requestId(99), registry, reason: HOSTILE, askedAt: new Date(Date.now() - 5_000) },
        lapsesAt: new Date(Date.now() + 60 * MINUTE_MS),
      });
      const put: readonly Put[] = [
        ...leases.map((value) => ({ kind: "lease", value }) as const),
        { kind: "request", value: waiting },
        { kind: "registry", value: { ...unseenRegistry(registry), findings: FOUND, version: 1 } },
      ];
      const closed = [2_000, 4_000, 200_000].map((lagMs): AuditEvent => ({
        ...{ kind: "lease.ended", lease: leaseIdOf(requestId(50)), registry },
        ...{ address: address("203.0.113.9"), reason: { kind: "due" } },
        endsAt: new Date(Date.now() - lagMs),
      }));
      const notAfter = new Date(Date.now() + MINUTE_MS);
      const written = await store.commit(
        { opId: randomUUID(), notAfter, put, audit: closed },
        soon,
      );
      await store.close();
      assert.equal(written.kind, "committed");
      // A bot alone: nobody closes, and the page has to say so.
      await world.start({ DRAWBRIDGE_ROLE: "bot" });
      browser = await startBrowser();
      pictures = await mkdtemp(join(tmpdir(), "drawbridge-status-"));
      console.log(`Pictures: ${pictures}`);
    });
    after(async () => {
      await world.stop();
      await browser.close();
    });

    /** Fails on anything that the browser complains of or fetches from elsewhere. */
    async function open(
      path: string,
      picture: string,
      options: BrowserContextOptions,
      use: (page: Page) => Promise<void>,
    ): Promise<void> {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("request", (asked) => {
        if (!asked.url().startsWith(`http://127.0.0.1:${port}/status`))
          complaints.push(asked.url());
      });
      try {
        await page.goto(`http://127.0.0.1:${port}${path}`);
        await page.screenshot({ path: join(pictures, `${picture}.png`), fullPage: true });
        await use(page);
        assert.deepEqual(complaints, []);
        assert.deepEqual(await context.cookies(), []);
      } finally {
        await context.close();
      }
    }

    for (const colorScheme of ["light", "dark"] as const) {
      it(`can be read by everybody, ${colorScheme}, wide and on a phone, without JavaScript`, async () => {
        for (const viewport of [
          { width: 1280, height: 800 },
          { width: 390, height: 844 },
          { width: 320, height: 640 },
        ]) {
          const picture = `${colorScheme}-${String(viewport.width)}`;
          await open("/status", picture, { colorScheme, viewport }, async (page) => {
            await page.locator("summary").click();
            await canBeReadByAll(page);
          });
        }
        const plain = { colorScheme, javaScriptEnabled: false };
        await open("/status", `plain-${colorScheme}`, plain, async (page) => {
          assert.equal(await page.locator("h1").textContent(), "1 lease overdue");
        });
      });
    }

    it("shows what is late, who is let in and for how long, who waits, and how late leases were closed", async () => {
      await open("/status", "content", {}, async (page) => {
        const row = page.locator("tr", { hasText: "203.0.113.7" }).first();
        assert.match((await row.textContent()) ?? "", /overdue by [78] min/);
        const leases = page
          .locator("table", { hasText: "the first to end first" })
          .locator("tbody tr");
        assert.equal(await leases.count(), 25, "no more than fit on a page");
        const second = leases.nth(1).locator("rect").nth(1);
        const share = Number(await second.getAttribute("width"));
        assert.ok(
          share > 10 && share < 16,
          `10 of 70 minutes are left, and the bar says ${String(share)} %`,
        );
        assert.equal(await page.getByText("And 5 more leases.").count(), 1);
        assert.equal(await page.getByText("Waiting for approvers of acrdemomagic").count(), 1);
        const told =
          "3 leases closed in the last day. Half of them within 4.0 s, the slowest 3 min 20 s";
        const said = (await page.locator("svg[role=img]").getAttribute("aria-label")) ?? "";
        assert.ok(said.startsWith(told.slice(0, 48)), said);
        assert.match(said, /the slowest 3 min 2\d s/);
        assert.equal(
          (await page.locator("svg rect.bad").count()) >= 2,
          true,
          "the late one is marked",
        );
        assert.ok((await page.getByText("lease ended").count()) >= 3);
        assert.equal(await page.locator("meta[http-equiv=refresh]").getAttribute("content"), "15");
      });
    });

    it("shows hostile names and reasons as what they are", async () => {
      await open("/status?refresh=off", "held", {}, async (page) => {
        assert.equal(await page.title(), "1 lease overdue – Drawbridge");
        assert.equal(await page.locator("script, img, iframe, form, button").count(), 0);
        assert.equal(await page.getByRole("cell", { name: HOSTILE, exact: true }).count(), 2);
        assert.equal(await page.locator("meta[http-equiv=refresh]").count(), 0, "it is held");
      });
    });

    it("says what is odd about a registry in the words of the cards and of doctor", async () => {
      await open("/status?refresh=off", "findings", {}, async (page) => {
        const said = await page.locator(".findings li").allInnerTexts();
        const expected = FOUND.map((finding) => {
          const words = finding.kind.replaceAll("-", " ");
          return `${words} ${findingSentence(finding, "acrdemomagic")}`;
        });
        assert.deepEqual(said, expected);
      });
    });

    it("is there on the operations port alone, for who asks for it by a name of this host", async () => {
      const { status, headers } = await ask(port, "/status");
      assert.equal(status, 200);
      assert.match(
        String(headers["content-security-policy"]),
        /^default-src 'none'; style-src 'sha256-/,
      );
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-frame-options"], "DENY");
      assert.equal((await ask(port, "/status", `localhost:${port}`)).status, 200);
      assert.equal((await ask(port, "/status", "rebound.example")).status, 421);
      assert.equal((await ask(port, "/status?refresh=on")).status, 404);
      const publicPort = new URL(world.botUrl).port;
      for (const path of ["/status", "/metrics", "/readyz", "/healthz"]) {
        assert.equal((await ask(publicPort, path)).status, 404, path);
      }
    });
  });
}
