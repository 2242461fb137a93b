import type { Attack, AttackWorld } from "./attack.ts";
import { newAddress } from "./forged-activity.ts";

const AT_ONCE = 20;

/** Does it so often, and says how often each answer was seen. */
async function often(times: number, once: () => Promise<string>): Promise<string> {
  const seen = new Map<string, number>();
  for (let done = 0; done < times; done += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, times - done) }, once);
    for (const answer of await Promise.all(some)) seen.set(answer, (seen.get(answer) ?? 0) + 1);
  }
  const counts = Array.from(seen, ([answer, count]) => `${String(count)} times ${answer}`);
  return counts.toSorted().reverse().join(", ");
}

async function visit(url: string, method: string, from: string, body?: string): Promise<string> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", "x-forwarded-for": from },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(10_000),
  });
  await response.text();
  const wait = Number(response.headers.get("retry-after") ?? 0);
  return `${String(response.status)}${wait > 0 && wait <= 60 ? " with Retry-After" : ""}`;
}

function linkTo({ settings }: AttackWorld): string {
  return `${settings["PUBLIC_URL"] ?? ""}/p/R7K2M9QX4T1A.${"A".repeat(43)}`;
}

function ofPage(method: "GET" | "POST"): Attack {
  const expected = `120 times 404, 10 times 429 with Retry-After`;
  return {
    door: "limits",
    attack: `130 times ${method} of links from one address`,
    expected,
    prepare: (world) => () => {
      const from = newAddress();
      return often(130, () => visit(linkTo(world), method, from));
    },
  };
}

/** More of everything than anybody needs. */
export const LIMIT_ATTACKS: readonly Attack[] = [
  {
    door: "limits",
    attack: "60 posts without a token from one address",
    expected: "31 times 401, 29 times 429 with Retry-After",
    prepare: (world) => async () => {
      const from = newAddress();
      const once = (): Promise<string> => visit(world.botUrl, "POST", from, '{"type":"message"}');
      // One after the other, so that none is judged while another one uses up what is left.
      let [refused, limited] = [0, ""];
      for (let n = 0; n < 60; n += 1) {
        const seen = await once();
        if (seen === "401") refused += 1;
        else limited = `${String(60 - refused)} times ${seen}`;
      }
      return `${String(refused)} times 401, ${limited}`;
    },
  },
  {
    door: "limits",
    attack: "posts without a token from the Bot Connector's address, to have it shut out",
    expected: "200 after 60 times 401",
    leaves: "answer",
    prepare: (world) => async () => {
      // The client of Teams comes from this machine, and names no other address.
      const robin = world.client("robin");
      const refused = await often(60, async () => {
        const { httpStatus } = await robin.post({ text: "help" }, { authorization: "" });
        return String(httpStatus);
      });
      const { httpStatus } = await robin.say("help");
      return `${String(httpStatus)} after ${refused}`;
    },
  },
  ofPage("GET"),
  ofPage("POST"),
  {
    door: "limits",
    attack: "130 clicks of one person in a minute, and then two requests",
    expected: "120 at the most acted on, the others told so; then 200, 200 and nothing more",
    leaves: "answer",
    // All in one: answers to clicks take no time, so that the minute is not over in between.
    prepare: (world) => async () => {
      const dana = world.client("dana");
      let cards = 0;
      await often(130, async () => {
        const { body } = await dana.invoke("show-help", {});
        if (!JSON.stringify(body).includes("That is a lot at once")) cards += 1;
        return "";
      });
      const most = cards > 100 && cards <= 120 ? "120 at the most" : String(cards);
      const known = dana.messages().length;
      const statuses: string[] = [];
      for (const address of ["203.0.113.66", "203.0.113.67"]) {
        const { httpStatus } = await dana.say(`allow ${address} for 4h on acrdemomagic`);
        statuses.push(String(httpStatus));
      }
      const more = dana
        .messages()
        .slice(known)
        .map(({ text }) => text);
      const said = more.length === 0 ? "nothing more" : more.join(", ");
      return `${most} acted on, the others told so; then ${statuses.join(", ")} and ${said}`;
    },
  },
];
