import { z } from 'zod';
import { shorten } from '../../core/bounded-text.ts';
import { formatBytes } from '../../core/bytes.ts';
import type { SessionId } from '../../core/ids.ts';
import { makeVisible } from '../../core/visible-text.ts';
import { defineTool } from '../tool.ts';
import { describeSession, sessionIdInput, sessionOverview, toSessionOverview } from './session-output.ts';

/** Characters of a step's code that are shown; the resource has all of it. */
const shownCharacters = 500;

const description = sessionOverview.extend({
  memory_bytes: z.int().min(0).max(1e15).optional().describe('Memory that its container uses now'),
  steps: z.array(
    z.looseObject({
      step: z.int().min(1).max(1e6),
      names: z.array(z.string()).optional().describe('Full names of what it defined'),
      accepted: z.string(),
      code: z
        .string()
        .describe('Without main; shortened when long: lean-session://{session_id}/source.lean has all of it'),
    }),
  ),
});

export const describeSessionTool = defineTool({
  name: 'describe-session',
  title: 'Describe a Lean session',
  description:
    'Shows the steps of a session with their code and the names they defined; its age, idle time and memory. Use ' +
    'it to find the step for rewind-session or fork-session, or after a long pause.',
  input: z.strictObject({ session_id: sessionIdInput('From an earlier result') }),
  output: description,
  runsCode: false,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async ({ session_id: sessionId }, { sessions }) => {
    const session = await sessions.describe(sessionId as SessionId);
    const steps = session.history.map(({ step, names, acceptedAt, code }) => ({
      step,
      ...(names.length > 0 && { names: [...names] }),
      accepted: acceptedAt.toISOString(),
      code: makeVisible(shorten(code, shownCharacters).text),
    }));
    const { memory } = session;
    const lines = [
      describeSession(session) + (memory === undefined ? '' : `, ${formatBytes(memory)} of memory`),
      ...steps.map(
        ({ step, names = [], code }) =>
          `Step ${step}${names.length > 0 ? ` defines ${names.join(', ')}` : ''}:\n${code.trimEnd()}`,
      ),
    ];
    const structured = { ...toSessionOverview(session), ...(memory !== undefined && { memory_bytes: memory }), steps };
    return { structured, text: lines.join('\n') };
  },
});
