import { createLogger } from "./adapters/log/logger.ts";
import { PolicyError } from "./adapters/policy/policy-file.ts";
import { startApp } from "./app.ts";
import { ConfigError, loadConfig } from "./config.ts";

/** Exit codes: 0 stopped in order, 1 could not start, 2 settings or policy can't be used. */
async function main(): Promise<void> {
  const { config, secrets } = loadConfig(process.env);
  const log = createLogger(config.logLevel, config.role);
  const app = await startApp(config, secrets, log);
  const stop = (signal: NodeJS.Signals): void => {
    log.info("stopping", { signal });
    app.stop().then(
      () => {
        log.info("stopped", {});
        process.exitCode = 0;
      },
      (error: unknown) => {
        log.error("stop.failed", { error });
        process.exitCode = 1;
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.on("SIGHUP", () => {
    app.reloadPolicy();
  });
}

try {
  await main();
} catch (error) {
  const explained = error instanceof ConfigError || error instanceof PolicyError;
  process.stderr.write(`${explained ? error.message : String(error)}\n`);
  process.exitCode = explained ? 2 : 1;
}
