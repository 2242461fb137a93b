import { connectorCalls } from "./adapters/teams/connector-calls.ts";
import { createMessenger, type TeamsMessenger } from "./adapters/teams/messenger.ts";
import { createRoster } from "./adapters/teams/roster.ts";
import { createSendPace } from "./adapters/teams/send-pace.ts";
import { createTeamsAdapter, type TeamsAdapter } from "./adapters/teams/teams-adapter.ts";
import { createContacts, type Contacts } from "./application/conversation/first-contact.ts";
import type { DeliveryFailure, Ids, Log, Roster } from "./application/ports.ts";
import type { Store } from "./application/store.ts";
import type { BotConfig } from "./config.ts";

type Deps = {
  readonly store: Store;
  readonly ids: Ids;
  readonly log: Log;
  readonly monotonicMs: () => number;
  /** Hears of every call to Teams that did not work. */
  readonly onFailure: (failure: DeliveryFailure) => void;
};

/** What a bot reaches Teams by. All of it shares one pace: Teams counts calls by app. */
export type TeamsConnection = {
  readonly adapter: TeamsAdapter;
  readonly messenger: TeamsMessenger;
  readonly roster: Roster;
  readonly contacts: Contacts;
};

/** Opens nothing yet: the first call fetches the bot's token. */
export function connectTeams(
  deps: Deps,
  bot: BotConfig,
  appPassword: string | undefined,
): TeamsConnection {
  const { monotonicMs, onFailure } = deps;
  const adapter = createTeamsAdapter({ ...bot, appPassword });
  const call = connectorCalls(adapter, bot, createSendPace(monotonicMs), onFailure);
  const messenger = createMessenger(call, bot);
  const roster = createRoster(call, bot.tenantId, monotonicMs);
  const contacts = createContacts({ ...deps, messenger, serviceUrl: bot.serviceUrl });
  return { adapter, messenger, roster, contacts };
}
