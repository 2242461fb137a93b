import type { RegistryRules } from "../../src/application/ports.ts";
import type { RegistryId } from "../../src/domain/ids.ts";

/** What a test sees of the calls that go through the port. */
export type Watch = {
  /** Called before each read and each write, which wait for it. */
  readonly step?: () => Promise<void>;
  /** Called before a list is sent, with the list that was read last. */
  readonly judge: (
    lastRead: readonly string[],
    sent: readonly string[],
    registry: RegistryId,
  ) => Promise<void> | void;
};

/** The same rules, watched. */
export function watchedRules(rules: RegistryRules, { step, judge }: Watch): RegistryRules {
  let lastRead: readonly string[] = [];
  return {
    turn: (id, urgency, signal) => rules.turn(id, urgency, signal),
    async read(id, signal) {
      await step?.();
      const read = await rules.read(id, signal);
      if (read.kind === "read") lastRead = read.view.network?.rules ?? [];
      return read;
    },
    async apply(id, list, signal) {
      await step?.();
      await judge(lastRead, list.rules, id);
      return rules.apply(id, list, signal);
    },
  };
}
