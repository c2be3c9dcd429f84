import { z } from 'zod';
import { counted } from '../../core/counted.ts';
import type { SessionId } from '../../core/ids.ts';
import { ofSession } from '../call-facts.ts';
import { plainObject } from '../../report/result-parts.ts';
import { defineTool } from '../tool.ts';
import { takesAway } from '../tool-hints.ts';
import { sessionIdInput } from './session-output.ts';

const output = z.looseObject({
  status: z.enum(['success', 'error']),
  session_id: z.string(),
  steps: z.int().min(0).max(1e6).optional().describe('How many it had'),
  error: z.string().optional().describe('Why there is nothing to end'),
});

export const cleanupSession = defineTool({
  name: 'cleanup-session',
  title: 'End a Lean session',
  description:
    'Ends a session for good and its text, also on disk (lean-session://{session_id}/source.lean has it). ' +
    'Call it when done: open sessions are limited.',
  input: z.strictObject({ session_id: sessionIdInput() }),
  output: output.meta(plainObject),
  runsCode: false,
  annotations: takesAway,
  subject: ofSession,
  run: async ({ session_id: sessionId }, { sessions }) => {
    const closed = await sessions.close(sessionId as SessionId);
    if (closed === undefined) {
      const error = `There is no session ${JSON.stringify(sessionId)}: it was cleaned up before, expired, or never existed. Nothing is left to do.`;
      return {
        facts: { outcome: 'nothing-done' },
        show: () => ({ structured: { status: 'error' as const, session_id: sessionId, error }, text: error }),
      };
    }
    const text = `Session ${sessionId} is closed; it had ${counted(closed.steps, 'step')}.`;
    return {
      facts: { outcome: 'success' },
      show: () => ({ structured: { status: 'success' as const, session_id: sessionId, steps: closed.steps }, text }),
    };
  },
});
