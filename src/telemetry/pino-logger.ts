import { pino, destination } from 'pino';
import type { Logger } from './telemetry.ts';

/** A logger that writes one JSON object a line to stderr. */
export function createPinoLogger(options: { level: 'debug' | 'info' | 'warn' }): Logger {
  const log = pino({ level: options.level, base: null }, destination({ fd: 2, sync: true }));
  return {
    debug: (message, fields) => {
      log.debug(fields ?? {}, message);
    },
    info: (message, fields) => {
      log.info(fields ?? {}, message);
    },
    warn: (message, fields) => {
      log.warn(fields ?? {}, message);
    },
    error: (message, fields) => {
      log.error(fields ?? {}, message);
    },
  };
}
