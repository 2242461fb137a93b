import { createServer } from "node:http";
import { parsePersonId } from "../../src/domain/ids.ts";
import { listenOnLocalhost } from "../emulators/azure/local-http.ts";
import { teamsPerson } from "../emulators/teams/people.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import type { Attack, AttackWorld } from "./attack.ts";

/** A host of the attacker's. */
type Elsewhere = {
  readonly url: string;
  /** Ends it, and says what came there. */
  heard(): Promise<string>;
};

async function startElsewhere(): Promise<Elsewhere> {
  const heard: string[] = [];
  const listening = createServer((request, response) => {
    heard.push(request.headers.authorization === undefined ? "a request" : "the bot's token");
    response.writeHead(200, { "content-type": "application/json" }).end('{"id":"1"}');
  });
  // An attack that fails leaves it behind.
  listening.unref();
  const server = await listenOnLocalhost(listening);
  return {
    url: `http://127.0.0.1:${String(server.port)}/emea/`,
    async heard() {
      await server.close();
      return heard.length === 0 ? "nothing went there" : heard.join(", ");
    },
  };
}

/** Somebody whose stored conversation was moved to another host, by whoever can write to the store. */
async function moved(world: AttackWorld, serviceUrl: string): Promise<TeamsClient> {
  const pat = world.clientOf(teamsPerson(50, "Pat Poisoned"));
  await pat.install();
  const id = parsePersonId(pat.person.aadObjectId);
  if (id === undefined) throw new Error("Pat is nobody.");
  const soon = AbortSignal.timeout(10_000);
  const { now, value } = await eventually("Pat is known", async () => {
    const read = await world.records.person(id, soon);
    return read.value && { now: read.now, value: read.value };
  });
  const reference = { ...value.reference, serviceUrl };
  const person = { ...value, version: value.version + 1, name: pat.person.name, reference };
  const outcome = await world.records.commit(
    {
      opId: crypto.randomUUID(),
      notAfter: new Date(now.getTime() + 60_000),
      put: [{ kind: "person", value: person }],
    },
    soon,
  );
  if (outcome.kind !== "committed") throw new Error(outcome.kind);
  return pat;
}

/** Ways to have the bot's own token, and what it says, sent to another host. */
export const SENDING_ATTACKS: readonly Attack[] = [
  {
    door: "sending",
    attack: "a redirect by the Bot Connector, to another host and to another path of its own",
    expected: "nothing went there, 2 posts in all",
    leaves: "answer",
    prepare: (world) => async () => {
      const there = await startElsewhere();
      const robin = world.client("robin");
      const { conversationId } = robin.person;
      const posts = (): number =>
        world.connector.journal().filter(({ method }) => method === "POST").length;
      const before = posts();
      for (const location of [there.url, "/emea/v3/other"]) {
        world.connector.fault({ kind: "redirect", location, method: "POST", conversationId });
        await robin.say("help");
      }
      return `${await there.heard()}, ${String(posts() - before)} posts in all`;
    },
  },
  {
    door: "sending",
    attack: "a stored conversation that was moved to another host",
    expected: "nothing went there, logged: unknown-host",
    leaves: "answer",
    prepare: async (world) => {
      const there = await startElsewhere();
      const pat = await moved(world, there.url);
      return async () => {
        const group = { kind: "groupChat", conversationId: "19:moved@thread.v2" } as const;
        await pat.sayIn(group, "status");
        const { why } = await eventually("the log says why", () =>
          world.product
            .log()
            .find(
              (line) => line["event"] === "reply.not-delivered" && line["why"] === "unknown-host",
            ),
        );
        return `${await there.heard()}, logged: ${String(why)}`;
      };
    },
  },
];
