/*
 * The result of an execution as data, the same for every tool and for `run --json`. Many agents see only this, so it is
 * complete; it goes into a model's context, so it is compact: what is empty is left out, what is long keeps its ends.
 */
import { z } from 'zod';
import { shortenKept, type KeptText } from '../core/bounded-text.ts';
import { makeVisible, makeVisibleWithin } from '../core/visible-text.ts';
import { isSuccess, type ExecutionResult } from '../execution/execution-service.ts';
import { noGoals } from '../lean/diagnostic.ts';
import { declarationSchema, fitDeclarations } from './declarations.ts';
import { fitDiagnostics } from './fit-diagnostics.ts';
import { explain, type Explanation } from './explain.ts';
import { fitOpenGoals, openGoalSchema } from './goals.ts';
import {
  commonFields,
  diagnosticSchema,
  omittedCount as count,
  outcomeSchema,
  showDiagnostic,
  timingsSchema,
  toTimings,
} from './result-parts.ts';

/** What every execution tool returns. */
export const structuredResult = z.looseObject({
  status: z.enum(['success', 'error']),
  outcome: outcomeSchema,
  error: z.string().optional().describe('What to do next, too'),
  diagnostics: z.array(diagnosticSchema).optional().describe('Messages of Lean'),
  goals: z.array(openGoalSchema).optional().describe('What each sorry and unsolved-goals error leaves to prove'),
  sorry_lines: z.array(z.int()).optional(),
  declarations: z.array(declarationSchema).optional(),
  stdout: z.string().optional().describe('Not Lean’s messages'),
  stderr: z.string().optional(),
  exit_code: z.int().min(0).max(255).optional(),
  truncated: z
    .looseObject({
      stdout_bytes: count.optional(),
      stderr_bytes: count.optional(),
      stdout_characters: count.optional(),
      stderr_characters: count.optional(),
      diagnostics: count.optional(),
      message_characters: count.optional(),
      goals: count.optional(),
      goal_characters: count.optional(),
      declarations: count.optional(),
    })
    .optional()
    .describe('How much was left out'),
  ...commonFields,
  timings_ms: timingsSchema,
  lean_version: z.string().optional(),
  session_id: z.string().optional().describe('Pass it to continue the session'),
  step: z.int().min(0).max(1e6).optional().describe('How many calls the session has accepted'),
  session_rebuilt: z.boolean().optional().describe('Its container was lost, the text replayed'),
});
export type StructuredResult = z.infer<typeof structuredResult>;

/** So many lines with a `sorry` are told. */
const mostSorryLines = 100;

/** How results are shown. */
export interface ReportLimits extends Explanation {
  /** Characters of Lean's messages in one result, and of goals. */
  readonly messageCharacters: number;
  /** Characters of each of stdout and stderr in one result. */
  readonly outputCharacters: number;
}

/** The result as data for the caller. Control characters are visible in it, never raw. */
export function toStructured(result: ExecutionResult, limits: ReportLimits): StructuredResult {
  const success = isSuccess(result);
  const fitted = fitDiagnostics(result.diagnostics, limits.messageCharacters);
  const open = fitOpenGoals(result.openGoals ?? noGoals, limits.messageCharacters);
  const declared = fitDeclarations(result.declared ?? { constants: [], more: 0 }, limits.messageCharacters);
  const stdout = showOutput(result.stdout, limits);
  const stderr = showOutput(result.stderr, limits);
  const truncated = {
    ...(stdout.omittedBytes > 0 && { stdout_bytes: stdout.omittedBytes }),
    ...(stderr.omittedBytes > 0 && { stderr_bytes: stderr.omittedBytes }),
    ...(stdout.omittedCharacters > 0 && { stdout_characters: stdout.omittedCharacters }),
    ...(stderr.omittedCharacters > 0 && { stderr_characters: stderr.omittedCharacters }),
    ...(fitted.omittedDiagnostics > 0 && { diagnostics: fitted.omittedDiagnostics }),
    ...(fitted.omittedCharacters > 0 && { message_characters: fitted.omittedCharacters }),
    ...(open.omittedGoals > 0 && { goals: open.omittedGoals }),
    ...(open.omittedCharacters > 0 && { goal_characters: open.omittedCharacters }),
    ...(declared.omitted > 0 && { declarations: declared.omitted }),
  };
  return {
    status: success ? 'success' : 'error',
    outcome: result.outcome,
    ...(!success && { error: makeVisible(explain(result, limits)) }),
    ...(fitted.diagnostics.length > 0 && {
      diagnostics: fitted.diagnostics.map(showDiagnostic),
    }),
    ...(result.sorryLines !== undefined &&
      result.sorryLines.length > 0 && { sorry_lines: result.sorryLines.slice(0, mostSorryLines) }),
    ...(result.declared !== undefined && { declarations: [...declared.declarations] }),
    ...(open.goals.length > 0 && { goals: [...open.goals] }),
    ...(stdout.text !== '' && { stdout: stdout.text }),
    ...(stderr.text !== '' && { stderr: stderr.text }),
    ...(result.outcome === 'completed' && result.exitCode !== undefined && { exit_code: result.exitCode }),
    ...(Object.keys(truncated).length > 0 && { truncated }),
    timings_ms: toTimings(result.timings),
    ...(result.leanVersion !== undefined && { lean_version: result.leanVersion }),
    ...(result.session && { session_id: result.session.sessionId, step: result.session.step }),
    ...(result.session?.rebuilt === true && { session_rebuilt: true }),
  };
}

/** Room for the lines that say how much of an output is missing. */
const notes = 100;

function showOutput(
  output: KeptText,
  { outputCharacters }: ReportLimits,
): { readonly text: string; readonly omittedBytes: number; readonly omittedCharacters: number } {
  const room = outputCharacters + notes;
  const { text: kept, omittedBytes } = output.text.length > room ? shortenKept(output, outputCharacters) : output;
  const { text, omitted: omittedCharacters } = makeVisibleWithin(kept, room);
  return { text, omittedBytes, omittedCharacters };
}
