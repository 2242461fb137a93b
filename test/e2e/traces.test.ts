import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { z } from "zod";
import { eventually } from "../eventually.ts";
import { runProduct } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

const value = z.strictObject({ stringValue: z.string() });
const attributes = z.array(z.strictObject({ key: z.string(), value }));
const span = z.looseObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes,
});
const body = z.looseObject({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(span) })),
    }),
  ),
});
const STEPS = ["read", "turn", "ledger", "patch", "read back", "commit"];

describe("OpenTelemetry traces", () => {
  let world: World;
  let collector: Server;
  let folder: string;
  const texts: string[] = [];

  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    folder = await mkdtemp(join(tmpdir(), "drawbridge-traces-"));
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (request.url === "/v1/traces") texts.push(Buffer.concat(chunks).toString("utf8"));
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    }).listen(0, "127.0.0.1");
    await once(collector, "listening");
  });
  after(async () => {
    await world.stop();
    collector.closeAllConnections();
    collector.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function leaseOnce(
    address: string,
    over: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> {
    const file = join(folder, `modules-${String(Object.keys(over).length)}.txt`);
    const record = new URL("../world/record-modules.mjs", import.meta.url).href;
    const recording = { NODE_OPTIONS: `--import=${record}`, RECORD_MODULES_IN: file };
    const product = await world.start({ ...recording, ...over });
    const [robin, alex] = [world.client("robin"), world.client("alex")];
    for (const client of [robin, alex]) await client.install();
    await robin.say(`allow ${address} for 2s on acrdemomagic because TICKET-12`);
    await alex.click(await alex.waitForCard(shownCard("Open a registry?", address)), "approve");
    await robin.waitForCard(shownCard("Closed", address), { timeoutMs: 30_000 });
    assert.equal(await product.stop(), 0);
    return (await readFile(file, "utf8")).split("\n");
  }

  it("load nothing and send nothing unless they are asked for", async () => {
    const modules = await leaseOnce("203.0.113.7", {});
    assert.ok(modules.length > 100);
    assert.deepEqual(
      // prom-client loads the api package by itself.
      modules.filter((url) => /@opentelemetry\/(?!api\/)|adapters\/trace\/open/.test(url)),
      [],
    );
    assert.deepEqual(texts, []);
  });

  it("keep a process from starting when they are asked for and not installed, and say what to do", async () => {
    const hide = new URL("../world/hide-traces.mjs", import.meta.url).href;
    const { code, output } = await runProduct({
      ...world.settings,
      NODE_OPTIONS: `--import=${hide}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    });
    assert.equal(code, 1);
    assert.match(output, /OTEL_EXPORTER_OTLP_ENDPOINT is set.*npm install --include=optional/);
  });

  it("tell of an activity, a round with its steps and a conversation, by ids alone", async () => {
    const { port } = collector.address() as AddressInfo; // A TCP server's address is one.
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port)}` };
    const modules = await leaseOnce("203.0.113.8", endpoint);
    assert.ok(modules.some((url) => url.includes("@opentelemetry/sdk-trace-node")));
    await eventually("spans are there", () => (texts.length > 0 ? true : undefined));

    const parsed = texts.flatMap((text) => body.parse(JSON.parse(text)).resourceSpans);
    const { resource } = parsed[0] ?? {};
    assert.deepEqual(
      resource?.attributes.map((one) => [one.key, one.value.stringValue]),
      [
        ["service.name", "drawbridge"],
        ["drawbridge.role", "all"],
      ],
    );
    const spans = parsed.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans));
    const named = (name: string) => spans.filter((one) => one.name === name);
    assert.ok(named("activity").length >= 2);
    assert.ok(named("conversation round").length >= 1);
    const rounds = named("registry round").map(({ spanId }) =>
      spans.filter(({ parentSpanId }) => parentSpanId === spanId).map(({ name }) => name),
    );
    assert.ok(
      rounds.some((steps) => STEPS.every((step) => steps.includes(step))),
      JSON.stringify(rounds),
    );
    const keys = new Set(spans.flatMap((one) => one.attributes.map(({ key }) => key)));
    const allowed = ["drawbridge.registry", "drawbridge.request", "drawbridge.outcome"];
    assert.deepEqual(
      [...keys].filter((key) => !allowed.includes(key)),
      [],
    );
    assert.doesNotMatch(
      texts.join(""),
      /203\.0\.113|192\.0\.2|robin|alex|TICKET|install|password/i,
    );
  });
});
