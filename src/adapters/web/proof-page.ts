import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Log } from "../../application/ports.ts";
import {
  lookAtLink,
  recordAddress,
  type Link,
  type LinkState,
  type RecordOutcome,
} from "../../application/proof/record-address.ts";
import { parseRequestId } from "../../domain/ids.ts";
import { clientAddress, clientHost, type Caller, type ClientProfile } from "./client-address.ts";
import { asHtml, asText, CONTENT_POLICY } from "./proof-html.ts";
import { STRICT_HEADERS } from "./strict-headers.ts";
import { ELSEWHERE, FAILED, shownFor, type Shown, type WrittenLink } from "./proof-words.ts";

/** What the page needs. */
export type ProofPageDeps = Parameters<typeof recordAddress>[0] & {
  readonly log: Log;
  /** Origins under which the page is reached; under another name there is nothing. */
  readonly publicUrl: string;
  readonly ipv4Url: string | undefined;
  readonly clientAddress: ClientProfile;
};

/** An answer, complete. */
type PageAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Answers GET, HEAD and POST of `/p/<link>`. Never throws. */
export type ProofPage = (
  request: IncomingMessage,
  link: string,
  signal: AbortSignal,
) => Promise<PageAnswer>;

const LINK = /^([0-9A-Z]{12})\.([A-Za-z0-9_-]{43})$/;
/** The form has no fields. */
const LARGEST_BODY_BYTES = 1_024;

/**
 * The page behind a one-time link. GET and HEAD only look: crawlers and previews open links before people do. POST
 * uses the link up. The token in the path is the whole authority, so it is never written to a log, and no cookie and
 * no script is needed.
 */
export function createProofPage(deps: ProofPageDeps): ProofPage {
  const { log, publicUrl, ipv4Url } = deps;
  const origins = new Set([publicUrl, ...(ipv4Url === undefined ? [] : [ipv4Url])]);
  const hosts = new Set([...origins].map((origin) => new URL(origin).host));
  return async (request, text, signal) => {
    const { headers } = request;
    const isPost = request.method === "POST";
    // What comes under another name was not meant for us, or tries to make our links point elsewhere.
    if (!hosts.has(clientHost(request, deps.clientAddress)?.toLowerCase() ?? ""))
      return misdirected();
    if (isPost && isTooLarge(headers)) return bare(413);
    const asked = headers.accept?.includes("text/html") === true ? asHtml : asText;
    const answer = async (shown: Shown): Promise<PageAnswer> => ({
      status: shown.status,
      headers: headersFor(asked === asHtml ? "text/html" : "text/plain", publicUrl),
      body: await asked(shown),
    });
    if (isPost && !isSameOrigin(headers, origins)) return answer(ELSEWHERE);
    const caller = clientAddress(request, deps.clientAddress);
    const written = writtenLink(text, publicUrl, ipv4Url);
    try {
      const outcome = await outcomeOf(deps, isPost, linkOf(text), caller, signal);
      return await answer(shownFor(outcome, caller, written));
    } catch (error) {
      log.error("link.failed", { error });
      return answer(FAILED);
    }
  };
}

async function outcomeOf(
  deps: ProofPageDeps,
  isPost: boolean,
  link: Link | undefined,
  caller: Caller,
  signal: AbortSignal,
): Promise<LinkState | RecordOutcome> {
  if (link === undefined) return { kind: "unknown" };
  const from = caller.kind === "ipv4" ? caller.address : undefined;
  if (!isPost || from === undefined) return lookAtLink(deps, link, from, signal);
  const outcome = await recordAddress(deps, link, from, signal);
  deps.log.info("link.posted", { request: link.request, outcome: outcome.kind });
  return outcome;
}

function linkOf(text: string): Link | undefined {
  const [, id = "", secret = ""] = LINK.exec(text) ?? [];
  const request = parseRequestId(id);
  return request === undefined ? undefined : { request, secret };
}

function writtenLink(text: string, publicUrl: string, ipv4Url: string | undefined): WrittenLink {
  const at = (origin: string): string => `${origin}/p/${text}`;
  return {
    curl: `curl -4 -X POST ${at(ipv4Url ?? publicUrl)}`,
    ipv4Page: ipv4Url === undefined ? undefined : at(ipv4Url),
  };
}

/**
 * Keeps a page of somebody else from making a visitor's browser use a link. A browser says where a request comes from;
 * its Origin is "null" then, since our pages send no referrer (fetch.spec.whatwg.org, "Origin" header). curl says
 * neither, and has the token.
 */
function isSameOrigin(headers: IncomingHttpHeaders, ours: ReadonlySet<string>): boolean {
  const { origin, "sec-fetch-site": site } = headers;
  if (site !== undefined && site !== "same-origin") return false;
  return origin === undefined || ours.has(origin) || (origin === "null" && site === "same-origin");
}

function isTooLarge(headers: IncomingHttpHeaders): boolean {
  return (
    headers["transfer-encoding"] !== undefined ||
    Number(headers["content-length"] ?? 0) > LARGEST_BODY_BYTES
  );
}

function misdirected(): PageAnswer {
  return bare(421);
}

/** Without a word: whoever gets it did not come by a link of ours. */
function bare(status: number): PageAnswer {
  return { status, headers: { ...STRICT_HEADERS, connection: "close" }, body: "" };
}

function headersFor(type: string, publicUrl: string): Readonly<Record<string, string>> {
  return {
    ...STRICT_HEADERS,
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": CONTENT_POLICY,
    vary: "accept",
    ...(publicUrl.startsWith("https:") ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}
