import type { Writable } from 'node:stream';
import { pino } from 'pino';
import { LogLines } from './log-lines.ts';
import type { LogFields, Logger } from './telemetry.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn';
  /** Gives fields that are on every line. */
  readonly fields: () => LogFields;
  /** Where lines go; default: stderr. */
  readonly out?: Writable;
}

/** A log that counts the lines that nobody read. */
export interface ProcessLog extends Logger {
  readonly dropped: number;
}

/** A logger that writes one JSON object a line to stderr. It drops lines that nobody reads, and says how many they were. */
export function createPinoLogger({ level, fields, out = process.stderr }: LoggerOptions): ProcessLog {
  const lines = new LogLines(out, (dropped) => {
    log.warn({ dropped }, 'Nobody read the log: lines were dropped');
  });
  const log = pino({ level, base: null, mixin: () => ({ ...fields() }) }, lines);
  return {
    get dropped() {
      return lines.dropped;
    },
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
