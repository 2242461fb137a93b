import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { startPublicServer, type RunningServer } from "../../src/adapters/web/public-server.ts";
import { eventually } from "../eventually.ts";

/** Much less than the five seconds after which everything is cut off. */
const SOON_MS = 2_000;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const unlimited = {
  mayPost: () => undefined,
  posted: () => Promise.resolve(),
  mayVisit: () => Promise.resolve(undefined),
};
const POST = [
  "POST /api/messages HTTP/1.1",
  "host: bot.example",
  "content-type: application/json",
  "content-length: 2",
  "",
  "{}",
].join("\r\n");

/** A client that keeps its connection, as the Bot Connector does. */
type Client = {
  readonly socket: Socket;
  readonly said: () => string;
  readonly gone: Promise<unknown>;
};

describe("the public server, when it is told to stop,", { timeout: 30_000 }, () => {
  let server: RunningServer;
  let asked: { readonly signal: AbortSignal; readonly answer: () => void }[];
  const clients: Socket[] = [];

  beforeEach(async () => {
    asked = [];
    const receive = (_authorization: string, _body: unknown, signal: AbortSignal) =>
      new Promise<{ status: number; body: unknown }>((resolve) => {
        const answer = (): void => {
          resolve({ status: 200, body: { text: "x".repeat(50_000) } });
        };
        asked.push({ signal, answer });
      });
    const anywhere = { host: "127.0.0.1", port: 0 };
    server = await startPublicServer(anywhere, receive, undefined, unlimited, quiet);
  });
  afterEach(async () => {
    for (const socket of clients.splice(0)) socket.destroy();
    await server.stop();
  });

  async function client(): Promise<Client> {
    const socket = connect(server.port, "127.0.0.1");
    clients.push(socket);
    let text = "";
    socket.on("data", (data: Buffer) => (text += data.toString()));
    socket.on("error", () => undefined);
    const gone = new Promise((resolve) => socket.once("close", resolve));
    await once(socket, "connect");
    return { socket, said: () => text, gone };
  }

  async function asking(): Promise<Client> {
    const one = await client();
    const before = asked.length;
    one.socket.write(POST);
    await eventually("it was asked", () => asked.length > before || undefined);
    return one;
  }

  async function answered(): Promise<Client> {
    const one = await asking();
    asked.at(-1)?.answer();
    await eventually("it has its answer", () => one.said().endsWith('x"}') || undefined);
    return one;
  }

  it("closes at once the connections that wait for nothing, and is gone", async () => {
    const idle = [await answered(), await client(), await answered(), await client()];
    assert.match(idle[0]?.said() ?? "", /\r\nconnection: keep-alive\r\n/i);
    const from = performance.now();
    await server.stop();
    const tookMs = performance.now() - from;
    await Promise.all(idle.map(({ gone }) => gone));
    assert.ok(tookMs < SOON_MS, `${tookMs.toFixed(0)} ms`);
  });

  it("finishes the answers that are under way, says that they are the last, and waits for no more", async () => {
    const kept = await answered();
    // One of them on a connection that has had an answer before.
    kept.socket.write(POST);
    await eventually("it was asked again", () => asked.length === 2 || undefined);
    const first = await asking();
    let hasStopped = false;
    const stopped = server.stop().then(() => (hasStopped = true));
    const late = connect(server.port, "127.0.0.1");
    clients.push(late);
    const [refusal] = (await once(late, "error")) as [NodeJS.ErrnoException];
    assert.equal(refusal.code, "ECONNREFUSED");
    assert.equal(hasStopped, false);

    const from = performance.now();
    for (const { signal, answer } of asked) {
      assert.equal(signal.aborted, false);
      answer();
    }
    await Promise.all([stopped, kept.gone, first.gone]);
    const tookMs = performance.now() - from;
    assert.ok(tookMs < SOON_MS, `${tookMs.toFixed(0)} ms after the answers`);
    for (const { said } of [kept, first]) {
      assert.match(said(), /\r\nconnection: close\r\n[^]*x"}$/i);
    }
    assert.equal(kept.said().split("HTTP/1.1 200 OK").length, 3);
  });

  it("tells work that never ends that it is over, and cuts it off", async () => {
    const hanging = await asking();
    const from = performance.now();
    await server.stop();
    await hanging.gone;
    assert.equal(asked[0]?.signal.aborted, true);
    assert.ok(performance.now() - from < 8_000);
  });
});
