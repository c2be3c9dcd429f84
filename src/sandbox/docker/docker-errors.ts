import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';

const unreachable = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'EACCES',
  'EPERM',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** The HTTP status with which the engine refused, if that is what happened. */
export function engineStatus(error: unknown): number | undefined {
  const status = property(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

/** Turns what the engine's client threw into an error that says what to do next. */
export function toEngineError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const code = property(error, 'code');
  if (typeof code === 'string' && unreachable.has(code)) return unreachableError(error, code);
  const reason = property(property(error, 'json'), 'message');
  const detail = typeof reason === 'string' ? reason : messageOf(error);
  return new AppError(failures['engine-failed'].engineError, `The Docker engine failed while ${doing}: ${detail}`, {
    cause: error,
  });
}

function unreachableError(error: unknown, code: string): AppError {
  const where = placeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return accessDenied(where, code, error);
  return new AppError(failures['engine-unreachable'].start, `No Docker engine answers at ${where} (${code}).`, {
    cause: error,
  });
}

/** Where a connection was tried, as the system's error tells it. */
function placeOf(error: unknown): string {
  const [address, port, host] = ['address', 'port', 'hostname'].map((name) => property(error, name));
  if (typeof address === 'string') return typeof port === 'number' ? `${address}:${port}` : address;
  return typeof host === 'string' ? host : 'its address';
}

/** The engine is there, and this user may not use it. */
export function accessDenied(where: string, code: string, cause?: unknown): AppError {
  return new AppError(
    failures['engine-unreachable'].accessDenied,
    `Access to the Docker engine at ${where} was denied (${code}).`,
    { cause },
  );
}
