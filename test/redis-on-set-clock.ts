import { existsSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebianPrograms } from "./debian-programs.ts";
import { startRedisServer, type RedisServer } from "./redis-server.ts";

/** A Redis of our own whose clock stands still between two settings. */
export type RedisOnSetClock = RedisServer & {
  /** What the server's TIME is from now on, to the millisecond; its TTLs go by it too. It may be earlier than before. */
  setClock(time: Date): void;
};

/** The library that tells a program another time. */
export const FAKETIME: DebianPrograms = {
  tests: "the tests that set the clock of a Redis",
  packages: ["libfaketime"],
  missing: () => (libraryFile() === undefined ? ["libfaketimeMT.so.1"] : []),
};

/** Starts it with its clock at this time. */
export async function startRedisOnSetClock(time: Date): Promise<RedisOnSetClock> {
  const library = libraryFile();
  if (library === undefined) throw new Error("There is no libfaketime.");
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-clock-"));
  const file = join(folder, "time");
  const setClock = (at: Date): void => {
    const ms = at.getTime();
    // Half a millisecond more: the library cuts fractions off. Renamed, so that it never reads half a file.
    const text = `${String(Math.floor(ms / 1000))}.${String(ms % 1000).padStart(3, "0")}5`;
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  try {
    setClock(time);
    const server = await startRedisServer({
      // libc's own malloc first: jemalloc asks for the time before the library is ready, and neither gets anywhere.
      LD_PRELOAD: `${library}:libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_FMT: "%s",
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    });
    return {
      ...server,
      setClock,
      stop: async () => {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Where Debian's package puts it, whatever the machine's architecture. */
function libraryFile(): string | undefined {
  const root = "/usr/lib";
  if (!existsSync(root)) return undefined;
  return readdirSync(root)
    .map((folder) => join(root, folder, "faketime", "libfaketimeMT.so.1"))
    .find((file) => existsSync(file));
}
