import { readFileSync } from "node:fs";
import type { Result } from "ioredis";

// Each script is sent by its hash, and in full when the server does not know it (redis/ioredis, README,
// "Lua scripting"). Their heads say what they take and return; every reply is parsed where it is used. Those with
// records in their replies are called by the name that ends in Buffer: as text, packed bytes would be mangled.
declare module "ioredis" {
  interface RedisCommander<Context> {
    commitChange(
      operation: string,
      audit: string,
      change: string,
      ...texts: Buffer[]
    ): Result<unknown, Context>;
    claimKeyBuffer(
      wakeList: string,
      fence: string,
      holdMs: number,
      holdPrefix: string,
      indexPrefix: string,
      memberPrefix: string,
      ...recordPrefixes: string[]
    ): Result<unknown, Context>;
    readRecordsBuffer(count: number, ...records: string[]): Result<unknown, Context>;
    readIndexBuffer(index: string, recordPrefix: string, limit: number): Result<unknown, Context>;
    readLateBuffer(
      indexes: string,
      recordPrefix: string,
      agoMs: number,
      limit: number,
    ): Result<unknown, Context>;
    tallyUp(
      registries: string,
      conversations: string,
      ...indexes: string[]
    ): Result<unknown, Context>;
    readAudit(stream: string, fromNumber: number, limit: number): Result<unknown, Context>;
    readSealsBuffer(
      seals: string,
      from: number | "newest",
      limit: number,
    ): Result<unknown, Context>;
    addSeal(
      seals: string,
      audit: string,
      from: number,
      to: number,
      seal: Buffer,
    ): Result<unknown, Context>;
    replaceSeal(
      seals: string,
      beginning: string,
      to: number,
      seal: Buffer,
    ): Result<unknown, Context>;
    rewriteAudit(
      audit: string,
      copy: string,
      copying: string,
      token: string,
      keptMs: number,
      copied: string,
      to: number,
      ...changes: string[]
    ): Result<unknown, Context>;
  }
}

/** The scripts by the names of the commands that they become. */
export const scripts = {
  commitChange: { numberOfKeys: 2, lua: lua("commit") },
  claimKey: { numberOfKeys: 2, lua: lua("claim") },
  /** Its first argument counts the keys. */
  readRecords: { lua: lua("read-records") },
  readIndex: { numberOfKeys: 1, lua: lua("read-index") },
  readLate: { numberOfKeys: 1, lua: lua("read-late") },
  tallyUp: { numberOfKeys: 2, lua: lua("tally") },
  readAudit: { numberOfKeys: 1, lua: lua("read-audit") },
  readSeals: { numberOfKeys: 1, lua: lua("read-seals") },
  addSeal: { numberOfKeys: 2, lua: lua("add-seal") },
  replaceSeal: { numberOfKeys: 1, lua: lua("replace-seal") },
  rewriteAudit: { numberOfKeys: 3, lua: lua("rewrite-audit") },
};

/** For whoever counts attempts; not a command of the store. */
export const countAttempt = lua("count-attempt");

function lua(name: string): string {
  return readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), "utf8");
}
