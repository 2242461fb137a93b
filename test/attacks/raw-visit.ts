import { connect } from "node:net";
import { STRICT } from "./strict-answer.ts";

/** An answer as it came over the wire, or undefined when the connection ended without one. */
type RawAnswer = { readonly status: number; readonly headers: string; readonly body: string };

const ANSWERED_WITHIN_MS = 4_000;

/** Sends these bytes to the port, and reads until the other side closes. */
export function visitRaw(port: number, text: string): Promise<RawAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let read = "";
    socket.setTimeout(ANSWERED_WITHIN_MS, () => {
      socket.destroy(new Error(`held without an end, after ${JSON.stringify(read.slice(0, 40))}`));
    });
    socket.setEncoding("utf8").on("data", (part: string) => (read += part));
    socket.once("error", reject);
    socket.once("close", () => {
      const end = read.indexOf("\r\n\r\n");
      const [head, body] = end < 0 ? [read, ""] : [read.slice(0, end), read.slice(end + 4)];
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
      resolve(status === undefined ? undefined : { status: Number(status), headers: head, body });
    });
  });
}

/** In a few words: its status, its first line, and whether the headers are strict. Node's own refusals have none. */
export function inWords(answer: RawAnswer | undefined): string {
  if (answer === undefined) return "closed";
  const { status, headers, body } = answer;
  const chunked = /^transfer-encoding: chunked/im.test(headers);
  const text = chunked ? body.replace(/^[0-9a-f]+\r\n/, "").replace(/\r\n.*$/s, "") : body;
  const [first = ""] = text.split("\n");
  if (/^server: /im.test(headers)) {
    const missing = STRICT.filter(([name, value]) => !hasHeader(headers, name, value));
    const odd = ["set-cookie", "location", "etag", "last-modified"].filter((name) =>
      new RegExp(`^${name}:`, "im").test(headers),
    );
    const wrong = [...missing.map(([name]) => `no ${name}`), ...odd];
    return `${String(status)}, ${first === "" ? "empty" : first}${["", ...wrong].join(", ")}`;
  }
  return `${String(status)}, ${first === "" ? "empty" : first}, by the parser`;
}

function hasHeader(headers: string, name: string, value: string): boolean {
  return headers.toLowerCase().includes(`\r\n${name}: ${value}`.toLowerCase());
}
