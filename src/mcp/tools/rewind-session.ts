import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { ofSession } from '../call-facts.ts';
import { plainObject } from '../../report/result-parts.ts';
import { defineTool } from '../tool.ts';
import { takesAway } from '../tool-hints.ts';
import { describeSession, sessionIdInput, sessionOverview, toSessionOverview } from './session-output.ts';

export const rewindSession = defineTool({
  name: 'rewind-session',
  title: 'Go back in a Lean session',
  description:
    'Goes back to an earlier step: later ones are forgotten, and their names free again; fork-session first to keep ' +
    'them.',
  input: z.strictObject({
    session_id: sessionIdInput(),
    step: z.int().min(0).max(1e6).describe('The last to keep; 0 takes all back'),
  }),
  output: sessionOverview.meta(plainObject),
  runsCode: false,
  annotations: takesAway,
  subject: ofSession,
  run: async ({ session_id: sessionId, step }, { sessions }) => {
    const session = await sessions.rewind(sessionId as SessionId, step);
    return {
      facts: { outcome: 'success' },
      show: () => ({ structured: toSessionOverview(session), text: `Went back. ${describeSession(session)}` }),
    };
  },
});
