import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { defineTool } from '../tool.ts';
import { describeSession, sessionIdInput, sessionOverview, toSessionOverview } from './session-output.ts';

export const rewindSession = defineTool({
  name: 'rewind-session',
  title: 'Go back in a Lean session',
  description:
    'Goes back to an earlier step of a session of execute-lean-persistent: afterwards the session is as it was right after ' +
    'that step, so the names of later steps are free again. Later steps are forgotten; call fork-session first to keep ' +
    'them. describe-session lists the steps and what each defined.',
  input: z.strictObject({
    session_id: sessionIdInput('The session: the session_id of an earlier result'),
    step: z.int().min(0).max(1e6).describe('The last step to keep; 0 takes everything back'),
  }),
  output: sessionOverview,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  run: async ({ session_id: sessionId, step }, { sessions }) => {
    const session = await sessions.rewind(sessionId as SessionId, step);
    return { structured: toSessionOverview(session), text: `Went back. ${describeSession(session)}` };
  },
});
