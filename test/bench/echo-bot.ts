import {
  ActivityHandler,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type Request,
} from "botbuilder";
import restify from "restify";
import { APP_ID, TENANT_ID } from "../emulators/teams/people.ts";

// The least that a bot can be: botbuilder's own adapter and server as in its samples (microsoft/BotBuilder-Samples,
// 02.echo-bot), with the same check of tokens, and one card for every click.
const CARD = {
  type: "AdaptiveCard",
  version: "1.5",
  body: [{ type: "TextBlock", text: "Approved", wrap: true }],
};

class EchoBot extends ActivityHandler {
  protected override onInvokeActivity(): Promise<InvokeResponse> {
    const type = "application/vnd.microsoft.card.adaptive";
    return Promise.resolve({ status: 200, body: { statusCode: 200, type, value: CARD } });
  }
}

const metadataUrl = process.env["BOT_OPENID_METADATA_URL"] ?? "";
const issuer = "https://api.botframework.com";
const adapter = new CloudAdapter(
  new ConfigurationBotFrameworkAuthentication({
    MicrosoftAppType: "UserAssignedMSI",
    MicrosoftAppId: APP_ID,
    MicrosoftAppTenantId: TENANT_ID,
    ToBotFromChannelTokenIssuer: issuer,
    ToBotFromChannelOpenIdMetadataUrl: metadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: metadataUrl,
    ToChannelFromBotLoginUrl: `https://login.microsoftonline.com/${TENANT_ID}`,
    ToChannelFromBotOAuthScope: issuer,
    OAuthUrl: issuer,
    CallerId: "urn:botframework:azure",
  }),
);
const bot = new EchoBot();
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.post("/api/messages", async (request, response) => {
  // botbuilder's samples do so; the two types differ in what may be undefined.
  await adapter.process(request as Request & typeof request, response, (context) =>
    bot.run(context),
  );
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ echo: server.url }));
});
process.once("SIGTERM", () => process.exit(0));
