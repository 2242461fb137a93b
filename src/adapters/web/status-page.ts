import type { Log } from "../../application/ports.ts";
import type { Operations } from "../../application/show/show-operations.ts";
import { STATUS_CONTENT_POLICY, statusHtml, type ServedBy } from "./status-html.ts";
import type { SentenceOf } from "./status-tables.ts";

/** What the page needs. */
export type StatusPageDeps = {
  readonly read: (signal: AbortSignal) => Promise<Operations>;
  readonly servedBy: () => ServedBy;
  readonly monotonicMs: () => number;
  readonly log: Log;
  readonly sentenceOf: SentenceOf;
};

/** Answers `GET /status`. Never throws. */
export type StatusPage = (refreshes: boolean) => Promise<{
  readonly status: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}>;

const READ_WITHIN_MS = 5_000;
/** Whoever looks within this time gets what the one before got: the store is asked as often, however many look. */
const GOOD_FOR_MS = 2_000;

/** A page for operators. It only reads, and shows names: it is for the operations port, never for the public one. */
export function createStatusPage(deps: StatusPageDeps): StatusPage {
  const { read, servedBy, monotonicMs, log, sentenceOf } = deps;
  let last: Promise<Operations | undefined> | undefined;
  let readAtMs = -Infinity;
  const look = async (): Promise<Operations | undefined> => {
    try {
      return await read(AbortSignal.timeout(READ_WITHIN_MS));
    } catch (error) {
      log.error("status.failed", { error });
      return undefined;
    }
  };
  return async (refreshes) => {
    if (last === undefined || monotonicMs() - readAtMs > GOOD_FOR_MS) {
      readAtMs = monotonicMs();
      last = look();
    }
    const operations = await last;
    return {
      status: operations === undefined ? 503 : 200,
      headers: HEADERS,
      body: await statusHtml({ operations, servedBy: servedBy(), refreshes, sentenceOf }),
    };
  };
}

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": STATUS_CONTENT_POLICY,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex, nofollow",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
