import { TENANT_ID, type TeamsPerson } from "./people.ts";

/** Who somebody is to the tenant, as rosters say it. */
export interface RosterEntry {
  readonly userRole: "user" | "guest" | "anonymous";
  readonly tenantId: string;
}

/** Whether the bot may write to somebody. */
export type Reachability = "installed" | "not-installed" | "blocked";

/** Who is there, who has the app, and in which channels it is. */
export interface TeamsDirectory {
  /** By their Teams id or their Entra object id. */
  find(id: string): TeamsPerson | undefined;
  /** Makes the person known; they have the app from now on. */
  install(person: TeamsPerson): void;
  /** Takes the app away from somebody, or has them block it. */
  setReachability(person: TeamsPerson, to: Reachability): void;
  reachability(person: TeamsPerson): Reachability;
  /** What rosters say of them from now on; by default a user of the tenant. */
  setRosterEntry(person: TeamsPerson, entry: Partial<RosterEntry>): void;
  rosterEntry(person: TeamsPerson): RosterEntry;
  everybody(): readonly TeamsPerson[];
  addChannel(channelId: string): void;
  /** The app is removed from the team. */
  removeChannel(channelId: string): void;
  hasChannel(channelId: string): boolean;
  /** Whose personal chat it is. */
  ownerOf(conversationId: string): TeamsPerson | undefined;
}

/** Everybody in `people` exists and nobody has the app yet. */
export function createTeamsDirectory(people: readonly TeamsPerson[]): TeamsDirectory {
  const known = new Map(people.map((person) => [person.id, person]));
  const reached = new Map<string, Reachability>();
  const entries = new Map<string, RosterEntry>();
  const channels = new Set<string>();
  const entryOf = ({ id }: TeamsPerson): RosterEntry =>
    entries.get(id) ?? { userRole: "user", tenantId: TENANT_ID };
  return {
    find: (id) => [...known.values()].find((one) => one.id === id || one.aadObjectId === id),
    install(person) {
      known.set(person.id, person);
      reached.set(person.id, "installed");
    },
    setReachability(person, to) {
      known.set(person.id, person);
      reached.set(person.id, to);
    },
    reachability: ({ id }) => reached.get(id) ?? "not-installed",
    setRosterEntry(person, entry) {
      known.set(person.id, person);
      entries.set(person.id, { ...entryOf(person), ...entry });
    },
    rosterEntry: entryOf,
    everybody: () => [...known.values()],
    addChannel: (channelId) => void channels.add(channelId),
    removeChannel: (channelId) => void channels.delete(channelId),
    hasChannel: (channelId) => channels.has(channelId),
    ownerOf: (conversationId) =>
      [...known.values()].find((one) => one.conversationId === conversationId),
  };
}
