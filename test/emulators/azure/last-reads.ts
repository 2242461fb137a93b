/** What each client was last shown of each registry; ids match in any letter case. */
export interface LastReads {
  /** Of the first of a client's names that has read the registry. */
  of(names: readonly string[], registryId: string): readonly string[] | undefined;
  /** To be called when the answer has been sent whole. */
  shown(names: readonly string[], registryId: string, rules: readonly string[]): void;
  clear(): void;
}

/** Nobody has read anything. */
export function createLastReads(): LastReads {
  const lists = new Map<string, readonly string[]>();
  const keyOf = (name: string, id: string) => `${name} ${id.toLowerCase()}`;
  return {
    of(names, id) {
      const name = names.find((it) => lists.has(keyOf(it, id)));
      return name === undefined ? undefined : lists.get(keyOf(name, id));
    },
    shown(names, id, rules) {
      for (const name of names) lists.set(keyOf(name, id), rules);
    },
    clear() {
      lists.clear();
    },
  };
}
