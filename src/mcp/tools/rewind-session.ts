import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { defineTool } from '../tool.ts';
import { describeSession, sessionOverview, toSessionOverview } from './session-output.ts';

export const rewindSession = defineTool({
  name: 'rewind-session',
  title: 'Go back in a Lean session',
  description:
    'Takes back the latest calls of a session of execute-lean-persistent: afterwards it is as it was when it had accepted ' +
    'the given number of calls. What came later is forgotten; use fork-session first to keep it. describe-session lists the ' +
    'steps and what each defined.',
  input: z.strictObject({
    session_id: z.string().max(200).describe('The session'),
    step: z.int().min(0).max(1e6).describe('How many accepted calls to keep; 0 for none'),
  }),
  output: sessionOverview,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  run: async ({ session_id: sessionId, step }, { sessions }) => {
    const session = await sessions.rewind(sessionId as SessionId, step);
    return { structured: toSessionOverview(session), text: describeSession(session) };
  },
});
