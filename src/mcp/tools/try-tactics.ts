import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import type { AttemptTarget } from '../../execution/proof-service.ts';
import { attemptsResult, toAttempts } from '../../report/attempts-result.ts';
import { renderAttempts } from '../../report/render-attempts.ts';
import { factsOfAttempts } from '../call-facts.ts';
import { proofViewUri } from '../resources/proof-view-resource.ts';
import { defineTool, type ToolEnvironment } from '../tool.ts';
import { requireFewLines, secondsInput } from './execution-input.ts';
import { textInput, toTextRequest } from './text-input.ts';

/** Seconds for an attempt of a call that says nothing about it. */
const defaultAttemptTimeout = 10;

export const tryTacticsTool = defineTool({
  name: 'try-tactics',
  title: 'Try tactics at a goal',
  description:
    'Tries proofs at one place, each against the same state; tells which close the goal, leave goals (which), fail ' +
    '(why), or break something elsewhere. Nothing is kept. The place: the number of a ' +
    'sorry (results tell it), or its line, with column where a line has several (it or `exact sorry` is replaced); or ' +
    'line and column where a tactic can begin (attempts go in before what follows). An attempt is one or more tactics, ' +
    'indented from its own first line; it goes in in parentheses, for a term as (by …).',
  input: z.strictObject({
    ...textInput,
    sorry: z.int().min(1).max(1e6).optional().describe('From 1, in text order'),
    line: z.int().min(1).max(1e7).optional().describe('Instead of sorry'),
    column: z.int().min(0).max(1e7).optional().describe('With line'),
    attempts: z.array(z.string()).min(1).max(64).describe('Such as ["simp", "omega"]'),
    attempt_timeout: secondsInput(`Of each, default ${defaultAttemptTimeout},`),
  }),
  output: attemptsResult,
  runsCode: true,
  view: proofViewUri,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  subject: ({ code, attempts, session_id: sessionId }) => ({ texts: { code, attempts }, sessionId }),
  run: async (input, environment, context) => {
    const { sorry, line, column, attempts, attempt_timeout: attemptTimeout = defaultAttemptTimeout, ...text } = input;
    requireSize(attempts, environment);
    const target = toTarget(sorry, line, column);
    const attemptTimeoutMs = Math.max(1, Math.round(attemptTimeout * 1000));
    const tactics = attempts.map((attempt) => attempt.toWellFormed());
    const request = { ...toTextRequest(text, environment), target, attempts: tactics, attemptTimeoutMs };
    const result = await environment.proofs.tryTactics(request, context);
    return {
      facts: factsOfAttempts(result),
      show: (limits) => {
        const structured = toAttempts(result, target, limits);
        return { structured, text: renderAttempts(structured) };
      },
    };
  },
});

/** @throws AppError `usage` when the arguments do not say one place */
function toTarget(sorry: number | undefined, line: number | undefined, column: number | undefined): AttemptTarget {
  if (sorry !== undefined && (line !== undefined || column !== undefined)) {
    throw new AppError('usage', 'sorry and line say the same in two ways.', { hint: 'Give one of them.' });
  }
  if (sorry !== undefined) return { sorry };
  if (line === undefined) {
    throw new AppError('usage', 'Where to try is not said: neither sorry nor line was given.', {
      hint: 'Give sorry: 1 for the first sorry of the text, or the line (and column) of one.',
    });
  }
  return { line, ...(column !== undefined && { column }) };
}

/** @throws AppError `usage` */
function requireSize(attempts: readonly string[], environment: ToolEnvironment): void {
  const { limits } = environment;
  requireFewLines('attempts', attempts, environment);
  const size = attempts.reduce((sum, attempt) => sum + Buffer.byteLength(attempt), 0);
  if (size <= limits.codeBytes) return;
  throw new AppError('usage', `attempts have ${size} bytes; at most ${limits.codeBytes} are accepted.`, {
    hint: 'Send fewer at a time.',
  });
}
