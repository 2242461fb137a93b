// Before the tests: a redis-server from PATH, or from Debian's packages where this user may install them.
import { spawnSync } from "node:child_process";
import { redisServerOnPath } from "./redis-server.ts";

const COMMAND = "apt-get update && apt-get install -y --no-install-recommends redis-server";
const INSTALL_WITHIN_MS = 300_000;

function install(): void {
  const isRoot = process.getuid?.() === 0;
  const sudo = spawnSync("sudo", ["-n", "true"], { timeout: 10_000 }).status === 0;
  if (!isRoot && !sudo) return;
  process.stdout.write(`Installing redis-server for the tests: ${COMMAND}\n`);
  const script = `export DEBIAN_FRONTEND=noninteractive; ${COMMAND}`;
  const [program, args] = isRoot ? ["sh", ["-c", script]] : ["sudo", ["-n", "sh", "-c", script]];
  const { status, stderr } = spawnSync(program, args, { timeout: INSTALL_WITHIN_MS });
  if (status !== 0) process.stdout.write(`That did not work: ${String(stderr).slice(-500)}\n`);
}

if (redisServerOnPath() === undefined) install();
if (redisServerOnPath() === undefined) {
  const missing = `No redis-server on PATH. To run the tests on Redis too: ${COMMAND}\n`;
  if (process.env["CI"] === "true") {
    process.stderr.write(missing);
    process.exitCode = 1;
  } else process.stdout.write(`${missing}Those tests are skipped.\n`);
}
