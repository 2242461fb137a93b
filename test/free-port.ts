import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below what Linux hands out by itself (net.ipv4.ip_local_port_range), so that no connection takes it meanwhile. */
const [LEAST, MOST] = [10_000, 32_000];
const ATTEMPTS = 50;

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LEAST, MOST);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port of 127.0.0.1 in ${String(ATTEMPTS)} attempts.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    // Taken, or not ours to take: the next one will do.
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
