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
  leanFields,
  omittedCount as count,
  outcomeSchema,
  sessionFields,
  showDiagnostic,
  timingsSchema,
  toLeanFields,
  toSessionFields,
  toTimings,
} from './result-parts.ts';
import { fitSuggestions, suggestionSchema } from './suggestions.ts';
import { toTruncated } from './truncated.ts';

/** What every execution tool returns. */
export const structuredResult = z.looseObject({
  status: z.enum(['success', 'error']),
  outcome: outcomeSchema,
  error: z.string().optional().describe('What to do next, too'),
  diagnostics: z.array(diagnosticSchema).optional().describe('Messages of Lean'),
  goals: z.array(openGoalSchema).optional().describe('What each sorry and unsolved-goals error leaves'),
  suggestions: z.array(suggestionSchema).optional().describe('What Lean says to try: text, place, remaining'),
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
      suggestions: count.optional(),
      declarations: count.optional(),
    })
    .optional()
    .describe('How much was left out'),
  ...commonFields,
  timings_ms: timingsSchema,
  ...leanFields,
  session_id: sessionFields.session_id.describe('Pass it to continue the session'),
  step: z.int().min(0).max(1e6).optional().describe('Calls that the session has accepted'),
  session_rebuilt: sessionFields.session_rebuilt,
});
export type StructuredResult = z.infer<typeof structuredResult>;

/** So many lines with a `sorry` are told. */
const maxSorryLines = 100;

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
  const suggested = fitSuggestions(result.diagnostics, limits.messageCharacters / 4);
  const open = fitOpenGoals(result.openGoals ?? noGoals, limits.messageCharacters);
  const declared = fitDeclarations(result.declared ?? { constants: [], more: 0 }, limits.messageCharacters);
  const stdout = showOutput(result.stdout, limits);
  const stderr = showOutput(result.stderr, limits);
  return {
    status: success ? 'success' : 'error',
    outcome: result.outcome,
    ...(!success && { error: makeVisible(explain(result, limits)) }),
    ...(fitted.diagnostics.length > 0 && {
      diagnostics: fitted.diagnostics.map(showDiagnostic),
    }),
    ...(result.sorryLines !== undefined &&
      result.sorryLines.length > 0 && { sorry_lines: result.sorryLines.slice(0, maxSorryLines) }),
    ...(result.declared !== undefined && { declarations: [...declared.declarations] }),
    ...(open.goals.length > 0 && { goals: [...open.goals] }),
    ...(suggested.suggestions.length > 0 && { suggestions: suggested.suggestions }),
    ...(stdout.text !== '' && { stdout: stdout.text }),
    ...(stderr.text !== '' && { stderr: stderr.text }),
    ...(result.outcome === 'completed' && result.exitCode !== undefined && { exit_code: result.exitCode }),
    ...toTruncated({
      stdout_bytes: stdout.omittedBytes,
      stderr_bytes: stderr.omittedBytes,
      stdout_characters: stdout.omittedCharacters,
      stderr_characters: stderr.omittedCharacters,
      diagnostics: fitted.omittedDiagnostics,
      message_characters: fitted.omittedCharacters,
      goals: open.omittedGoals,
      goal_characters: open.omittedCharacters,
      suggestions: suggested.omittedSuggestions,
      declarations: declared.omitted,
    }),
    timings_ms: toTimings(result.timings),
    ...toLeanFields(result),
    ...toSessionFields(result.session, true),
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
