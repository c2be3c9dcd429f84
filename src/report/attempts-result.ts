/* What came of attempts at a goal, as data. They share the characters of a result. */
import { z } from 'zod';
import { everyOf } from '../core/every-of.ts';
import { makeVisible, makeVisibleWithin } from '../core/visible-text.ts';
import type {
  AttemptPlace,
  AttemptResult,
  AttemptTarget,
  AttemptVerdict,
  TryTacticsResult,
} from '../execution/proof-service.ts';
import { noGoals } from '../lean/diagnostic.ts';
import { fitDiagnostics } from './fit-diagnostics.ts';
import { fitGoals, goalSchema } from './goals.ts';
import { describeFirstError, frameOf, proofFields } from './proof-parts.ts';
import { diagnosticSchema, omittedCount, showDiagnostic, showSpan, spanSchema } from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';
import { fitSuggestions, suggestionSchema } from './suggestions.ts';
import { toTruncated } from './truncated.ts';

const truncatedSchema = z
  .looseObject({
    characters: omittedCount.optional(),
    goals: omittedCount.optional(),
    diagnostics: omittedCount.optional(),
    suggestions: omittedCount.optional(),
  })
  .optional()
  .describe('How much was left out');

const attempt = z.looseObject({
  number: z.int().min(1).max(1e6),
  tactic: z.string(),
  suggested_by: z.int().min(1).max(1e6).optional(),
  result: z
    .enum(
      everyOf<AttemptVerdict>()(
        'closed',
        'goals-left',
        'failed',
        'breaks-other',
        'uses-sorry',
        'timed-out',
        'out-of-memory',
        'output-limit',
        'crashed',
        'not-tried',
      ),
    )
    .describe(
      'breaks-other: proves the goal, but something elsewhere is now rejected; uses-sorry: leaves something open itself; ' +
        'from timed-out on: unknown',
    ),
  goals: z.array(goalSchema).optional().describe('What it leaves to prove'),
  diagnostics: z.array(diagnosticSchema).optional().describe('Positions are in the attempt'),
  suggestions: z.array(suggestionSchema).optional(),
  new_errors: z.array(diagnosticSchema).optional().describe('Elsewhere'),
  declaration_uses_sorry: z.boolean().optional().describe('Rests on a sorry elsewhere'),
  detail: z.string().optional(),
  elapsed_ms: z.int().min(0).max(1e9),
  truncated: truncatedSchema,
});
export type ShownAttempt = z.infer<typeof attempt>;

/** What try-tactics returns. */
export const attemptsResult = z.looseObject({
  ...proofFields,
  place: spanSchema
    .extend({
      kind: z.enum(everyOf<AttemptPlace['kind']>()('tactic', 'term')),
      sorry: z.int().min(1).max(1e6).optional().describe('Which one it is'),
    })
    .optional()
    .describe('What an attempt replaces; empty where it goes in between'),
  goals: z.array(goalSchema).optional().describe('To prove'),
  closed: z.array(z.int().min(1).max(1e6)).optional().describe('Those that prove it'),
  attempts: z.array(attempt).optional(),
  diagnostics: z.array(diagnosticSchema).optional().describe('Without any attempt'),
  truncated: truncatedSchema,
});
export type StructuredAttempts = z.infer<typeof attemptsResult>;

/** Shortest share of an attempt, in characters, unless all of them have less. */
const leastShare = 400;
/** With less, an attempt is told by the beginning of its tactic and its verdict, and what was left out is counted in all. */
const terseShare = 60;
const terseTactic = 20;

