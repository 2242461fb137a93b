import { pino, stdSerializers } from "pino";
import type { Log } from "../../application/ports.ts";

/** JSON lines on stdout: `event`, the fields, and for errors their name, message and stack. */
export function createLogger(level: "debug" | "info" | "warn" | "error", role: string): Log {
  const logger = pino({
    level,
    base: { role },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: stdSerializers.err },
  });
  return {
    info: (event, fields) => {
      logger.info({ event, ...fields });
    },
    warn: (event, fields) => {
      logger.warn({ event, ...fields });
    },
    error: (event, fields) => {
      logger.error({ event, ...fields });
    },
  };
}
