import { z } from 'zod';
import type { SessionOverview } from '../../execution/session-service.ts';
import { countFitting } from '../../report/fit-list.ts';
import { renderOmitted } from '../../report/render-omitted.ts';
import { omittedCount } from '../../report/result-parts.ts';
import { plainObject } from '../../report/result-parts.ts';
import { defineTool } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { describeSession, sessionOverview, toSessionOverview } from './session-output.ts';
import { toTruncated } from '../../report/truncated.ts';

const output = z.looseObject({
  sessions: z.array(sessionOverview),
  truncated: z.looseObject({ sessions: omittedCount.optional() }).optional().describe('How much was left out'),
});

export const listSessions = defineTool({
  name: 'list-sessions',
  title: 'List Lean sessions',
  description:
    'Lists the open sessions. One on disk, closed for idling or by a restart, is not listed, but its session_id ' +
    'works.',
  input: z.strictObject({}),
  output: output.meta(plainObject),
  runsCode: false,
  annotations: onlyReads,
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
  const truncated = toTruncated({ sessions: all.length - shown.length });
  const lines = all.length === 0 ? ['There is no open session.'] : shown.map(describeSession);
  return {
    structured: { sessions: shown.map(toSessionOverview), ...truncated },
    text: [...lines, ...renderOmitted(truncated.truncated)].join('\n'),
  };
}
