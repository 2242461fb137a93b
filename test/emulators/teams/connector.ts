import { createServer } from "node:http";
import { listener, listenOnLocalhost } from "../azure/local-http.ts";
import { createFaultQueue, type ConnectorFault } from "./connector-faults.ts";
import { serveConnector, type ConnectorCall } from "./connector-routes.ts";
import { createCallCounter, TEAMS_LIMITS, type ConnectorLimits } from "./connector-limits.ts";
import { PEOPLE, type TeamsPerson } from "./people.ts";
import { createTeamsDirectory, type TeamsDirectory } from "./teams-directory.ts";
import { createShownMessages, type ConnectorMessage } from "./shown-messages.ts";
import { waitForMessage, type WaitOptions } from "./wait-for-message.ts";

/** How to start a connector. */
export interface ConnectorOptions {
  /** Whether a bearer token is one that the bot was given for the Bot Connector. */
  readonly isBotToken: (token: string) => boolean;
  /** Dates messages and the journal; the wall clock by default. */
  readonly now?: () => Date;
  /** Those who exist, besides whoever installs the app; everybody of `PEOPLE` by default. */
  readonly people?: readonly TeamsPerson[];
  /** Those of Teams by default. */
  readonly limits?: ConnectorLimits;
}

/** A running stand-in for the Bot Connector of Teams. */
export interface Connector {
  /** `http://127.0.0.1:…/emea/`: with a path and a slash at its end, as that of Teams. */
  readonly serviceUrl: string;
  /** What somebody in the conversation sees now, in the order it was first shown. */
  messages(conversationId: string): readonly ConnectorMessage[];
  /** The same with deleted messages, for what was ever shown. */
  history(conversationId: string): readonly ConnectorMessage[];
  /** What everybody in the channel sees now, in all of its threads, oldest first. */
  channelMessages(channelId: string): readonly ConnectorMessage[];
  /** Who is there, who has the app, and in which channels it is. */
  readonly directory: TeamsDirectory;
  /** Every call so far, oldest first, refused ones too. */
  journal(): readonly ConnectorCall[];
  /** Makes coming calls go wrong. */
  fault(fault: ConnectorFault): void;
  /** Deletes a message as a person or an admin would; false when there is none. */
  deleteMessage(conversationId: string, messageId: string): boolean;
  /**
   * The first message for which the predicate holds, as soon as one is there or becomes so by an update. Rejects when
   * time is up, listing what is there.
   */
  waitForMessage(
    conversationId: string,
    predicate: (message: ConnectorMessage) => boolean,
    options?: WaitOptions,
  ): Promise<ConnectorMessage>;
  /** Frees the port and ends every connection, hanging ones too. */
  stop(): Promise<void>;
}

/**
 * Starts a connector on a free port of 127.0.0.1. Any group chat exists, channels as they are added, and the personal
 * chats of those who have the app.
 * Source: learn.microsoft.com, "Bot Framework REST API reference" (conversation operations) and, for status codes,
 * "Send proactive messages" (status codes from bot conversational APIs).
 */
export async function startConnector(options: ConnectorOptions): Promise<Connector> {
  const { isBotToken, now = () => new Date(), people = Object.values(PEOPLE) } = options;
  const directory = createTeamsDirectory(people);
  const limits = createCallCounter(options.limits ?? TEAMS_LIMITS, () => performance.now());
  const messages = createShownMessages(now);
  const faults = createFaultQueue();
  const calls: ConnectorCall[] = [];
  const server = await listenOnLocalhost(
    createServer(
      listener((request, response) =>
        serveConnector(
          { isBotToken, now, messages, directory, limits, faults, calls },
          request,
          response,
        ),
      ),
    ),
  );
  return {
    serviceUrl: `http://127.0.0.1:${String(server.port)}/emea/`,
    messages: (conversationId) => messages.visible(conversationId),
    history: (conversationId) => messages.all(conversationId),
    channelMessages: (channelId) => messages.inChannel(channelId),
    directory,
    journal: () => [...calls],
    fault: (fault) => {
      faults.add(fault);
    },
    deleteMessage: (conversationId, messageId) => messages.remove(conversationId, messageId),
    waitForMessage: (conversationId, predicate, wait) =>
      waitForMessage(messages, conversationId, predicate, wait),
    stop: () => server.close(),
  };
}
