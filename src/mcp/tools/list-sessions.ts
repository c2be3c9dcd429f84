import { z } from 'zod';
import { defineTool } from '../tool.ts';
import { describeSession, sessionOverview, toSessionOverview } from './session-output.ts';

export const listSessions = defineTool({
  name: 'list-sessions',
  title: 'List Lean sessions',
  description:
    'Lists the open sessions of execute-lean-persistent: steps, age, idle time. Where sessions are kept on disk, ' +
    'one closed for idling or by a restart is not listed, but its session_id still works.',
  input: z.strictObject({}),
  output: z.looseObject({ sessions: z.array(sessionOverview) }),
  runsCode: false,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: (_input, { sessions }) => {
    const all = sessions.list();
    const text = all.length === 0 ? 'There is no open session.' : all.map(describeSession).join('\n');
    return Promise.resolve({ structured: { sessions: all.map(toSessionOverview) }, text });
  },
});
