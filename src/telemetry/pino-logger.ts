import { pino, destination } from 'pino';
import type { LogFields, Logger } from './telemetry.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn';
  /** Gives fields that are on every line. */
  readonly fields: () => LogFields;
}

/** A logger that writes one JSON object a line to stderr. */
export function createPinoLogger({ level, fields }: LoggerOptions): Logger {
  const log = pino({ level, base: null, mixin: () => ({ ...fields() }) }, destination({ fd: 2, sync: true }));
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
