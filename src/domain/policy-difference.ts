import type { PersonId, RegistryId } from "./ids.ts";
import type { Policy, RegistryPolicy } from "./policy.ts";

/** What one policy says otherwise than another. */
export type PolicyDifference = {
  readonly added: readonly RegistryId[];
  /** Nothing can be asked for on them any more; what is open there is still closed at its end. */
  readonly removed: readonly RegistryId[];
  /** Registries that changed in the same way stand together: a new default is one entry. */
  readonly changed: readonly RegistryChanges[];
};

/** What is another for these registries. */
type RegistryChanges = {
  readonly registries: readonly RegistryId[];
  readonly people: readonly {
    /** "approvers", "emergency.people". */
    readonly list: string;
    readonly added: readonly PersonId[];
    readonly removed: readonly PersonId[];
  }[];
  readonly settings: readonly {
    /** "duration.maxMs", "limits.leasesPerPerson": its place in RegistryPolicy. */
    readonly setting: string;
    /** As JSON; `undefined` where there was no such setting. */
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
};

/**
 * What `after` changes. It looks at whatever a registry's policy is made of, so a setting that is new in the product
 * is in it by itself. The order of registries in the file is no difference.
 */
export function policyDifference(before: Policy, after: Policy): PolicyDifference {
  const former = new Map(before.registries.map((registry) => [registry.id, registry]));
  const present = new Map(after.registries.map((registry) => [registry.id, registry]));
  const both = after.registries.flatMap((registry) => {
    const was = former.get(registry.id);
    return was === undefined ? [] : [{ id: registry.id, changes: changesOf(was, registry) }];
  });
  const alike = Map.groupBy(
    both.filter(({ changes }) => changes.people.length + changes.settings.length > 0),
    ({ changes }) => JSON.stringify(changes),
  );
  return {
    added: [...present.keys()].filter((id) => !former.has(id)),
    removed: [...former.keys()].filter((id) => !present.has(id)),
    changed: [...alike.values()].flatMap((group) =>
      group
        .slice(0, 1)
        .map(({ changes }) => ({ registries: group.map(({ id }) => id), ...changes })),
    ),
  };
}

/** Every registry that is in the difference. */
export function registriesIn({ added, removed, changed }: PolicyDifference): readonly RegistryId[] {
  return [...added, ...removed, ...changed.flatMap(({ registries }) => registries)];
}

type Flat = {
  readonly people: ReadonlyMap<string, ReadonlySet<PersonId>>;
  readonly settings: ReadonlyMap<string, string>;
};

const NOBODY: ReadonlySet<PersonId> = new Set();

function changesOf(
  before: RegistryPolicy,
  after: RegistryPolicy,
): Omit<RegistryChanges, "registries"> {
  const [was, is] = [flat(before), flat(after)];
  const lists = new Set([...was.people.keys(), ...is.people.keys()]);
  const settings = new Set([...was.settings.keys(), ...is.settings.keys()]);
  return {
    people: [...lists].flatMap((list) => {
      const [had, has] = [was.people.get(list) ?? NOBODY, is.people.get(list) ?? NOBODY];
      const added = [...has].filter((person) => !had.has(person));
      const removed = [...had].filter((person) => !has.has(person));
      return added.length + removed.length === 0 ? [] : [{ list, added, removed }];
    }),
    settings: [...settings].flatMap((setting) => {
      const [said, says] = [was.settings.get(setting), is.settings.get(setting)];
      return said === says ? [] : [{ setting, before: said, after: says }];
    }),
  };
}

/** Sets are lists of people, objects are parts, and everything else is a setting. */
function flat(registry: RegistryPolicy): Flat {
  const people = new Map<string, ReadonlySet<PersonId>>();
  const settings = new Map<string, string>();
  const walk = (value: unknown, place: string): void => {
    // The only sets in a policy are of people.
    if (value instanceof Set) people.set(place, value as ReadonlySet<PersonId>);
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [key, part] of Object.entries(value)) {
        walk(part, place === "" ? key : `${place}.${key}`);
      }
    } else if (value !== undefined) {
      // JSON knows no Infinity.
      settings.set(place, typeof value === "number" ? String(value) : JSON.stringify(value));
    }
  };
  walk(registry, "");
  return { people, settings };
}
