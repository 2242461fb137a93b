import { performance } from "node:perf_hooks";
import { within } from "../application/deadline.ts";
import type { Membership } from "../application/ports.ts";
import type { PersonRecord } from "../application/store.ts";
import { loadConfig } from "../config.ts";
import { UsageError, type Call } from "./command.ts";
import type { CommandStore } from "./command-store.ts";

const ANSWER_WITHIN_MS = 15_000;

/**
 * Asks Teams who somebody is who has written to the bot, as the bot does before it takes a request: a guest may have
 * written, too. Takes the bot's settings; throws ConfigError and UsageError without them.
 */
export async function membershipOf(
  { environment, signal, tell }: Pick<Call, "environment" | "signal" | "tell">,
  { store, ids }: Pick<CommandStore, "store" | "ids">,
  { id, name, reference, locale }: PersonRecord,
): Promise<Membership> {
  const { config, secrets } = loadConfig(environment);
  if (config.bot === undefined) {
    throw new UsageError("Teams has to be asked who that is: take the bot's settings for this.");
  }
  const { connectTeams } = await import("../connect-teams.ts");
  const log = {
    info: () => undefined,
    warn: (event: string) => {
      tell(event);
    },
    error: (event: string) => {
      tell(event);
    },
  };
  const monotonicMs = (): number => performance.now();
  const deps = { store, ids, log, monotonicMs, onFailure: () => undefined };
  const { roster } = connectTeams(deps, config.bot, secrets.appPassword);
  const { conversationId: rosterId } = reference;
  const person = { id, name };
  const sender = { person, reference, personal: true, meeting: false, rosterId, locale };
  return roster.membership(sender, "fresh", within(ANSWER_WITHIN_MS, signal));
}
