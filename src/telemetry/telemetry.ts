/** Facts that go with a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the program tells its operator what it does. Never written to stdout, which belongs to the protocol. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const ignore = (): void => undefined;

/** Says nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
