/* What answers about texts and attempts at proofs have in common. */
import { z } from 'zod';
import { makeVisible } from '../core/visible-text.ts';
import type { InspectionResult, TryTacticsResult } from '../execution/proof-service.ts';
import { firstError, headlineOf, type Diagnostic } from '../lean/diagnostic.ts';
import { callPhases } from '../telemetry/telemetry.ts';
import { explainEnd } from './explain.ts';
import { renderCallFooter } from './render-footer.ts';
import {
  leanFields,
  outcomeSchema,
  sessionFields,
  timingsSchema,
  toLeanFields,
  toSessionFields,
  toTimings,
} from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';

const head = z.object({
  status: z.enum(['success', 'error']).describe('success: Lean looked at the text and answered'),
  outcome: outcomeSchema,
  error: z.string().optional(),
});
const tail = z.object({
  timings_ms: timingsSchema,
  ...leanFields,
  ...sessionFields,
});
type Tail = z.infer<typeof tail>;

/** Fields of every such result. */
export const proofFields = { ...head.shape, ...tail.shape };

/** The beginning and the end of a result; an error makes it one that did not succeed. */
export function frameOf(
  result: InspectionResult | TryTacticsResult,
  limits: ReportLimits,
  error: string | undefined,
): { head: z.infer<typeof head>; tail: Tail } {
  const why = result.outcome === 'completed' ? error : explainEnd(result, limits);
  return {
    head: {
      status: why === undefined ? 'success' : 'error',
      outcome: result.outcome,
      ...(why !== undefined && { error: makeVisible(why) }),
    },
    tail: {
      timings_ms: toTimings(result.timings),
      ...toLeanFields(result),
      ...toSessionFields(result.session, false),
    },
  };
}

/** The first error of a text in one line; nothing when it has none. */
export function describeFirstError(diagnostics: readonly Diagnostic[]): string | undefined {
  const error = firstError(diagnostics);
  if (error === undefined) return undefined;
  const { start, file } = error;
  return `${file === undefined ? '' : `${makeVisible(file)}, `}line ${start.line}, column ${start.column}: ${makeVisible(headlineOf(error))}`;
}

/** No program runs. */
const proofPhases = callPhases.filter((phase) => phase !== 'run');

/** The last line of a result's text. */
export function renderProofFooter(frame: Tail): string {
  return renderCallFooter(frame, proofPhases);
}
