import { z } from 'zod';
import { shorten } from '../../core/bounded-text.ts';
import { formatBytes } from '../../core/bytes.ts';
import type { SessionId } from '../../core/ids.ts';
import { makeVisible } from '../../core/visible-text.ts';
import type { SessionDescription } from '../../execution/session-service.ts';
import { countFitting } from '../../report/fit-list.ts';
import { renderOmitted } from '../../report/render-omitted.ts';
import { omittedCount } from '../../report/result-parts.ts';
import { toTruncated } from '../../report/truncated.ts';
import { ofSession } from '../call-facts.ts';
import { plainObject } from '../../report/result-parts.ts';
import { defineTool } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { describeSession, sessionIdInput, sessionOverview, toSessionOverview } from './session-output.ts';

/** Characters of a step's code, and of its names, that are shown; the resources have all. */
const shownCharacters = 500;

const stepSchema = z.looseObject({
  step: z.int().min(1).max(1e6),
  names: z.array(z.string()).optional().describe('Full names of what it defined'),
  names_left_out: omittedCount.optional(),
  files: z.array(z.string()).optional().describe('That it brought or changed'),
  accepted: z.string(),
  code: z.string().describe('Shortened when long'),
});
type ShownStep = z.output<typeof stepSchema>;

const description = sessionOverview.extend({
  memory_bytes: z.int().min(0).max(1e15).optional().describe('Of its container, now'),
  steps: z.array(stepSchema),
  truncated: z.looseObject({ steps: omittedCount.optional() }).optional().describe('How much was left out'),
});
export const describeSessionTool = defineTool({
  name: 'describe-session',
  title: 'Describe a Lean session',
  description:
    'Shows a session’s steps (for rewind-session, fork-session), their code and names; its age, idle time and ' +
    'memory.',
  input: z.strictObject({ session_id: sessionIdInput() }),
  output: description.meta(plainObject),
  runsCode: false,
  annotations: onlyReads,
  subject: ofSession,
  run: async ({ session_id: sessionId }, { sessions }) => {
    const session = await sessions.describe(sessionId as SessionId);
    return { facts: { outcome: 'success' }, show: (limits) => showSession(session, limits.messageCharacters) };
  },
});

function showSession(
  session: SessionDescription,
  characters: number,
): { structured: z.output<typeof description>; text: string } {
  const { memory } = session;
  const latest = session.history.toReversed().map(showStep);
  const steps = latest
    .slice(
      0,
      countFitting(latest, characters, (step) => JSON.stringify(step).length),
    )
    .reverse();
  const truncated = toTruncated({ steps: latest.length - steps.length });
  const lines = [
    describeSession(session) + (memory === undefined ? '' : `, ${formatBytes(memory)} of memory`),
    ...renderOmitted(truncated.truncated).map((line) => `${line}, the first ones`),
    ...steps.map(
      ({ step, names = [], files = [], code }) =>
        `Step ${step}${files.length > 0 ? ` brings ${files.join(', ')}` : ''}${names.length > 0 ? ` defines ${names.join(', ')}` : ''}:\n${code.trimEnd()}`,
    ),
  ];
  const overview = { ...toSessionOverview(session), ...(memory !== undefined && { memory_bytes: memory }) };
  return { structured: { ...overview, steps, ...truncated }, text: lines.join('\n') };
}

function showStep({ step, names, files, acceptedAt, code }: SessionDescription['history'][number]): ShownStep {
  const shown = shownOf(names);
  return {
    step,
    ...(shown.length > 0 && { names: shown.map(makeVisible) }),
    ...(shown.length < names.length && { names_left_out: names.length - shown.length }),
    ...(files.size > 0 && { files: shownOf([...files.keys()]).map(makeVisible) }),
    accepted: acceptedAt.toISOString(),
    code: makeVisible(shorten(code, shownCharacters).text),
  };
}

function shownOf(texts: readonly string[]): readonly string[] {
  return texts.slice(
    0,
    countFitting(texts, shownCharacters, (text) => text.length),
  );
}
