import { startConnector } from "../emulators/teams/connector.ts";
import { APP_ID } from "../emulators/teams/people.ts";
import { startTokenIssuer } from "../emulators/teams/token-issuer.ts";
import { EVERYBODY, teamsPerson } from "./teams-people.ts";

// The Bot Connector and its token issuer as a process of their own: one line says where they are, and has a token
// for all that is sent to the bot. Teams uses a token for an hour, too.
const issuer = await startTokenIssuer();
const people = EVERYBODY.map(teamsPerson);
const connector = await startConnector({ isBotToken: (token) => token !== "", people });
for (const person of people) connector.directory.install(person);
const { serviceUrl } = connector;
const token = issuer.connectorToken({ appId: APP_ID, serviceUrl });
console.log(JSON.stringify({ metadataUrl: issuer.metadataUrl, serviceUrl, token }));
process.once("SIGTERM", () => {
  void Promise.all([connector.stop(), issuer.stop()]).then(() => process.exit(0));
});
