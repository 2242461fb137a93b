import type { Person } from "../../src/domain/ids.ts";
import type { TeamsPerson } from "../emulators/teams/people.ts";
import { personNumber } from "./numbered-ids.ts";

/** Enough people that nobody's chat is the bottleneck: Teams takes few messages a second into one. */
const APPROVERS = Array.from({ length: 100 }, (_, n): Person => ({
  id: personNumber(1_000 + n),
  name: `Alex Approver the ${String(n)}th`,
}));
const REQUESTERS = Array.from({ length: 300 }, (_, n): Person => ({
  id: personNumber(2_000 + n),
  name: `Robin Requester the ${String(n)}th`,
}));

/** Everybody who is written to. */
export const EVERYBODY: readonly Person[] = [...APPROVERS, ...REQUESTERS];

/** The one who decides for registry number `n`. */
export function approverOf(n: number): Person {
  return oneOf(APPROVERS, n);
}

/** Who asks request number `n`. */
export function requesterOf(n: number): Person {
  return oneOf(REQUESTERS, n);
}

function oneOf(people: readonly Person[], n: number): Person {
  const person = people[n % people.length];
  if (person === undefined) throw new Error("There is nobody.");
  return person;
}

/** The person as Teams knows them. */
export function teamsPerson({ id, name }: Person): TeamsPerson {
  return {
    id: `29:${id}`,
    aadObjectId: id,
    name,
    email: "nobody@contoso.example",
    conversationId: `a:${id}`,
  };
}
