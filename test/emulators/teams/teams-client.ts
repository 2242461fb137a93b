import { executeAction } from "./card-actions.ts";
import { cardText } from "./card-text.ts";
import type { Connector } from "./connector.ts";
import { parseJson } from "../azure/local-http.ts";
import { isObject } from "./json.ts";
import type { TeamsPerson } from "./people.ts";
import type { ConnectorMessage } from "./shown-messages.ts";
import { personalPlace, placeOf, type TeamsPlace } from "./teams-place.ts";
import { cardInvoke, envelope, installation, mention, message } from "./teams-activity.ts";
import type { TokenIssuer } from "./token-issuer.ts";
import type { WaitOptions } from "./wait-for-message.ts";

/** Whose client it is, and what it talks to. */
export interface TeamsClientOptions {
  /** The bot's whole messaging endpoint, as `http://127.0.0.1:3978/api/messages`. */
  readonly botUrl: string;
  readonly appId: string;
  readonly tenantId: string;
  readonly issuer: Pick<TokenIssuer, "connectorToken">;
  readonly connector: Pick<Connector, "serviceUrl" | "messages" | "waitForMessage" | "directory">;
  readonly person: TeamsPerson;
  /** Milliseconds until a post that got no whole answer is given up; 15000 by default. */
  readonly timeoutMs?: number;
}

/** What the bot answered over HTTP. */
export interface BotAnswer {
  readonly httpStatus: number;
  /** Parsed if it is JSON, else undefined. */
  readonly body: unknown;
}

/** How a post departs from what Teams does. */
export interface PostOptions {
  /** The whole header; empty for none. By default a Bot Connector token for this bot and connector. */
  readonly authorization?: string;
}

/** A card that somebody sees: of a message, or the answer to a click. */
export type Shown = Pick<ConnectorMessage, "id" | "card" | "conversationId">;

/** What was typed into a card before the click, and which of several buttons was clicked. */
export interface Typed {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly title?: string;
}

/** A person with the app, over the protocol of Teams; in their personal conversation unless said otherwise. */
export interface TeamsClient {
  readonly person: TeamsPerson;
  /** Adds the bot. */
  install(): Promise<BotAnswer>;
  /** Writes to the bot where others read along, naming it; the place may be a thread of a channel. */
  sayIn(place: TeamsPlace, text: string): Promise<BotAnswer>;
  /** Writes to the bot; the same `activityId` again is Teams delivering the message once more. */
  say(text: string, options?: { readonly activityId?: string }): Promise<BotAnswer>;
  /**
   * Clicks the Action.Execute with that verb, in the conversation that the message stands in. The card is the one this
   * value of it shows, so that an older value is a click on a stale card. `inputs` is what was typed into the card;
   * with `title`, of several buttons of that verb the one with that title. Throws when there is no such button.
   */
  click(message: Shown, verb: string, typed?: Typed): Promise<BotAnswer>;
  /** Sends an `adaptiveCard/action` that no card need have offered. */
  invoke(verb: string, data: unknown): Promise<BotAnswer>;
  /** Sends a message activity whose top-level fields are replaced by these; undefined leaves one out. */
  post(overrides: Readonly<Record<string, unknown>>, options?: PostOptions): Promise<BotAnswer>;
  /** What the person sees of the bot now, in the order it was first shown. */
  messages(): readonly ConnectorMessage[];
  /** The first message with a card whose lines (see `cardText`) satisfy the predicate, as soon as there is one. */
  waitForCard(
    predicate: (lines: readonly string[], message: ConnectorMessage) => boolean,
    options?: WaitOptions,
  ): Promise<ConnectorMessage>;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** A client of one person. It holds no connection and no state of its own. */
export function createTeamsClient(options: TeamsClientOptions): TeamsClient {
  const { botUrl, appId, tenantId, issuer, connector, person } = options;
  const { serviceUrl } = connector;
  const { conversationId } = person;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  const postFrom = async (
    place: TeamsPlace,
    overrides: Readonly<Record<string, unknown>>,
    { authorization }: PostOptions = {},
  ): Promise<BotAnswer> => {
    const header = authorization ?? `Bearer ${issuer.connectorToken({ appId, serviceUrl })}`;
    const route = { person, place, appId, tenantId, serviceUrl };
    const response = await fetch(botUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(header === "" ? {} : { authorization: header }),
      },
      body: JSON.stringify({ ...envelope(route), ...message(""), ...overrides }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { httpStatus: response.status, body: parseJson(await response.text()) };
  };

  const chat = personalPlace(person);
  const post: TeamsClient["post"] = (overrides, options) => postFrom(chat, overrides, options);

  // Of the fields of a message, none is left in the other kinds of activity.
  const noMessage = { text: undefined, textFormat: undefined };

  return {
    person,
    install() {
      connector.directory.install(person);
      return post({ ...noMessage, ...installation(person) });
    },
    say(text, { activityId } = {}) {
      connector.directory.install(person);
      const id = activityId === undefined ? {} : { id: activityId };
      return post({ ...message(text), ...id });
    },
    sayIn: (place, text) => postFrom(place, mention(text, appId)),
    async click({ id, card, conversationId: where }, verb, { inputs = {}, title: wanted } = {}) {
      const { title, data } = executeAction(card, verb, wanted);
      // Teams merges the two, inputs last (learn.microsoft.com, "Universal Actions for Adaptive Cards").
      const sent = { ...(isObject(data) ? data : {}), ...inputs };
      const invoke = { ...noMessage, ...cardInvoke(verb, sent, title), replyToId: id };
      return postFrom(placeOf(where), invoke);
    },
    invoke: (verb, data) => post({ ...noMessage, ...cardInvoke(verb, data) }),
    post,
    messages: () => connector.messages(conversationId),
    waitForCard: (predicate, wait) =>
      connector.waitForMessage(
        conversationId,
        (shown) => shown.card !== undefined && predicate(cardText(shown.card), shown),
        wait,
      ),
  };
}
