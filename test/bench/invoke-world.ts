import { approverOf, requesterOf, teamsPerson } from "./teams-people.ts";
import { personalPlace } from "../emulators/teams/teams-place.ts";
import { join } from "node:path";
import { z } from "zod";
import { APP_ID, TENANT_ID } from "../emulators/teams/people.ts";
import { cardInvoke, envelope } from "../emulators/teams/teams-activity.ts";
import { freePort } from "../free-port.ts";
import type { ConversationReference, Put, Store } from "../../src/application/store.ts";
import type { Pending } from "../../src/domain/request.ts";
import { parseTenantId, type Person, type RegistryId } from "../../src/domain/ids.ts";
import { pending } from "../contract/samples.ts";
import type { ClickTarget } from "./click-load.ts";
import { inParallel } from "./in-parallel.ts";
import { commitNow, inChunks, openLease } from "./leases.ts";
import { numberOf, requestNumber } from "./numbered-ids.ts";
import { startProgram, type StartedProgram } from "./started-program.ts";

const place = z.object({ metadataUrl: z.string(), serviceUrl: z.string(), token: z.string() });
const HOUR_MS = 3_600_000;
const REQUESTS_PER_COMMIT = 20;

/** Teams as a process of its own, and how its clicks look. */
export type TeamsProcess = {
  readonly metadataUrl: string;
  readonly serviceUrl: string;
  readonly token: string;
  /** The approver's click on the request, as it was first shown. */
  readonly clickOn: (request: Pending) => string;
  readonly stop: () => Promise<void>;
};

/** Starts the Bot Connector and its token issuer. */
export async function startTeams(folder: string): Promise<TeamsProcess> {
  const main = new URL("teams-main.ts", import.meta.url).pathname;
  const { said, stop } = await startProgram([main], {}, join(folder, "teams.log"), /metadataUrl/);
  const teams = place.parse(JSON.parse(said));
  const { serviceUrl } = teams;
  return {
    ...teams,
    clickOn({ id, version, registry }) {
      const person = teamsPerson(approverOf(numberOf(registry)));
      return JSON.stringify({
        ...envelope({
          person,
          place: personalPlace(person),
          appId: APP_ID,
          tenantId: TENANT_ID,
          serviceUrl,
        }),
        ...cardInvoke("approve", { request: id, version }, "Approve"),
      });
    },
    stop,
  };
}

/** The product's bot, alone. */
export async function startBot(
  settings: Readonly<Record<string, string>>,
  teams: TeamsProcess,
  folder: string,
): Promise<StartedProgram & ClickTarget> {
  const main = new URL("../../src/main.ts", import.meta.url).pathname;
  const port = String(await freePort());
  const bot = await startProgram(
    [...flags(), main],
    {
      ...settings,
      DRAWBRIDGE_ROLE: "bot",
      MicrosoftAppId: APP_ID,
      MicrosoftAppType: "UserAssignedMSI",
      MicrosoftAppTenantId: TENANT_ID,
      BOT_OPENID_METADATA_URL: teams.metadataUrl,
      BOT_CONNECTOR_ORIGINS: new URL(teams.serviceUrl).origin,
      PORT: port,
      OPERATIONS_PORT: "0",
      // A hundred people click as thousands would.
      ACTIVITIES_PER_MINUTE: "1000000",
    },
    join(folder, "bot.log"),
    /"event":"started"/,
  );
  return { ...bot, url: `http://127.0.0.1:${port}/api/messages`, token: teams.token };
}

/** The least that a bot can be. */
export async function startEchoBot(
  teams: TeamsProcess,
  folder: string,
): Promise<StartedProgram & ClickTarget> {
  const main = new URL("echo-bot.ts", import.meta.url).pathname;
  const settings = { BOT_OPENID_METADATA_URL: teams.metadataUrl };
  const echo = await startProgram([main], settings, join(folder, "echo.log"), /"echo":/);
  const { echo: url } = z.object({ echo: z.string() }).parse(JSON.parse(echo.said));
  return { ...echo, url: `${url}/api/messages`, token: teams.token };
}

/** Requests `from` … that wait for the approver, spread over the registries; who asks and who approves can be written to. */
export async function writePending(
  store: Store,
  registries: readonly RegistryId[],
  from: number,
  count: number,
): Promise<readonly Pending[]> {
  const requests = Array.from({ length: count }, (_, n) => requested(from + n, registries));
  await inParallel(4, inChunks(requests, REQUESTS_PER_COMMIT), (some) =>
    commitNow(store, { put: some.map((value) => ({ kind: "request", value })) }),
  );
  return requests;
}

/** Has these people known to the bot. */
export async function writePeople(
  store: Store,
  people: readonly Person[],
  { serviceUrl }: TeamsProcess,
): Promise<void> {
  const put = people.map(({ id, name }): Put => {
    const reference = referenceOf({ id, name }, serviceUrl);
    const unknown = { locale: undefined, remindedAt: undefined };
    return { kind: "person", value: { id, version: 1, name, reference, ...unknown } };
  });
  await commitNow(store, { put });
}

function requested(n: number, registries: readonly RegistryId[]): Pending {
  const registry = registries[n % registries.length];
  if (registry === undefined) throw new Error("There is no registry.");
  const askedAt = new Date(Date.now() - 60_000);
  const { address } = openLease(n, registry, Math.floor(n / registries.length), askedAt);
  const lapsesAt = new Date(askedAt.getTime() + 8 * HOUR_MS);
  return pending(n, {
    id: requestNumber(n),
    registry,
    requester: requesterOf(n),
    address,
    reason: "hotfix for the web shop",
    askedAt,
    lapsesAt,
  });
}

function referenceOf(person: Person, serviceUrl: string): ConversationReference {
  const { id, conversationId } = teamsPerson(person);
  const tenantId = parseTenantId(TENANT_ID);
  if (tenantId === undefined) throw new Error("The tenant is none.");
  return { serviceUrl, conversationId, tenantId, botId: `28:${APP_ID}`, userId: id };
}

/** For a profile: node's own flags, as `BENCH_BOT_FLAGS="--cpu-prof --cpu-prof-dir=…"`. */
function flags(): readonly string[] {
  return (process.env["BENCH_BOT_FLAGS"] ?? "").split(" ").filter((flag) => flag !== "");
}
