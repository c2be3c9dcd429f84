import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { AppError } from '../../core/app-error.ts';

/** A failure of reading a resource as the protocol tells it, with what to do next. */
export function readFailure(error: unknown, uri: URL): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'session-unknown') return new ResourceNotFoundError(uri.href, error.advice);
  return new ProtocolError(ProtocolErrorCode.InternalError, error.advice);
}
