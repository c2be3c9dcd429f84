import { AppError, messageOf } from '../../core/app-error.ts';

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
  return new AppError('engine-failed', `The Docker engine failed while ${doing}: ${detail}`, {
    cause: error,
    hint: 'Try again; when it keeps failing, `lean-docker-mcp doctor` checks the engine.',
  });
}

function unreachableError(error: unknown, code: string): AppError {
  const denied = code === 'EACCES' || code === 'EPERM';
  const where = process.env['DOCKER_HOST'] ?? 'its default socket';
  return new AppError(
    'engine-unreachable',
    denied
      ? `Access to the Docker engine at ${where} was denied (${code}).`
      : `No Docker engine answers at ${where} (${code}).`,
    {
      cause: error,
      hint: denied
        ? 'Add this user to the group `docker` and log in again, or set DOCKER_HOST to an engine that it may use.'
        : 'Start Docker (Docker Desktop, or `sudo systemctl start docker`), or set DOCKER_HOST; `lean-docker-mcp doctor` checks it.',
    },
  );
}
