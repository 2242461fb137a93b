/** The Bot Connector of the public cloud, as settings; each of them is another one in any other cloud. */
export const PUBLIC_BOT_CLOUD = {
  BOT_TOKEN_ISSUER: "https://api.botframework.com",
  BOT_OPENID_METADATA_URL: "https://login.botframework.com/v1/.well-known/openidconfiguration",
  BOT_OAUTH_SCOPE: "https://api.botframework.com",
  BOT_CONNECTOR_ORIGINS: "https://smba.trafficmanager.net",
} as const;

/** All or nothing: half of another cloud's settings would believe the tokens of one cloud and send to the other. */
export function complaintsOfBotCloud(
  given: Readonly<Record<string, string | undefined>>,
): readonly { readonly name: string; readonly message: string }[] {
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
