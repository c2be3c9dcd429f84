import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { defineTool } from '../tool.ts';
import { describeSession, sessionIdInput, sessionOverview, toSessionOverview } from './session-output.ts';

export const forkSession = defineTool({
  name: 'fork-session',
  title: 'Branch a Lean session',
  description:
    'Opens a new session that starts as a copy of another one of execute-lean-persistent, with all its steps or only the ' +
    'first ones. What happens in one of the two does not touch the other: try an approach without losing what works. ' +
    'Returns the session_id of the new one. Its first call takes longer, because it replays the steps.',
  input: z.strictObject({
    session_id: sessionIdInput('The session to copy: the session_id of an earlier result'),
    step: z.int().min(0).max(1e6).optional().describe('The last step to copy; without it, all steps'),
  }),
  output: sessionOverview,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  run: async ({ session_id: sessionId, step }, { sessions }) => {
    const session = await sessions.fork(sessionId as SessionId, step);
    return { structured: toSessionOverview(session), text: `The new session is ${describeSession(session)}` };
  },
});
