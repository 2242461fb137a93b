import type { Expiry, Put, WakeKey } from "../../../application/store.ts";
import { LEASES_FOR } from "../index-entries.ts";

/** The name of every key and channel of one installation. */
export type Keys = {
  /** STRING `<version>|<packed text>` (packed-text.ts): one record. */
  readonly record: (kind: Put["kind"] | Expiry["kind"], id: string) => string;
  /** ZSET id -> time: the members of an index (index-entries.ts). */
  readonly index: (name: string) => string;
  /** ZSET key -> time to look at it. */
  readonly wakeList: (list: WakeKey["list"]) => string;
  /** HASH fence, until, woken: there while somebody holds the key, or died holding it. */
  readonly hold: (list: WakeKey["list"], key: string) => string;
  /** STRING: the last fence handed out, for whichever key. */
  readonly fence: string;
  /** STRING with a time to live: the change was committed. */
  readonly operation: (opId: string) => string;
  /** STREAM, entry id `<number>-<milliseconds>`, field `event`: the audit trail. */
  readonly audit: string;
  /** ZSET `<from>-<to>|<packed seal>` -> its last number: the chain over the audit trail. */
  readonly auditSeals: string;
  /** STREAM: a copy of the audit trail in the making; and STRING: by whom. Both have a time to live. */
  readonly auditCopy: string;
  readonly auditCopying: string;
  /** Pub/sub channel: its messages are the names of lists in which a key was woken. */
  readonly wokenChannel: string;
  /** Names that a claim completes inside the store, once it knows the key. */
  readonly leasesForPrefix: string;
  /** Counters of attempts, each a STRING with a time to live (count-attempt.lua). */
  readonly limitPrefix: string;
  /** SET: the names of the indexes of registries' leases that have members. */
  readonly leaseIndexes: string;
};

/**
 * All keys share the hash tag `{prefix}`: in a cluster they are in one slot, so one script may touch them all
 * (redis.io, "Redis cluster specification", hash tags), and one ACL pattern covers them.
 */
export function keysUnder(prefix: string): Keys {
  const tag = `{${prefix}}:`;
  return {
    record: (kind, id) => `${tag}${kind}:${id}`,
    index: (name) => `${tag}${name}`,
    wakeList: (list) => `${tag}wake:${list}`,
    hold: (list, key) => `${tag}hold:${list}:${key}`,
    fence: `${tag}fence`,
    operation: (opId) => `${tag}operation:${opId}`,
    audit: `${tag}audit`,
    auditSeals: `${tag}audit-seals`,
    auditCopy: `${tag}audit-copy`,
    auditCopying: `${tag}audit-copying`,
    wokenChannel: `${tag}woken`,
    leasesForPrefix: `${tag}${LEASES_FOR}`,
    limitPrefix: `${tag}limit:`,
    leaseIndexes: `${tag}lease-indexes`,
  };
}
