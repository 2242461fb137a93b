import { Agent, request } from "node:http";

/** Where clicks go, and with which token. */
export type ClickTarget = { readonly url: string; readonly token: string };

/** How long each answer took, in ms, and how many were not what they should be. */
export type Clicked = { readonly tookMs: readonly number[]; readonly wrong: number };

const ANSWER_WITHIN_MS = 15_000;

/**
 * Clicks so often in a second, whether or not the answers keep up: each took its time from when it was due, so that a
 * bot that stands still is not spared the clicks of that time.
 */
export async function clickSteadily(
  target: ClickTarget,
  bodies: readonly string[],
  perSecond: number,
): Promise<Clicked> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const start = performance.now();
  const answers = bodies.map(async (body, n) => {
    const due = start + (n * 1_000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, due - performance.now())));
    const right = await click(agent, target, body);
    return { tookMs: performance.now() - due, right };
  });
  const all = await Promise.all(answers);
  agent.destroy();
  return {
    tookMs: all.map(({ tookMs }) => tookMs),
    wrong: all.filter(({ right }) => !right).length,
  };
}

/** What so many clients got answered in this time, each clicking again as soon as it has its answer. */
export async function clickGreedily(
  target: ClickTarget,
  next: () => string | undefined,
  clients: number,
  forMs: number,
): Promise<{ readonly right: number; readonly wrong: number; readonly perSecond: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const start = performance.now();
  let [right, wrong] = [0, 0];
  const client = async (): Promise<void> => {
    while (performance.now() - start < forMs) {
      const body = next();
      if (body === undefined) throw new Error("There was nothing left to click on.");
      if (await click(agent, target, body)) right += 1;
      else wrong += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const tookMs = performance.now() - start;
  agent.destroy();
  return { right, wrong, perSecond: (right * 1_000) / tookMs };
}

/** Whether the answer is a card. */
function click(agent: Agent, { url, token }: ClickTarget, body: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const sent = request(url, { method: "POST", agent, headers, signal }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        resolve(response.statusCode === 200 && text.includes('"type":"AdaptiveCard"'));
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
