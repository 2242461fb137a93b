import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A name server on loopback that knows which names have an IPv6 address, and nothing else. */
export type NameServer = {
  /** Address and port. */
  readonly at: string;
  /** The names that were asked for, as they were. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
};

const HEADER_BYTES = 12;
const AAAA = 28;
/** Of the documentation range (RFC 3849). */
const SIX = Buffer.from("20010db8000000000000000000000007", "hex");

/** Answers every question as RFC 1035 and RFC 3596 have it: `2001:db8::7` for these names, no record for others. */
export async function startNameServer(withSix: ReadonlySet<string>): Promise<NameServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query, { port, address }) => {
    const { name, end } = questionOf(query);
    asked.push(name);
    const isSix = query.readUInt16BE(end - 4) === AAAA && withSix.has(name);
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    // A reply, recursion available, no error; one question, at most one answer, nothing more.
    header.writeUInt16BE(0x81_80, 2);
    for (const [at, count] of [1, isSix ? 1 : 0, 0, 0].entries()) {
      header.writeUInt16BE(count, 4 + 2 * at);
    }
    const question = query.subarray(HEADER_BYTES, end);
    const answer = isSix ? [Buffer.from("c00c001c00010000003c0010", "hex"), SIX] : [];
    socket.send(Buffer.concat([header, question, ...answer]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    at: `127.0.0.1:${String(socket.address().port)}`,
    asked,
    async stop() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}

/** The one name that is asked for, and where the question with its type and class ends. */
function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 5 };
}
