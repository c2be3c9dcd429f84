import { existsSync, statSync } from 'node:fs';
import { destination, pino } from 'pino';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { CallEnded, Logger, Observer, RequestRefused, TelemetryEvent } from './telemetry.ts';

/** Writes one line a call: who, what (as a hash), how it ended, how long it took. Disposing writes what is left. */
export interface AuditLog extends Disposable {
  readonly observe: Observer;
}

/**
 * The audit as lines of the log, told apart by `"audit": true`, or in a file of its own, to which it is appended.
 *
 * @param file `undefined`: among the log
 * @throws AppError `config-invalid` when the file cannot be written
 */
export function openAuditLog(file: string | undefined, logger: Logger): AuditLog {
  if (file === undefined) {
    return {
      observe: (event) => {
        const entry = entryOf(event);
        if (entry !== undefined) logger.info(entry.what, { audit: true, ...entry.fields });
      },
      [Symbol.dispose]: () => undefined,
    };
  }
  const out = openFile(file);
  out.on('error', (error: Error) => {
    logger.error('The audit file cannot be written', { file, error: error.message });
  });
  const lines = pino({ base: null, timestamp: false, formatters: { level: () => ({ kind: 'call' }) } }, out);
  return {
    observe: (event) => {
      const entry = entryOf(event);
      if (entry !== undefined) lines.info({ time: new Date().toISOString(), ...entry.fields });
    },
    [Symbol.dispose]: () => {
      out.flushSync();
      out.end();
    },
  };
}

/** @returns `undefined` for what the audit leaves out */
function entryOf(event: TelemetryEvent): { readonly what: string; readonly fields: object } | undefined {
  if (event.kind === 'call-ended') return { what: 'Call', fields: auditFields(event) };
  if (event.kind === 'request-refused') return { what: 'Refused', fields: refusalFields(event) };
  return undefined;
}

function openFile(file: string): ReturnType<typeof destination> {
  try {
    // A pipe that nobody reads would hold up every call.
    if (existsSync(file) && !statSync(file).isFile()) throw new Error('it is no ordinary file');
    // A line is written before the call's answer is: what was answered is on record.
    return destination({ dest: file, append: true, sync: true, mode: 0o600, mkdir: true });
  } catch (error) {
    throw new AppError(
      failures['config-invalid'].auditFileNotWritable,
      `telemetry.audit_file: ${file} cannot be written: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function auditFields({
  callId,
  requestId,
  principal,
  tool,
  outcome,
  error,
  texts,
  sessionId,
  environment,
  ...rest
}: CallEnded): object {
  const code = texts.find(({ name }) => name === 'code');
  const others = texts.filter((text) => text !== code);
  return {
    call: callId,
    request: requestId,
    principal,
    tool,
    outcome,
    error,
    code_sha256: code?.sha256,
    code_bytes: code?.bytes,
    texts: others.length === 0 ? undefined : others,
    session: sessionId,
    environment,
    started: rest.startedAt.toISOString(),
    duration_ms: Math.round(rest.durationMs),
    phases_ms: rest.phases,
  };
}

function refusalFields({ requestId, principal, status, at }: RequestRefused): object {
  return { request: requestId, principal, outcome: 'refused', status, started: at.toISOString() };
}
