import { runProduct } from "../world/product-process.ts";
import type { Attack, AttackWorld } from "./attack.ts";

/** What a start with these settings ended with, and each line that it was told off with. */
async function started(
  world: AttackWorld,
  over: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, output } = await runProduct({ ...world.settings, ...over });
  const lines = output.split("\n").map((line) => line.trim());
  return [`exit ${String(code)}`, ...lines.slice(1)].join("; ");
}

function refused(attack: string, expected: string, over: Readonly<Record<string, string>>): Attack {
  const prepare: Attack["prepare"] = (world) => () => started(world, over);
  return { door: "settings", attack, expected: `exit 2; ${expected}`, prepare };
}

const TYPES = "MicrosoftAppType: must be SingleTenant or UserAssignedMSI";
const OTHER_CLOUD = "is needed with the other settings of another cloud";

/** Settings with which the SDK would start, and accept more than it should. */
export const SETTINGS_ATTACKS: readonly Attack[] = [
  refused("an app for tokens of any tenant", TYPES, { MicrosoftAppType: "MultiTenant" }),
  refused("a misspelt app type, which the SDK takes for MultiTenant", TYPES, {
    MicrosoftAppType: "SingelTenant",
  }),
  refused("no app type, likewise", "MicrosoftAppType: is not set", { MicrosoftAppType: "" }),
  refused("no app id, with which the SDK checks nothing", "MicrosoftAppId: is not set", {
    MicrosoftAppId: "",
  }),
  refused("an app id that is none", "MicrosoftAppId: must be a GUID", { MicrosoftAppId: "bot" }),
  refused("no tenant", "MicrosoftAppTenantId: is not set", { MicrosoftAppTenantId: "" }),
  refused(
    "the token issuer of another cloud alone",
    ["BOT_OAUTH_SCOPE", "BOT_LOGIN_URL"].map((name) => `${name}: ${OTHER_CLOUD}`).join("; "),
    { BOT_TOKEN_ISSUER: "https://api.botframework.us" },
  ),
  refused("the keys of tokens over http", "BOT_OPENID_METADATA_URL: must be an https URL", {
    BOT_OPENID_METADATA_URL: "http://login.botframework.com/keys",
  }),
  refused(
    "a Bot Connector over http",
    "BOT_CONNECTOR_ORIGINS: must be origins such as https://host, separated by commas",
    { BOT_CONNECTOR_ORIGINS: "http://smba.trafficmanager.net" },
  ),
  refused(
    "a first message to a host that is not the Bot Connector's",
    "BOT_SERVICE_URL: must be of one of BOT_CONNECTOR_ORIGINS",
    { BOT_SERVICE_URL: "https://evil.example/" },
  ),
];
