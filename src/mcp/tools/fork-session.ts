import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { ofSession } from '../call-facts.ts';
import { plainObject } from '../../report/result-parts.ts';
import { defineTool } from '../tool.ts';
import { adds } from '../tool-hints.ts';
import { describeSession, sessionIdInput, sessionOverview, toSessionOverview } from './session-output.ts';

export const forkSession = defineTool({
  name: 'fork-session',
  title: 'Branch a Lean session',
  description:
    'Copies a session, with all its steps or the first, to try something without losing what works. Returns the ' +
    'copy’s session_id; its first call replays the steps.',
  input: z.strictObject({
    session_id: sessionIdInput(),
    step: z.int().min(0).max(1e6).optional().describe('The last to copy; default all'),
  }),
  output: sessionOverview.meta(plainObject),
  runsCode: false,
  annotations: adds,
  subject: ofSession,
  run: async ({ session_id: sessionId, step }, { sessions }) => {
    const session = await sessions.fork(sessionId as SessionId, step);
    return {
      facts: { outcome: 'success', sessionId: session.sessionId },
      show: () => ({ structured: toSessionOverview(session), text: `The new session is ${describeSession(session)}` }),
    };
  },
});
