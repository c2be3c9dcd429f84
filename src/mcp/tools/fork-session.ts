import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { defineTool } from '../tool.ts';
import { describeSession, sessionOverview, toSessionOverview } from './session-output.ts';

export const forkSession = defineTool({
  name: 'fork-session',
  title: 'Branch a Lean session',
  description:
    'Opens a second session that starts with what a session of execute-lean-persistent has accepted, all of it or the first ' +
    'steps. The two then go their own ways: try an approach in one without losing the other. Returns the new session_id. ' +
    'Its first call replays the text.',
  input: z.strictObject({
    session_id: z.string().max(200).describe('The session to branch from'),
    step: z.int().min(0).max(1e6).optional().describe('How many accepted calls to take over; without it, all'),
  }),
  output: sessionOverview,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  run: async ({ session_id: sessionId, step }, { sessions }) => {
    const session = await sessions.fork(sessionId as SessionId, step);
    return { structured: toSessionOverview(session), text: describeSession(session) };
  },
});
