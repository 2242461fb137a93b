import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { AuditCheckpoint } from "../domain/audit-seal.ts";
import { UsageError } from "./command.ts";

const checkpointLine = z.object({
  event: z.literal("audit.checkpoint"),
  number: z.int().positive(),
  hash: z.string().min(1),
  at: z.coerce.date(),
});

/**
 * The checkpoints among the lines of a log, whatever else is in it. Throws UsageError when the file can't be read,
 * or has none: then it shows nothing.
 */
export async function readCheckpoints(
  file: string,
  signal: AbortSignal,
): Promise<readonly AuditCheckpoint[]> {
  const checkpoints: AuditCheckpoint[] = [];
  try {
    const input = createReadStream(file, { signal });
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      // Most lines are something else, and a log is long.
      if (!line.includes("audit.checkpoint")) continue;
      const parsed = checkpointLine.safeParse(jsonOf(line));
      if (parsed.success) checkpoints.push(parsed.data);
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && "code" in error)) throw error;
    throw new UsageError(`${file} can't be read (${String(error.code)}).`);
  }
  if (checkpoints.length === 0) {
    throw new UsageError(`${file} has no line with a checkpoint ("event":"audit.checkpoint").`);
  }
  return checkpoints;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
