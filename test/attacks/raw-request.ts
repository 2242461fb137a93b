import { connect } from "node:net";
import type { AttackWorld } from "./attack.ts";
import { newAddress } from "./forged-activity.ts";

const ANSWER_WITHIN_MS = 15_000;

/** What is sent to the public server, byte by byte. */
export type RawRequest = {
  readonly path?: string;
  /** Beside host and sender. */
  readonly headers: readonly string[];
  /** Written as it is; more of it every half second for `drip`. */
  readonly body?: string | Buffer;
  readonly drip?: string;
  /** Leaves out the line that ends the headers. */
  readonly unfinished?: boolean;
};

/**
 * Sends it, and says the status of each answer that came until the server hung up, and whether anything but a head
 * came. Throws when it does not hang up in time.
 */
export async function sendRaw(world: AttackWorld, request: RawRequest): Promise<string> {
  const { host, hostname, port } = new URL(world.botUrl);
  const { path = "/api/messages", headers, body = "", drip, unfinished = false } = request;
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    `X-Forwarded-For: ${newAddress()}`,
    ...headers,
  ];
  const socket = connect({ host: hostname, port: Number(port) });
  const late = setTimeout(
    () => socket.destroy(new Error("the server did not hang up")),
    ANSWER_WITHIN_MS,
  );
  let answer = "";
  let failed: Error | undefined;
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  // A server that closes on an upload resets the connection: what it said before is what counts.
  socket.on("error", (error) => (failed = error));
  const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 500);
  socket.write(`${head.join("\r\n")}\r\n${unfinished ? "" : "\r\n"}`);
  socket.write(body);
  await new Promise((resolve) => socket.once("close", resolve));
  clearTimeout(late);
  clearInterval(dripping);
  const statuses = Array.from(answer.matchAll(/^HTTP\/1\.1 (\d+)/gm), ([, status]) => status);
  if (statuses.length === 0) throw failed ?? new Error("no answer");
  const said = answer.split("\r\n\r\n").slice(1).join("").trim();
  // An empty body, chunked, is its end alone.
  return `${statuses.join(" and ")}, ${said === "" || said === "0" ? "empty" : `said ${said.slice(0, 40)}`}`;
}
