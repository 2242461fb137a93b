import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { eventually } from "../eventually.ts";
import { freePort } from "../free-port.ts";
import { redisServerOnPath } from "../redis-server.ts";
import { interpolated, type ComposeService } from "./compose-file.ts";

/**
 * The store as the compose file starts it, with its own command, on a free port and with this machine's server.
 * Resolves with the port once it listens.
 */
export async function startComposeRedis(
  { command, environment }: ComposeService,
  values: Readonly<Record<string, string>>,
  folder: string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const program = redisServerOnPath();
  if (program === undefined) throw new Error("No redis-server or valkey-server on PATH.");
  const [data, programs, port] = [join(folder, "data"), join(folder, "bin"), await freePort()];
  await mkdir(data);
  await mkdir(programs);
  await symlink(program, join(programs, "valkey-server"));

  const [shell = "", ...args] = command.map((part) =>
    interpolated(part, values).replace(/\nEND\n/, `\nport ${String(port)}\nbind 127.0.0.1\nEND\n`),
  );
  const given = Object.entries(environment).map(([name, value]) => [
    name,
    interpolated(value, values),
  ]);
  const child = spawn(shell, args, {
    cwd: data,
    env: {
      PATH: [programs, process.env["PATH"]].join(delimiter),
      ...(Object.fromEntries(given) as Record<string, string>),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const endWithUs = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const stop = async (): Promise<void> => {
    process.off("exit", endWithUs);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  try {
    await eventually("the store listens", () => {
      if (child.exitCode !== null) throw new Error(`It ended:\n${said}`);
      return said.includes("Ready to accept connections") ? true : undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}
