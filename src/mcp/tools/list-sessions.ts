import { z } from 'zod';
import type { SessionOverview } from '../../execution/session-service.ts';
import { countFitting } from '../../report/fit-list.ts';
import { renderOmitted } from '../../report/render-omitted.ts';
import { omittedCount } from '../../report/result-parts.ts';
import { defineTool } from '../tool.ts';
import { describeSession, sessionOverview, toSessionOverview } from './session-output.ts';

const output = z.looseObject({
  sessions: z.array(sessionOverview),
  truncated: z.looseObject({ sessions: omittedCount.optional() }).optional().describe('How much was left out'),
});

export const listSessions = defineTool({
  name: 'list-sessions',
  title: 'List Lean sessions',
  description:
    'Lists the open sessions. One kept on disk that was closed for idling or by a restart is not listed, but its ' +
    'session_id still works.',
  input: z.strictObject({}),
  output,
  runsCode: false,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  subject: () => ({}),
  run: async (_input, { sessions }) => {
    const all = await sessions.list();
    return { facts: { outcome: 'success' }, show: ({ messageCharacters }) => showSessions(all, messageCharacters) };
  },
});

function showSessions(
  all: readonly SessionOverview[],
  characters: number,
): { structured: z.output<typeof output>; text: string } {
  const shown = all.slice(
    0,
    countFitting(all, characters, (session) => describeSession(session).length),
  );
  const omitted = all.length - shown.length;
  const truncated = omitted > 0 ? { truncated: { sessions: omitted } } : {};
  const lines = all.length === 0 ? ['There is no open session.'] : shown.map(describeSession);
  return {
    structured: { sessions: shown.map(toSessionOverview), ...truncated },
    text: [...lines, ...renderOmitted(truncated.truncated)].join('\n'),
  };
}
