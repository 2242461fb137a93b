import {
  AuthenticationConfiguration,
  AuthenticationError,
  type AuthenticateRequestResult,
  type BotFrameworkAuthentication,
  type ConnectorClient,
} from "botframework-connector";
import { JwtTokenExtractor } from "botframework-connector/lib/auth/jwtTokenExtractor.js";
import { redirectPolicyName, type Pipeline } from "@azure/core-rest-pipeline";
import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  INVOKE_RESPONSE_KEY,
  type InvokeResponse,
  TurnContext,
} from "botbuilder";

import { keyIdOf } from "./bearer-token.ts";

/** How the bot proves itself to Teams, and which tokens it accepts. */
export type TeamsAuthentication = {
  readonly appId: string;
  readonly appType: "SingleTenant" | "UserAssignedMSI";
  readonly appPassword: string | undefined;
  readonly tenantId: string;
  readonly tokenIssuer: string;
  readonly openIdMetadataUrl: string;
  readonly loginUrl: string;
  readonly oauthScope: string;
};

/** There are a few service URLs, one for each region of Teams. */
const CONNECTORS_KEPT = 32;

/** Whether the key that a token names may sign for the channel. */
export type IsEndorsed = (authorization: string, channelId: string) => Promise<boolean>;

/** botbuilder's CloudAdapter with its JWT check made a step of its own, so that a refusal is told from a fault. */
export class TeamsAdapter extends CloudAdapter {
  readonly #connectors = new Map<string, Promise<ConnectorClient>>();
  readonly #isEndorsed: IsEndorsed;

  /** `isEndorsed` is asked of every token that the SDK accepts. */
  constructor(authentication: BotFrameworkAuthentication, isEndorsed: IsEndorsed) {
    super(authentication);
    this.#isEndorsed = isEndorsed;
  }

  /** Throws when the token is not one that the Bot Connector signed for this bot and this activity. */
  async authenticate(
    activity: Activity,
    authorization: string,
  ): Promise<AuthenticateRequestResult> {
    const result = await this.botFrameworkAuthentication.authenticateRequest(
      activity,
      authorization,
    );
    if (await this.#isEndorsed(authorization, activity.channelId)) return result;
    throw new AuthenticationError("Could not validate endorsement.", 401);
  }

  /**
   * Runs a turn for an activity whose token was checked; it can answer an invoke and send nothing else. botbuilder's
   * own turn makes clients of the Bot Connector and of its token service each time, with credentials of their own:
   * a third of the processor time that it takes to answer a click.
   */
  async run(
    { claimsIdentity }: AuthenticateRequestResult,
    activity: Activity,
    turn: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    const context = new TurnContext(this, activity);
    context.turnState.set(this.BotIdentityKey, claimsIdentity);
    await this.runMiddleware(context, turn);
    if (activity.type !== "invoke") return undefined;
    // CloudAdapter keeps what was sent as the answer to an invoke there.
    const answer = context.turnState.get<Partial<Activity> | undefined>(INVOKE_RESPONSE_KEY);
    // The one sender of such activities, in this folder, gives them a status and a body.
    return answer === undefined ? { status: 501 } : (answer.value as InvokeResponse);
  }

  /**
   * A client of the Bot Connector at this address that sends each call once, and only there: what to try again, and
   * when, is the caller's to decide, and a redirect would carry the bot's token to another host. Each is kept: the
   * SDK makes credentials for every client, which costs more than the call.
   */
  connectorAt(appId: string, serviceUrl: string, scope: string): Promise<ConnectorClient> {
    const key = JSON.stringify([appId, serviceUrl, scope]);
    const known = this.#connectors.get(key);
    if (known !== undefined) return known;
    const made = this.#makeConnector(appId, serviceUrl, scope);
    if (this.#connectors.size >= CONNECTORS_KEPT) this.#connectors.clear();
    this.#connectors.set(key, made);
    // The caller hears of it; the next one tries anew.
    made.catch(() => this.#connectors.delete(key));
    return made;
  }

  async #makeConnector(appId: string, serviceUrl: string, scope: string): Promise<ConnectorClient> {
    const factory = this.botFrameworkAuthentication.createConnectorFactory(
      this.createClaimsIdentity(appId),
    );
    const connector = await factory.create(serviceUrl, scope);
    const pipeline = pipelineOf(connector);
    for (const name of ["defaultRetryPolicy", redirectPolicyName]) pipeline.removePolicy({ name });
    return connector;
  }
}

/**
 * The SDK's client reads none of the options that would switch its retries and redirects off (botframework-connector
 * 4.23.3, `noRetryPolicy`), and keeps its pipeline private. Throws when a later version keeps it elsewhere.
 */
function pipelineOf(connector: ConnectorClient): Pick<Pipeline, "removePolicy"> {
  const client: unknown = Reflect.get(connector, "client");
  const pipeline: unknown = client instanceof Object ? Reflect.get(client, "pipeline") : undefined;
  if (!isPipeline(pipeline)) throw new Error("botbuilder's client has no pipeline to change");
  return pipeline;
}

function isPipeline(value: unknown): value is Pick<Pipeline, "removePolicy"> {
  return value instanceof Object && typeof Reflect.get(value, "removePolicy") === "function";
}

/**
 * The adapter with the check always on. Of botbuilder's settings any one that is set makes all other defaults
 * undefined, so all of them are given. Only tokens of the Bot Connector's issuer count: by default the SDK also
 * accepts Entra tokens of any tenant on its Emulator path, without a check of the service URL.
 */
export function createTeamsAdapter(settings: TeamsAuthentication): TeamsAdapter {
  const onlyBotConnector = new AuthenticationConfiguration([], (claims) => {
    const issuer = claims.find(({ type }) => type === "iss")?.value;
    return issuer === settings.tokenIssuer
      ? Promise.resolve()
      : Promise.reject(new AuthenticationError("Not a token of the Bot Connector.", 401));
  });
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppType: settings.appType,
      MicrosoftAppId: settings.appId,
      MicrosoftAppPassword: settings.appPassword,
      MicrosoftAppTenantId: settings.tenantId,
      ToBotFromChannelTokenIssuer: settings.tokenIssuer,
      ToBotFromChannelOpenIdMetadataUrl: settings.openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: settings.openIdMetadataUrl,
      ToChannelFromBotLoginUrl: settings.loginUrl,
      ToChannelFromBotOAuthScope: settings.oauthScope,
      OAuthUrl: settings.oauthScope,
      CallerId: "urn:botframework:azure",
    },
    undefined,
    onlyBotConnector,
  );
  return new TeamsAdapter(authentication, endorsements(settings.openIdMetadataUrl));
}

/**
 * The SDK lets a key without endorsements sign for every channel (botframework-connector 4.23.3, `validateToken`); the
 * protocol says that the bot must look for its channel among them (learn.microsoft.com, "Authentication with the Bot
 * Connector API"). The keys are those that the SDK has just used.
 */
function endorsements(openIdMetadataUrl: string): IsEndorsed {
  const { openIdMetadata } = new JwtTokenExtractor({}, openIdMetadataUrl, ["RS256"]);
  return async (authorization, channelId) => {
    const key = await openIdMetadata.getKey(keyIdOf(authorization));
    return key?.endorsements?.includes(channelId) === true;
  };
}
