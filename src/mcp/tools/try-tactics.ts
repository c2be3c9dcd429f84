import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { toTimeLimitMs } from '../../core/time-limit.ts';
import type { AttemptTarget } from '../../execution/proof-service.ts';
import { attemptsResult, toAttempts } from '../../report/attempts-result.ts';
import { renderAttempts } from '../../report/render-attempts.ts';
import { factsOfAttempts } from '../call-facts.ts';
import { proofViewUri } from '../resources/proof-view-resource.ts';
import { answer, defineTool, type ToolEnvironment } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { requireFewLines, secondsInput } from './execution-input.ts';
import { textInput, toTextRequest } from './text-input.ts';

/** Seconds for an attempt of a call that says nothing about it. */
const defaultAttemptTimeout = 10;

export const tryTacticsTool = defineTool({
  name: 'try-tactics',
  title: 'Try tactics at a goal',
  description:
    'Tries proofs at one place, each on the same state; tells which close the goal, leave goals (which), fail ' +
    '(why), break something elsewhere. Nothing is kept. The place: the number of a ' +
    'sorry (results tell it), or its line, with column if it has several (it or `exact sorry` is replaced); or ' +
    'line and column where a tactic can begin (they go in before what follows). An attempt: one or more tactics, ' +
    'indented from its first line; it goes in in parentheses, for a term as (by …).',
  input: z.strictObject({
    ...textInput,
    sorry: z.int().min(1).max(1e6).optional().describe('From 1'),
    line: z.int().min(1).max(1e7).optional().describe('Instead of sorry'),
    column: z.int().min(0).max(1e7).optional().describe('With line'),
    attempts: z.array(z.string()).min(1).max(64).describe('Such as ["simp", "omega"]'),
    follow: z.boolean().optional().describe('Try suggestions, too'),
    attempt_timeout: secondsInput(`Of each, default ${defaultAttemptTimeout},`),
  }),
  output: attemptsResult,
  runsCode: true,
  view: proofViewUri,
  annotations: onlyReads,
  subject: ({ code, attempts, files = {}, session_id: sessionId }) => ({
    texts: { code, attempts, files: Object.values(files) },
    sessionId,
  }),
  run: async (input, environment, context) => {
    const { sorry, line, column, attempts, follow, ...rest } = input;
    const { attempt_timeout: attemptTimeout = defaultAttemptTimeout, ...text } = rest;
    requireSize(attempts, environment);
    const target = toTarget(sorry, line, column);
    const attemptTimeoutMs = toTimeLimitMs(attemptTimeout);
    const tactics = attempts.map((attempt) => attempt.toWellFormed());
    const request = { ...toTextRequest(text, environment), target, attempts: tactics, attemptTimeoutMs, follow };
    const result = await environment.proofs.tryTactics(request, context);
    return answer(factsOfAttempts(result), (limits) => toAttempts(result, target, limits), renderAttempts);
  },
});

/** @throws AppError `usage` when the arguments do not say one place */
function toTarget(sorry: number | undefined, line: number | undefined, column: number | undefined): AttemptTarget {
  if (sorry !== undefined && (line !== undefined || column !== undefined)) {
    throw new AppError(failures.usage.sorryOrLine, 'sorry and line say the same in two ways.');
  }
  if (sorry !== undefined) return { sorry };
  if (line === undefined) {
    throw new AppError(failures.usage.noPlace, 'Where to try is not said: neither sorry nor line was given.');
  }
  return { line, ...(column !== undefined && { column }) };
}

/** @throws AppError `usage` */
function requireSize(attempts: readonly string[], environment: ToolEnvironment): void {
  const { limits } = environment;
  requireFewLines('attempts', attempts, environment);
  const size = attempts.reduce((sum, attempt) => sum + Buffer.byteLength(attempt), 0);
  if (size <= limits.codeBytes) return;
  throw new AppError(
    failures.usage.attemptsTooLarge,
    `attempts have ${size} bytes; at most ${limits.codeBytes} are accepted.`,
  );
}
