import { randomUUID } from "node:crypto";
import { helloImage } from "./image.ts";
import type { Blob } from "./image.ts";
import type { IssuedTokens } from "./issued-tokens.ts";

/** A request to a registry that its firewall has let in. */
export interface PlaneRequest {
  readonly method: string;
  readonly target: URL;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly loginServer: string;
}

/** A reply of a registry's front end. */
export interface PlaneReply {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a registry serves: its one image, and the tokens for it. */
export interface DataPlane {
  answer(request: PlaneRequest): PlaneReply;
}

const AUDIENCES = [
  "https://management.azure.com",
  "https://management.core.windows.net",
  "https://containerregistry.azure.net",
];

/**
 * A registry's protocol: `/v2/`, tags, manifests and blobs for who has an access token; `/oauth2/token` and
 * `/oauth2/exchange` give one. Anybody gets an access token, whatever `anonymousPullEnabled` says: it is the firewall
 * that is emulated here. Blobs are served, not redirected to storage.
 * Sources: distribution/distribution, "HTTP API V2"; Azure/acr docs/AAD-OAuth.md (token and exchange).
 */
export function createDataPlane(entra: IssuedTokens): DataPlane {
  const image = helloImage();
  const accessTokens = new Set<string>();
  const refreshTokens = new Set<string>();

  function fresh(tokens: Set<string>): string {
    const token = randomUUID();
    tokens.add(token);
    return token;
  }

  function token(request: PlaneRequest): PlaneReply {
    const sent = new URLSearchParams(request.body);
    const refresh = sent.get("refresh_token");
    if (request.method === "POST" && refresh !== null && !refreshTokens.has(refresh)) {
      return unauthorized(request);
    }
    return json(200, { access_token: fresh(accessTokens) });
  }

  function exchange(request: PlaneRequest): PlaneReply {
    if (request.method !== "POST") return notAllowed("POST");
    const sent = new URLSearchParams(request.body).get("access_token") ?? "";
    const resource = entra.resourceOf(sent);
    if (resource === undefined || !AUDIENCES.includes(resource)) return unauthorized(request);
    return json(200, { refresh_token: fresh(refreshTokens) });
  }

  function content(path: string): PlaneReply {
    const [, repository = "", kind = "", reference = ""] =
      /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
    if (path === "/v2/_catalog") return json(200, { repositories: [image.repository] });
    if (kind === "") return failure(404, "NOT_FOUND", "not emulated");
    if (repository !== image.repository) {
      return failure(404, "NAME_UNKNOWN", "repository name not known to registry");
    }
    if (kind === "tags" && reference === "list") {
      return json(200, { name: image.repository, tags: [image.tag] });
    }
    const { manifest } = image;
    const wanted =
      kind === "manifests"
        ? [image.tag, manifest.digest].includes(reference)
          ? manifest
          : undefined
        : image.blobs.find(({ digest }) => digest === reference);
    const code = kind === "manifests" ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN";
    return wanted === undefined ? failure(404, code, "not known to registry") : served(wanted);
  }

  return {
    answer(request) {
      const path = request.target.pathname;
      if (path === "/oauth2/token") return token(request);
      if (path === "/oauth2/exchange") return exchange(request);
      if (request.method !== "GET" && request.method !== "HEAD") return notAllowed("GET, HEAD");
      if (!path.startsWith("/v2/") && path !== "/v2") {
        return failure(404, "NOT_FOUND", "not emulated");
      }
      const [, sent = ""] = /^Bearer (\S+)$/i.exec(request.authorization ?? "") ?? [];
      if (!accessTokens.has(sent)) return unauthorized(request);
      return path === "/v2/" || path === "/v2" ? json(200, {}) : content(path);
    },
  };
}

/** `message` goes into the body as it is: it must not hold anything JSON would escape. */
export function failure(status: number, code: string, message: string): PlaneReply {
  return { status, body: `{"errors":[{"code":"${code}","message":"${message}"}]}` };
}

/** Source: Azure docs, "Authenticate with a registry"; the body is one that registries were seen to answer. */
function unauthorized({ loginServer, target }: PlaneRequest): PlaneReply {
  const [, repository] = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(target.pathname) ?? [];
  const scope = repository === undefined ? "" : `,scope="repository:${repository}:pull"`;
  return {
    status: 401,
    body: '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization for more information.","detail":null}]}',
    headers: {
      "www-authenticate": `Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}"${scope}`,
    },
  };
}

function notAllowed(allow: string): PlaneReply {
  return { ...failure(405, "UNSUPPORTED", "not emulated"), headers: { allow } };
}

function json(status: number, body: unknown): PlaneReply {
  return { status, body: JSON.stringify(body) };
}

function served({ type, digest, bytes }: Blob): PlaneReply {
  return {
    status: 200,
    body: bytes,
    headers: { "content-type": type, "docker-content-digest": digest, etag: `"${digest}"` },
  };
}