/** The result as data. */
export function toAttempts(result: TryTacticsResult, target: AttemptTarget, limits: ReportLimits): StructuredAttempts {
  const tried = result.outcome === 'completed' ? result : undefined;
  const noPlace = tried !== undefined && tried.place === undefined ? whyNoPlace(target, result) : undefined;
  const { head, tail } = frameOf(result, limits, noPlace);
  const least = Math.min(leastShare, limits.messageCharacters / 8);
  const share = Math.max(least, Math.floor(limits.messageCharacters / Math.max(1, tried?.attempts.length ?? 1)));
  const fitted = fitDiagnostics(result.diagnostics, Math.max(least, limits.messageCharacters / 4));
  const goals = fitGoals(tried?.goals ?? noGoals, limits.messageCharacters / 4);
  const fittedAttempts = (tried?.attempts ?? []).map((item, index) => showAttempt(item, index + 1, share));
  const attempts = fittedAttempts.map(({ shown }) => shown);
  const omitted = share < terseShare ? sumOf(fittedAttempts) : noneOmitted;
  const closed = attempts.filter((item) => item.result === 'closed').map(({ number }) => number);
  return {
    ...head,
    ...(tried?.place && {
      place: {
        ...showSpan(tried.place.span),
        kind: tried.place.kind,
        ...(tried.place.sorry !== undefined && { sorry: tried.place.sorry }),
      },
    }),
    ...(goals.goals.length > 0 && { goals: [...goals.goals] }),
    ...(closed.length > 0 && { closed }),
    ...(attempts.length > 0 && { attempts }),
    ...(fitted.diagnostics.length > 0 && { diagnostics: fitted.diagnostics.map(showDiagnostic) }),
    ...toTruncated({
      characters: fitted.omittedCharacters + goals.omittedCharacters + omitted.characters,
      goals: goals.omittedGoals + omitted.goals,
      diagnostics: fitted.omittedDiagnostics + omitted.diagnostics,
      suggestions: omitted.suggestions,
    }),
    ...tail,
  };
}

/** How much was left out of something. */
interface Omitted {
  readonly characters: number;
  readonly goals: number;
  readonly diagnostics: number;
  readonly suggestions: number;
}

const noneOmitted: Omitted = { characters: 0, goals: 0, diagnostics: 0, suggestions: 0 };

function sumOf(attempts: readonly Omitted[]): Omitted {
  const sum = (of: (omitted: Omitted) => number): number => attempts.reduce((all, one) => all + of(one), 0);
  return {
    characters: sum(({ characters }) => characters),
    goals: sum(({ goals }) => goals),
    diagnostics: sum(({ diagnostics }) => diagnostics),
    suggestions: sum(({ suggestions }) => suggestions),
  };
}

function showTactic(tactic: string, share: number): { text: string; omitted: number } {
  if (share >= terseShare) return makeVisibleWithin(tactic, share);
  const beginning =
    makeVisible(tactic.slice(0, terseTactic)).split('\n', 1)[0]?.slice(0, terseTactic).toWellFormed() ?? '';
  const omitted = Math.max(0, tactic.length - beginning.length);
  return { text: omitted === 0 ? beginning : `${beginning}…`, omitted };
}

function showAttempt(item: AttemptResult, number: number, share: number): Omitted & { readonly shown: ShownAttempt } {
  const tactic = showTactic(item.tactic, share);
  const goals = fitGoals(item.goals, share);
  const own = fitDiagnostics(item.diagnostics, share);
  const suggested = fitSuggestions(item.diagnostics, share);
  const elsewhere = fitDiagnostics(item.elsewhere, Math.floor(share / 2));
  const omitted: Omitted = {
    characters: tactic.omitted + goals.omittedCharacters + own.omittedCharacters + elsewhere.omittedCharacters,
    goals: goals.omittedGoals,
    diagnostics: own.omittedDiagnostics + elsewhere.omittedDiagnostics,
    suggestions: suggested.omittedSuggestions,
  };
  const shown: ShownAttempt = {
    number,
    tactic: tactic.text,
    ...(item.suggestedBy !== undefined && { suggested_by: item.suggestedBy }),
    result: item.verdict,
    ...(goals.goals.length > 0 && { goals: [...goals.goals] }),
    ...(own.diagnostics.length > 0 && { diagnostics: own.diagnostics.map(showDiagnostic) }),
    ...(suggested.suggestions.length > 0 && { suggestions: suggested.suggestions }),
    ...(elsewhere.diagnostics.length > 0 && { new_errors: elsewhere.diagnostics.map(showDiagnostic) }),
    ...(item.declarationUsesSorry && { declaration_uses_sorry: true }),
    ...(item.detail !== undefined && { detail: makeVisible(item.detail) }),
    elapsed_ms: item.elapsedMs,
    ...(share >= terseShare && toTruncated(omitted)),
  };
  return { ...omitted, shown };
}

function whyNoPlace(target: AttemptTarget, { diagnostics }: TryTacticsResult): string {
  const place =
    'sorry' in target
      ? `sorry ${target.sorry}`
      : `line ${target.line}${target.column === undefined ? '' : `, column ${target.column}`}`;
  const error = describeFirstError(diagnostics);
  const why =
    error === undefined ? 'it is in no proof that Lean looks at' : `an error may stop Lean before it: ${error}`;
  return `Lean has no goal at ${place}, so nothing was tried: ${why}.`;
}
