import {
  createHmac,
  createSign,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from "node:crypto";
import { createServer } from "node:http";
import { listener, listenOnLocalhost, sendJson, targetOf } from "../azure/local-http.ts";

/** How a token departs from what the Bot Connector signs; for attacks. */
export interface SigningOptions {
  /** The key id in the header; the published one by default. */
  readonly kid?: string;
  /** RS256 by default; HS256 is keyed with the published key's PEM, the classic confusion; none leaves it unsigned. */
  readonly alg?: "RS256" | "HS256" | "none";
  /** Signs with a key that was never published, under the published key's id. */
  readonly foreignKey?: boolean;
  /** Names the key that is published for no channel, or for another one than Teams. */
  readonly endorsed?: "never" | "elsewhere";
  /** Leaves the key id out. */
  readonly withoutKeyId?: boolean;
}

/** Who a Bot Connector token is for and which connector it names; any other member is a claim that replaces ours. */
export interface ConnectorTokenClaims {
  readonly appId: string;
  readonly serviceUrl: string;
  readonly [claim: string]: unknown;
}

/** A running stand-in for login.botframework.com. */
export interface TokenIssuer {
  /** `http://127.0.0.1:…`, for the bot's OpenID metadata URL. */
  readonly metadataUrl: string;
  /** The `iss` of every Bot Connector token. */
  readonly issuer: "https://api.botframework.com";
  /** A JWT with exactly these claims. */
  sign(claims: Readonly<Record<string, unknown>>, options?: SigningOptions): string;
  /** A JWT as the Bot Connector sends it, valid for an hour of real time. */
  connectorToken(claims: ConnectorTokenClaims, options?: SigningOptions): string;
  /** Frees the port and ends every connection. */
  stop(): Promise<void>;
}

const ISSUER = "https://api.botframework.com";
const METADATA_PATH = "/v1/.well-known/openidconfiguration";
const KEYS_PATH = "/v1/.well-known/keys";
/** The same key again, under ids of their own. */
const KEY_OF = { never: "key-of-no-channel", elsewhere: "key-of-another-channel" } as const;
const LIFETIME_SECONDS = 60 * 60;

/**
 * Starts an issuer with a fresh RSA key on a free port of 127.0.0.1.
 * Source: learn.microsoft.com, "Authentication with the Bot Connector API" (connector to bot).
 */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keyId = randomUUID();
  const { n, e } = keys.publicKey.export({ format: "jwk" });
  const published = { kty: "RSA", use: "sig", kid: keyId, x5t: keyId, n, e };

  const server = await listenOnLocalhost(
    createServer(
      listener((request, response) => {
        const path = targetOf(request)?.pathname;
        if (request.method === "GET" && path === METADATA_PATH) {
          sendJson(request, response, 200, {
            issuer: ISSUER,
            authorization_endpoint: "https://invalid.botframework.com",
            jwks_uri: `${origin}${KEYS_PATH}`,
            id_token_signing_alg_values_supported: ["RS256"],
            token_endpoint_auth_methods_supported: ["private_key_jwt"],
          });
        } else if (request.method === "GET" && path === KEYS_PATH) {
          const keys = [
            { ...published, endorsements: ["msteams"] },
            { ...published, kid: KEY_OF.never },
            { ...published, kid: KEY_OF.elsewhere, endorsements: ["webchat"] },
          ];
          sendJson(request, response, 200, { keys });
        } else {
          sendJson(request, response, 404, { error: `Nothing is emulated at ${path ?? "there"}.` });
        }
        return Promise.resolve();
      }),
    ),
  );
  const origin = `http://127.0.0.1:${String(server.port)}`;

  const sign: TokenIssuer["sign"] = (claims, options = {}) => {
    const { alg = "RS256", foreignKey, endorsed, withoutKeyId } = options;
    const kid = options.kid ?? (endorsed === undefined ? keyId : KEY_OF[endorsed]);
    const named = withoutKeyId === true ? {} : { kid, x5t: kid };
    const head = [{ typ: "JWT", alg, ...named }, claims].map(base64url).join(".");
    const signature = {
      none: () => "",
      HS256: () => createHmac("sha256", pemOf(keys.publicKey)).update(head).digest("base64url"),
      RS256: () => {
        const key = foreignKey === true ? freshPrivateKey() : keys.privateKey;
        return createSign("RSA-SHA256").update(head).sign(key, "base64url");
      },
    };
    return `${head}.${signature[alg]()}`;
  };

  return {
    metadataUrl: `${origin}${METADATA_PATH}`,
    issuer: ISSUER,
    sign,
    connectorToken({ appId, serviceUrl, ...others }, options) {
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: ISSUER,
        aud: appId,
        serviceurl: serviceUrl,
        nbf: now - 10,
        exp: now + LIFETIME_SECONDS,
      };
      return sign({ ...claims, ...others }, options);
    },
    stop: () => server.close(),
  };
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

function freshPrivateKey(): KeyObject {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
}
