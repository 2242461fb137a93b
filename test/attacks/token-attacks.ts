import { TENANT_ID } from "../emulators/teams/people.ts";
import type { Attack } from "./attack.ts";
import { forgeries, type Forgery } from "./forged-activity.ts";

const OTHER = "99999999-9999-4999-8999-999999999999";
const MINUTE = 60;
const now = (): number => Math.floor(Date.now() / 1_000);

/** Of Entra ID for the bot itself; by default the SDK takes these from any tenant, for any service URL. */
function entra(tid: string, more: Readonly<Record<string, unknown>> = {}): Forgery {
  const claims = { iss: `https://sts.windows.net/${tid}/`, tid, ver: "1.0" };
  return { claims: { ...claims, appid: "22222222-2222-4222-8222-222222222222", ...more } };
}

function refused(why: string, rows: Readonly<Record<string, () => Forgery>>): readonly Attack[] {
  return forgeries("token", `401, empty, logged once: ${why}`, rows);
}

/** None at all: what the suite would say of an open door. */
const GOOD = forgeries("token", "200, let in", {
  "as the Bot Connector signs it": () => ({ activity: { text: "help" } }),
}).map((row): Attack => ({ ...row, leaves: "answer" }));

/** Tokens that are not the Bot Connector's for this bot and this activity. */
export const TOKEN_ATTACKS: readonly Attack[] = [
  ...GOOD,
  ...refused("no token", { "none at all": () => ({ authorization: "" }) }),
  ...refused("not a token", {
    "the word Bearer alone": () => ({ authorization: "Bearer" }),
    garbage: () => ({ authorization: "Bearer abc.def.ghi" }),
    "another scheme": () => ({ authorization: "Basic cm9iaW46cm9iaW4=" }),
    "two tokens in one header": () => ({ authorization: "Bearer e30.e30.e30 e30.e30.e30" }),
  }),
  ...refused("too long", {
    "nine kilobytes long": () => ({ authorization: `Bearer ${"e30".repeat(3_000)}.e30.e30` }),
  }),
  ...refused("alg", {
    "unsigned, alg none": () => ({ signing: { alg: "none" } }),
    "HS256 keyed with the public key": () => ({ signing: { alg: "HS256" } }),
  }),
  ...refused("kid", {
    "without a key id": () => ({ signing: { withoutKeyId: true } }),
    "with an empty key id": () => ({ signing: { kid: "" } }),
  }),
  ...refused("unknown key", {
    "with a key id that nobody published": () => ({ signing: { kid: "mine" } }),
  }),
  ...refused("signature", { "signed with another key": () => ({ signing: { foreignKey: true } }) }),
  ...refused("channel", {
    "signed with a key that is endorsed for no channel": () => ({ signing: { endorsed: "never" } }),
    "signed with a key that is endorsed for another channel": () => ({
      signing: { endorsed: "elsewhere" },
    }),
    "for another channel than its key's": () => ({ activity: { channelId: "webchat" } }),
    "without a channel": () => ({ activity: { channelId: undefined } }),
  }),
  ...refused("issuer", {
    "of another issuer": () => ({ claims: { iss: "https://evil.example" } }),
    "of the US government's Bot Connector": () => ({
      claims: { iss: "https://api.botframework.us" },
    }),
    "of Entra ID, the bot's own tenant (the SDK's Emulator path)": () => entra(TENANT_ID),
    "of Entra ID, another tenant": () => entra(OTHER),
    "of Entra ID, version 2": () =>
      entra(OTHER, {
        iss: `https://login.microsoftonline.com/${OTHER}/v2.0`,
        ver: "2.0",
        azp: "22222222-2222-4222-8222-222222222222",
      }),
    "of another bot that calls this one as a skill": () => entra(TENANT_ID, { appid: OTHER }),
    "of the SDK's own list of Emulator tenants": () =>
      entra("d6d49420-f39b-4df7-a1dc-d59a935871db"),
  }),
  ...refused("iss", {
    "of several issuers": () => ({ claims: { iss: ["https://api.botframework.com"] } }),
  }),
  ...refused("audience", { "for another bot": () => ({ claims: { appId: OTHER } }) }),
  ...refused("aud", { "for several bots": () => ({ claims: { aud: [OTHER] } }) }),
  ...refused("expired", {
    "expired six minutes ago": () => ({
      claims: { nbf: now() - 66 * MINUTE, exp: now() - 6 * MINUTE },
    }),
  }),
  ...refused("exp", { "that never expires": () => ({ claims: { exp: undefined } }) }),
  ...refused("not valid yet", {
    "valid in six minutes": () => ({ claims: { nbf: now() + 6 * MINUTE } }),
  }),
  ...refused("service URL", {
    "for another service URL": () => ({ claims: { serviceUrl: "https://evil.example/" } }),
    "for an activity without a service URL": () => ({ activity: { serviceUrl: undefined } }),
  }),
  ...refused("serviceurl", { "for no service URL": () => ({ claims: { serviceurl: undefined } }) }),
];
