import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import type { AttemptTarget } from '../../execution/proof-service.ts';
import { attemptsResult, toAttempts } from '../../report/attempts-result.ts';
import { renderAttempts } from '../../report/render-attempts.ts';
import { defineTool, type ToolEnvironment } from '../tool.ts';
import { requireFewLines } from './execution-input.ts';
import { textInput, toTextRequest } from './text-input.ts';

/** Seconds for an attempt of a call that says nothing about it. */
const defaultAttemptTimeout = 10;

export const tryTacticsTool = defineTool({
  name: 'try-tactics',
  title: 'Try tactics at a goal',
  description:
    'Tries several proofs at one place, each against the same state, and tells for each whether it closes the goal, leaves ' +
    'goals (and which), fails (and why), or breaks something elsewhere. Faster than execute-lean once for each, because only ' +
    'what is behind the place is elaborated again. Nothing is kept: put what works into the code yourself. The place is a ' +
    'sorry, given by its number (sorry: 2; goals in results tell the numbers) or by its line, with column where a line has ' +
    'several; or line and column of a place where a tactic can begin: attempts are then put in there, before what follows. ' +
    'An attempt is one or more tactics, over several lines if needed, indented from its own first line; it goes in in ' +
    'parentheses, in the place of a term as (by …). sorry and `exact sorry` are replaced as a whole. An attempt that needs ' +
    'sorry itself is told as uses-sorry, and one that is cut short never as closed. timeout is for all attempts together.',
  input: z.strictObject({
    ...textInput,
    sorry: z.int().min(1).max(1e6).optional().describe('Number of the sorry, from 1 in the order of the text'),
    line: z.int().min(1).max(1e7).optional().describe('Instead of sorry: its line, from 1'),
    column: z.int().min(0).max(1e7).optional().describe('With line: from 0, in Unicode code points'),
    attempts: z
      .array(z.string())
      .min(1)
      .max(64)
      .describe('Tactics to try, for instance ["simp", "exact Nat.add_comm a b"]'),
    attempt_timeout: z
      .number()
      .positive()
      .max(86400)
      .optional()
      .describe(`Limit for each attempt in seconds; default ${defaultAttemptTimeout}`),
  }),
  output: attemptsResult,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async (input, environment, context) => {
    const { sorry, line, column, attempts, attempt_timeout: attemptTimeout = defaultAttemptTimeout, ...text } = input;
    requireSize(attempts, environment);
    const target = toTarget(sorry, line, column);
    const attemptTimeoutMs = Math.max(1, Math.round(attemptTimeout * 1000));
    const tactics = attempts.map((attempt) => attempt.toWellFormed());
    const request = { ...toTextRequest(text, environment), target, attempts: tactics, attemptTimeoutMs };
    const result = await environment.proofs.tryTactics(request, context);
    const structured = toAttempts(result, target, environment.report);
    return { structured, text: renderAttempts(structured) };
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
