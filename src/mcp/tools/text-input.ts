import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { SessionId } from '../../core/ids.ts';
import type { TextRequest } from '../../execution/proof-service.ts';
import type { ToolEnvironment } from '../tool.ts';
import { environmentInput } from '../environment-input.ts';
import { sessionIdInput } from './session-output.ts';
import { filesInput, secondsInput, toCodeRequest } from './execution-input.ts';

/** The arguments that say which text a question is about. */
export const textInput = {
  code: z.string().optional().describe('With session_id, behind its text'),
  session_id: sessionIdInput('Without code: its text').optional(),
  timeout: secondsInput('Limit'),
  files: filesInput,
  environment: environmentInput,
};

interface TextArguments {
  readonly code?: string | undefined;
  readonly session_id?: string | undefined;
  readonly timeout?: number | undefined;
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly environment?: string | undefined;
}

/**
 * Checks the arguments.
 *
 * @throws AppError `usage` when there is no text, and for sizes and times over the limits
 */
export function toTextRequest(input: TextArguments, environment: ToolEnvironment): TextRequest {
  const { code, session_id: sessionId, timeout, files: given, environment: asked } = input;
  if (code === undefined && sessionId === undefined) {
    throw new AppError(failures.usage.noText, 'Neither code nor session_id was given, so there is no text to look at.');
  }
  const { code: checked, timeoutMs, files } = toCodeRequest({ code: code ?? '', timeout, files: given }, environment);
  return {
    ...(code !== undefined && { code: checked }),
    ...(sessionId !== undefined && { sessionId: sessionId as SessionId }),
    ...(asked !== undefined && { environment: asked }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(files !== undefined && { files }),
  };
}
