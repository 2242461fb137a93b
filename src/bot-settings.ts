import { origins } from "./setting-fields.ts";

type Given = Readonly<Record<string, string | undefined>>;
type Complaint = { readonly name: string; readonly message: string };

/** The Bot Connector of the public cloud, as settings; each of them is another one in any other cloud. */
export const PUBLIC_BOT_CLOUD = {
  BOT_TOKEN_ISSUER: "https://api.botframework.com",
  BOT_OPENID_METADATA_URL: "https://login.botframework.com/v1/.well-known/openidconfiguration",
  BOT_OAUTH_SCOPE: "https://api.botframework.com",
  BOT_CONNECTOR_ORIGINS: "https://smba.trafficmanager.net",
} as const;

/** What is wrong with the settings of the bot, beside what each of them shows by itself. */
export function complaintsOfBot(given: Given): readonly Complaint[] {
  const complaints: Complaint[] = [...complaintsOfCloud(given)];
  for (const name of ["MicrosoftAppId", "MicrosoftAppType", "MicrosoftAppTenantId"]) {
    if (given[name] === undefined) complaints.push({ name, message: "is not set" });
  }
  const origin = URL.parse(given["BOT_SERVICE_URL"] ?? "")?.origin;
  const allowed = given["BOT_CONNECTOR_ORIGINS"] ?? PUBLIC_BOT_CLOUD.BOT_CONNECTOR_ORIGINS;
  if (origin !== undefined && !origins.safeParse(allowed).data?.includes(origin)) {
    const message = "must be of one of BOT_CONNECTOR_ORIGINS";
    complaints.push({ name: "BOT_SERVICE_URL", message });
  }
  const type = given["MicrosoftAppType"];
  const hasPassword = given["MicrosoftAppPassword"] !== undefined;
  if (type === "SingleTenant" && !hasPassword) {
    const message = "is needed with MicrosoftAppType=SingleTenant";
    complaints.push({ name: "MicrosoftAppPassword", message });
  }
  if (type === "UserAssignedMSI" && hasPassword) {
    const message = "must not be set with MicrosoftAppType=UserAssignedMSI";
    complaints.push({ name: "MicrosoftAppPassword", message });
  }
  return complaints;
}

/** All or nothing: half of another cloud's settings would believe the tokens of one cloud and send to the other. */
function complaintsOfCloud(given: Given): readonly Complaint[] {
  const missing = Object.entries(PUBLIC_BOT_CLOUD)
    .filter(([name, value]) => (given[name] ?? value) === value)
    .map(([name]) => name);
  const login = given["BOT_LOGIN_URL"];
  // Keys and origins alone may be others: a mirror of the keys, one more region.
  const isElsewhere =
    !missing.includes("BOT_TOKEN_ISSUER") ||
    !missing.includes("BOT_OAUTH_SCOPE") ||
    login !== undefined;
  if (!isElsewhere) return [];
  const message = "is needed with the other settings of another cloud";
  return [...missing, ...(login === undefined ? ["BOT_LOGIN_URL"] : [])].map((name) => ({
    name,
    message,
  }));
}
