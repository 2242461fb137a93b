import { eventually } from "../eventually.ts";
import { APP_ID, PEOPLE, TENANT_ID } from "../emulators/teams/people.ts";
import { personalPlace } from "../emulators/teams/teams-place.ts";
import { envelope, message } from "../emulators/teams/teams-activity.ts";
import type { SigningOptions } from "../emulators/teams/token-issuer.ts";
import type { Attack, AttackWorld } from "./attack.ts";

/** How a message of Robin's to the bot departs from what the Bot Connector sends. */
export type Forgery = {
  /** Claims that replace ours. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signing?: SigningOptions;
  /** Instead of a token: the whole header. */
  readonly authorization?: string;
  /** Fields of the activity that replace ours; undefined leaves one out. */
  readonly activity?: Readonly<Record<string, unknown>>;
};

let attackers = 0;

/** Somewhere nobody came from yet: each attacker has the limits to itself. */
export function newAddress(): string {
  attackers += 1;
  return `198.18.${String(Math.floor(attackers / 250))}.${String((attackers % 250) + 1)}`;
}

/** The message that every forgery carries: understood, it would be a request. */
export const FORGED_TEXT = "allow 203.0.113.66 for 4h on acrdemomagic";

/** Row by row: what is forged, and what the bot makes of it. */
export function forgeries(
  door: string,
  expected: string,
  rows: Readonly<Record<string, (world: AttackWorld) => Forgery>>,
): readonly Attack[] {
  return Object.entries(rows).map(([attack, forgery]) => ({
    door,
    attack,
    expected,
    prepare: (world) => () => post(world, forgery(world)),
  }));
}

/** Posts the forgery, and says how it was answered and what was logged of it. */
export async function post(world: AttackWorld, forgery: Forgery): Promise<string> {
  const logged = refusalsIn(world).length;
  const response = await fetch(world.botUrl, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": newAddress(),
      ...authorizationOf(world, forgery),
    },
    body: JSON.stringify(activityOf(world, forgery)),
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  });
  const body = await response.text();
  if (response.ok) return `${String(response.status)}, let in`;
  // The line was written before the answer; it only has to come through the pipe.
  const lines = await eventually("the log says why", () => {
    const all = refusalsIn(world).slice(logged);
    return all.length > 0 ? all : undefined;
  });
  const why = lines.map((line) => String(line["why"])).join(" and ");
  return `${String(response.status)}, ${body === "" ? "empty" : `said ${body}`}, logged once: ${why}`;
}

function authorizationOf(
  { issuer, connector }: AttackWorld,
  { authorization, claims = {}, signing }: Forgery,
): Readonly<Record<string, string>> {
  if (authorization === "") return {};
  const { serviceUrl } = connector;
  const token = issuer.connectorToken({ appId: APP_ID, serviceUrl, ...claims }, signing);
  return { authorization: authorization ?? `Bearer ${token}` };
}

/** The activity that the forgery posts. */
export function activityOf({ connector }: AttackWorld, { activity = {} }: Forgery): object {
  const person = PEOPLE.robin;
  const { serviceUrl } = connector;
  const place = personalPlace(person);
  const route = { person, place, appId: APP_ID, tenantId: TENANT_ID, serviceUrl };
  return { ...envelope(route), ...message(FORGED_TEXT), ...activity };
}

function refusalsIn({ product }: AttackWorld): readonly Readonly<Record<string, unknown>>[] {
  return product
    .log()
    .filter(({ event }) => /^(?:activity\.|library\.|request\.failed)/.test(String(event)));
}
