/** Shorter ones would be found by chance. */
const LEAST_LENGTH = 8;

/** What nobody may read in what a process prints, whatever its settings are. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  "a token": /\beyJ[\w-]{10,}\.eyJ/,
  "an authorization": /\bBearer \S/,
  // Whole, or its 256 bits in base64url as a value of their own; a checkpoint's hash and whoever was forgotten look the same.
  "a one-time link":
    /\/p\/[0-9A-Z]{12}\.|\b[0-9A-Z]{12}\.[\w-]{43}\b|(?<!"(?:hash|who)":)"[\w-]{43}"/,
  "the body of a card": /AdaptiveCard"|"Action\.(Execute|OpenUrl)"/,
};

/**
 * What of it stands in the text that should not: the secrets of the settings that a process was started with, tokens,
 * links and cards. Names of things, so that a failing test does not print them again.
 */
export function leaksIn(
  text: string,
  settings: Readonly<Record<string, string>>,
): readonly string[] {
  const secrets = secretsOf(settings)
    .filter(([, secret]) => secret.length >= LEAST_LENGTH && text.includes(secret))
    .map(([name]) => name);
  const shapes = Object.entries(SHAPES)
    .filter(([, shape]) => shape.test(text))
    .map(([name]) => name);
  return [...new Set([...secrets, ...shapes])];
}

function secretsOf(settings: Readonly<Record<string, string>>): readonly [string, string][] {
  const {
    AUDIT_KEY = "",
    LEDGER_KEY = "",
    MicrosoftAppPassword = "",
    IDENTITY_HEADER = "",
    REDIS_URL = "",
  } = settings;
  const password = /\/\/[^/@]*:([^/@]*)@/.exec(REDIS_URL)?.[1] ?? "";
  return [
    ...AUDIT_KEY.split(",").map((key): [string, string] => ["AUDIT_KEY", key.trim()]),
    ...LEDGER_KEY.split(",").map((key): [string, string] => ["LEDGER_KEY", key.trim()]),
    ["MicrosoftAppPassword", MicrosoftAppPassword],
    ["IDENTITY_HEADER", IDENTITY_HEADER],
    ["the password of REDIS_URL", password],
    ["the password of REDIS_URL", decodeURIComponent(password)],
  ];
}
