import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { renderText } from '../../report/render-text.ts';
import { structuredResult, toStructured } from '../../report/structured-result.ts';
import { sessionIdInput } from './session-output.ts';
import { defineTool } from '../tool.ts';
import { executionInput, toCodeRequest } from './execution-input.ts';

export const executeLeanPersistent = defineTool({
  name: 'execute-lean-persistent',
  title: 'Run Lean 4 code in a session',
  description:
    'Like execute-lean, in a session: what one call defines (definitions, theorems, notations, open, variable, instances), ' +
    'the next one sees. Without session_id a new session is opened; pass the session_id of its result to continue it. ' +
    'Each call that Lean accepts becomes a numbered step (describe-session lists them, rewind-session takes steps back, ' +
    'fork-session branches). A call that Lean rejects, or that is stopped, leaves the session as it was. Send only what is ' +
    'new: names cannot be defined twice. Imports may come in any call. main is run and not kept, so each call may define ' +
    'its own. Positions are relative to the code of the call. A session ends with cleanup-session, and, where it is not ' +
    'kept on disk, after idling or with the server.',
  input: z.strictObject({
    ...executionInput,
    session_id: sessionIdInput('The session to continue, from an earlier result').optional(),
  }),
  output: structuredResult,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  run: async ({ session_id: sessionId, ...input }, environment, context) => {
    const request = toCodeRequest(input, environment);
    const session = sessionId === undefined ? {} : { sessionId: sessionId as SessionId };
    const result = await environment.service.runInSession({ ...request, ...session }, context);
    const structured = toStructured(result, environment.report);
    return { structured, text: renderText(structured) };
  },
});
