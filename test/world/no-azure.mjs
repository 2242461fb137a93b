// Preloaded into a bot: whatever of Azure a bot has no business with throws when it is loaded or asked for a token. Its
// own identity towards the Bot Connector is botbuilder's business, and the one thing that is left.
import { createRequire, registerHooks } from "node:module";

const FOR_REGISTRIES = /arm-containerregistry|\/src\/adapters\/azure\//;
const BOT_CONNECTOR = "https://api.botframework.com";

registerHooks({
  load(url, context, nextLoad) {
    if (FOR_REGISTRIES.test(url)) throw new Error(`A bot has loaded ${url}`);
    return nextLoad(url, context);
  },
});

const ofBotbuilder = createRequire(
  createRequire(import.meta.url).resolve("botframework-connector"),
);
for (const Credential of Object.values(ofBotbuilder("@azure/identity"))) {
  const getToken = Credential?.prototype?.getToken;
  if (getToken === undefined) continue;
  Credential.prototype.getToken = function getTokenForTeams(scopes, ...rest) {
    const all = [scopes].flat();
    if (!all.every((scope) => scope.startsWith(BOT_CONNECTOR))) {
      throw new Error(`A bot has asked for a token of ${all.join(", ")}`);
    }
    return getToken.call(this, scopes, ...rest);
  };
}
process.stdout.write('{"event":"without-azure"}\n');
