import { leaseIdOf, parseRequestId, type RequestId } from "../../src/domain/ids.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import { PEOPLE, teamsPerson, type TeamsPerson } from "../emulators/teams/people.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import type { Attack, AttackWorld } from "./attack.ts";
import { clickInWords } from "./bot-answer.ts";
import { aLink } from "./link-target.ts";

/** What waits for its approvers, of Robin, and what is open, of Dana: attempts leave both as they are. */
type Subjects = {
  readonly waiting: RequestId;
  readonly open: RequestId;
  readonly registry: string;
};

const soon = AbortSignal.timeout(600_000);
const subjects = new WeakMap<AttackWorld, Promise<Subjects>>();

function subjectsOf(world: AttackWorld): Promise<Subjects> {
  const known = subjects.get(world);
  if (known !== undefined) return known;
  const made = makeSubjects(world);
  subjects.set(world, made);
  return made;
}

async function makeSubjects(world: AttackWorld): Promise<Subjects> {
  const [dana, robin, alex] = [world.client("dana"), world.client("robin"), world.client("alex")];
  const open = await askedBy(world, dana, "203.0.113.201");
  await alex.invoke("approve", { request: open, version: 1 });
  await eventually("Dana's lease is open", async () => {
    const { value } = await world.records.lease(leaseIdOf(open), soon);
    return value?.status === "open" ? true : undefined;
  });
  const waiting = await askedBy(world, robin, "203.0.113.202");
  return { open, waiting, registry: world.registryId("acrdemomagic") };
}

async function askedBy(world: AttackWorld, who: TeamsClient, address: string): Promise<RequestId> {
  await who.say(`allow ${address} for 4h on acrdemomagic because of a test`);
  return eventually("it is asked", async () => {
    const id = who.person.aadObjectId;
    const { value } = await world.records.audit(1, 1_000, soon);
    const asked = value
      .map(({ event }) => event)
      .findLast((event) => event.kind === "request.asked" && event.by.id === id);
    return asked?.kind === "request.asked" && asked.address === address ? asked.request : undefined;
  });
}

const NOT_AN_APPROVER = "You are not an approver for this registry, so nothing was changed.";

type Who = keyof typeof PEOPLE;
type Click = (subjects: Subjects) => Readonly<Record<string, unknown>>;

function clicks(
  expected: string,
  rows: Readonly<Record<string, readonly [who: Who, verb: string, data: Click]>>,
): readonly Attack[] {
  return Object.entries(rows).map(([attack, [who, verb, data]]) => ({
    door: "authority",
    attack,
    expected,
    leaves: "answer",
    async prepare(world) {
      const about = await subjectsOf(world);
      return async () => clickInWords(await world.client(who).invoke(verb, data(about)));
    },
  }));
}

function says(
  expected: string,
  rows: Readonly<Record<string, readonly [who: TeamsPerson, words: (about: Subjects) => string]>>,
): readonly Attack[] {
  return Object.entries(rows).map(([attack, [who, words]]) => ({
    door: "authority",
    attack,
    expected,
    leaves: "answer",
    async prepare(world) {
      const about = await subjectsOf(world);
      const client = world.clientOf(who);
      const roster = OUTSIDERS.get(who);
      if (roster !== undefined) {
        world.connector.directory.install(who);
        world.connector.directory.setRosterEntry(who, roster);
      }
      return async () => {
        const known = new Set(client.messages().map(({ id }) => id));
        await client.say(words(about));
        const answer = await eventually("an answer", () =>
          Promise.resolve(client.messages().find(({ id }) => !known.has(id))),
        );
        const [line] = answer.card === undefined ? [answer.text] : cardText(answer.card);
        return line ?? "nothing";
      };
    },
  }));
}

const waiting = ({ waiting: request }: Subjects) => ({ request, version: 1 });
const open = ({ open: lease }: Subjects) => ({ lease, version: 2 });
const NOBODYS = parseRequestId("R7K2000000ZZ");
const alex = PEOPLE.alex.aadObjectId;

