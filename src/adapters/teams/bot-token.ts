import { ConfigurationServiceClientCredentialFactory } from "botbuilder";
import { AppCredentials } from "botframework-connector";
import type { TeamsAuthentication } from "./teams-adapter.ts";

/**
 * Gets a token for the Bot Connector as botbuilder does before it sends, and throws it away. Throws what the SDK throws
 * when there is none: a wrong password, an identity that is not there, a tenant that does not know the app. The SDK
 * takes no signal here.
 */
export async function tryBotToken(
  settings: Omit<TeamsAuthentication, "tokenIssuer" | "openIdMetadataUrl">,
): Promise<void> {
  const factory = new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppType: settings.appType,
    MicrosoftAppId: settings.appId,
    ...(settings.appPassword !== undefined && { MicrosoftAppPassword: settings.appPassword }),
    MicrosoftAppTenantId: settings.tenantId,
  });
  const { appId, oauthScope, loginUrl } = settings;
  const credentials = await factory.createCredentials(appId, oauthScope, loginUrl, true);
  if (!(credentials instanceof AppCredentials)) throw new Error("The SDK has no credentials.");
  const token = await credentials.getToken(true);
  if (token === "") throw new Error("The token is empty.");
}
