import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { AuditTrail, RewrittenEntry } from "../../../application/audit/audit-trail.ts";
import type { AuditSeal } from "../../../domain/audit-seal.ts";
import { sealOf, sealText } from "../stored-seal.ts";
import { whole } from "./change-arguments.ts";
import type { Keys } from "./keys.ts";
import { pack, unpack } from "./packed-text.ts";
import { auditReply, rewriteReply, sealsReply } from "./replies.ts";

/** Sends a question over the connection there is; throws StoreUnavailable. */
type Ask = (question: (redis: Redis) => Promise<unknown>, signal: AbortSignal) => Promise<unknown>;

/** A copy in the making is given up after this, when nobody goes on with it. */
const COPY_KEPT_MS = 60_000;
const COPIED_AT_ONCE = 500;

/** The audit trail in Redis: a stream of entries, and a sorted set of seals. */
export class RedisAuditTrail implements AuditTrail {
  readonly #ask: Ask;
  readonly #keys: Keys;

  constructor(ask: Ask, keys: Keys) {
    this.#ask = ask;
    this.#keys = keys;
  }

  async texts(fromNumber: number, limit: number, signal: AbortSignal) {
    const stream = this.#keys.audit;
    const reply = await this.#ask(
      (redis) => redis.readAudit(stream, whole(fromNumber), whole(limit)),
      signal,
    );
    const [now, entries] = auditReply.parse(reply);
    const value = entries.map(([number, at, text]) => ({ number: Number(number), at, text }));
    return { now, value };
  }

  async newestSeal(signal: AbortSignal): Promise<AuditSeal | undefined> {
    return (await this.#read("newest", 1, signal))[0];
  }

  seals(fromNumber: number, limit: number, signal: AbortSignal): Promise<readonly AuditSeal[]> {
    return this.#read(whole(fromNumber), limit, signal);
  }

  async addSeal(seal: AuditSeal, signal: AbortSignal): Promise<boolean> {
    const { auditSeals, audit } = this.#keys;
    const { from, to } = seal;
    const reply = await this.#ask(
      (redis) => redis.addSeal(auditSeals, audit, whole(from), whole(to), memberOf(seal)),
      signal,
    );
    return reply === 1;
  }

  async replaceSeal(seal: AuditSeal, signal: AbortSignal): Promise<boolean> {
    const key = this.#keys.auditSeals;
    const reply = await this.#ask(
      (redis) => redis.replaceSeal(key, `${nameOf(seal)}|`, whole(seal.to), memberOf(seal)),
      signal,
    );
    return reply === 1;
  }

  async rewrite(
    entries: readonly RewrittenEntry[],
    signal: AbortSignal,
  ): Promise<"rewritten" | "conflict"> {
    const { value } = await this.texts(1, 1, signal);
    const [first] = value;
    if (first === undefined || entries.length === 0) return "rewritten";
    const token = randomUUID();
    let copied = "";
    for (let from = first.number; ; from += COPIED_AT_ONCE) {
      const to = from + COPIED_AT_ONCE - 1;
      const among = entries.filter(({ number }) => number >= from && number <= to);
      const [kind, last = ""] = await this.#copy(token, copied, to, among, signal);
      if (kind === "conflict") return "conflict";
      if (kind === "done") return "rewritten";
      copied = last;
    }
  }

  async #copy(
    token: string,
    copied: string,
    to: number,
    entries: readonly RewrittenEntry[],
    signal: AbortSignal,
  ) {
    const { audit, auditCopy, auditCopying } = this.#keys;
    const changes = entries.flatMap(({ number, from, to: text }) => [String(number), from, text]);
    const reply = await this.#ask(
      (redis) =>
        redis.rewriteAudit(
          audit,
          auditCopy,
          auditCopying,
          token,
          COPY_KEPT_MS,
          copied,
          whole(to),
          ...changes,
        ),
      signal,
    );
    return rewriteReply.parse(reply);
  }

  async #read(
    from: number | "newest",
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly AuditSeal[]> {
    const key = this.#keys.auditSeals;
    const reply = await this.#ask(
      (redis) => redis.readSealsBuffer(key, from, whole(limit)),
      signal,
    );
    return sealsReply.parse(reply).map((member) => {
      const bar = member.indexOf("|");
      return sealOf(unpack(member.subarray(bar + 1)), member.toString("utf8", 0, bar));
    });
  }
}

/** Scripts find it by the numbers that it begins with. */
function memberOf(seal: AuditSeal): Buffer {
  return Buffer.concat([Buffer.from(`${nameOf(seal)}|`), pack(sealText(seal))]);
}

function nameOf({ from, to }: AuditSeal): string {
  return `${String(from)}-${String(to)}`;
}