const CLICKS = [
  ...clicks("You can't decide your own request. Another approver has to.", {
    "an approval by the one who asked": ["robin", "approve", waiting],
    "an approval for less by the one who asked": [
      "robin",
      "approve",
      (about) => ({ ...waiting(about), less: "60" }),
    ],
  }),
  ...clicks(NOT_AN_APPROVER, {
    "an approval by somebody else": ["casey", "approve", waiting],
    "a denial by somebody else": ["casey", "deny", (about) => ({ ...waiting(about), why: "no" })],
    "an approval that names an approver": [
      "casey",
      "approve",
      (about) => ({ ...waiting(about), by: alex, approver: alex, from: { aadObjectId: alex } }),
    ],
    "an approval of what is open, by somebody else": [
      "casey",
      "approve",
      ({ open: request }) => ({ request, version: 2 }),
    ],
  }),
  ...clicks("a card: Open a registry?", {
    "an approval of another version": [
      "alex",
      "approve",
      (about) => ({ ...waiting(about), version: 7 }),
    ],
  }),
  ...clicks('{"code":"400","message":"This card is not one that I understand."}', {
    "an approval of version 0": ["alex", "approve", (about) => ({ ...waiting(about), version: 0 })],
    "an approval for less than nothing": [
      "alex",
      "approve",
      (about) => ({ ...waiting(about), less: "-60" }),
    ],
    "an approval for no request": ["alex", "approve", () => ({ request: "../../x", version: 1 })],
    "a verb that there is not": ["alex", "approve-all", waiting],
  }),
  ...clicks('{"code":"404","message":"This is long over and was deleted."}', {
    "an approval of nobody's request": [
      "alex",
      "approve",
      () => ({ request: NOBODYS, version: 1 }),
    ],
  }),
  ...clicks("This is not yours, so nothing was changed.", {
    "somebody else's request taken back": ["casey", "cancel", waiting],
  }),
  ...clicks("This is not yours, so nothing was changed.", {
    "somebody else's lease given back": ["casey", "give-back", open],
    "somebody else's lease made longer": [
      "casey",
      "extend",
      (about) => ({ ...open(about), minutes: 60 }),
    ],
  }),
  ...clicks(NOT_AN_APPROVER, {
    "a lease revoked by somebody who may not": [
      "casey",
      "revoke",
      (about) => ({ ...open(about), request: about.open, why: "mine" }),
    ],
    "everything revoked by somebody who may not": [
      "casey",
      "revoke-all",
      ({ registry }) => ({ registry, version: 1, why: "mine" }),
    ],
  }),
];

const PROOFS: readonly Attack[] = ["send-for-approval", "open-now", "not-me"].map((verb) => ({
  door: "authority",
  attack: `${verb} on somebody else's link`,
  expected: "This is somebody else's request, so nothing was changed.",
  leaves: "answer",
  async prepare(world) {
    const { id } = await aLink(world);
    return async () =>
      clickInWords(await world.client("casey").invoke(verb, { request: id, version: 1 }));
  },
}));

const { casey, robin } = PEOPLE;
const GUEST = teamsPerson(71, "Gwen Guest");
const STRANGER = teamsPerson(72, "Otto Other");
const NOBODY = teamsPerson(73, "Anon Nobody");
const OUTSIDERS = new Map([
  [GUEST, { userRole: "guest" }],
  [STRANGER, { tenantId: "99999999-9999-4999-8999-999999999999" }],
  [NOBODY, { userRole: "anonymous" }],
] as const);
const asking = (): string => "allow 203.0.113.203 for 1h on acrdemomagic because of a test";

const WORDS = [
  ...says(NOT_AN_APPROVER, {
    "a freeze by somebody who may not": [casey, () => "freeze acrdemomagic because I can"],
    "a rule adopted by somebody who may not": [
      casey,
      () => "adopt 192.0.2.10 on acrdemomagic for 1h",
    ],
    "a lease revoked in words by somebody who may not": [
      casey,
      ({ open: id }) => `revoke ${id} because I can`,
    ],
  }),
  ...says("You are not an approver of any registry.", {
    "a request denied in words by somebody who may not": [
      casey,
      ({ waiting: id }) => `deny ${id} because I can`,
    ],
    "one's own request denied in words": [robin, ({ waiting: id }) => `deny ${id} because so`],
  }),
  ...says(
    "The policy does not name you for emergencies here. Ask for access instead. Nothing was opened.",
    {
      "an emergency of somebody whom the policy does not name": [
        casey,
        () => "emergency acrdemomagic 1h production is down",
      ],
    },
  ),
  ...says(
    "You are a guest here. Only members of the organisation can ask me for access or decide about it.",
    { "a guest who asks": [GUEST, asking] },
  ),
  ...says(
    "You belong to another organisation. Only members of this one can ask me for access or decide about it.",
    { "somebody of another tenant who asks": [STRANGER, asking] },
  ),
  ...says("I don't know who you are, so I can't do anything for you. Please sign in to Teams.", {
    "somebody anonymous who asks": [NOBODY, asking],
  }),
];

/** What only some people may do, by everybody else. */
export const AUTHORITY_ATTACKS: readonly Attack[] = [...CLICKS, ...PROOFS, ...WORDS];
