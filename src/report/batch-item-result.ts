/* What became of one item of a batch, as data. */
import { z } from 'zod';
import { everyOf } from '../core/every-of.ts';
import { makeVisible } from '../core/visible-text.ts';
import { verdictOf, type ItemResult, type ItemVerdict, type Isolation } from '../batches/batch-item.ts';
import { shortenKept } from '../core/bounded-text.ts';
import type { ExecutionResult, Outcome } from '../execution/execution-service.ts';
import { usesSorry } from '../lean/diagnostic.ts';
import { explain } from './explain.ts';
import { fitDiagnostics } from './fit-diagnostics.ts';
import { openGoalSchema } from './goals.ts';
import { diagnosticSchema } from './result-parts.ts';
import { toTruncated } from './truncated.ts';
import { toStructured, type ReportLimits } from './structured-result.ts';

/** What may be told of an item besides its verdict. */
export const itemParts = ['diagnostics', 'goals', 'output'] as const;
export type ItemPart = (typeof itemParts)[number];

/** What became of an item. */
export const itemSchema = z.looseObject({
  id: z.string(),
  verdict: z.enum(everyOf<ItemVerdict>()('accepted', 'rejected', 'undecided')),
  outcome: z.string().optional().describe('Why undecided'),
  uses_sorry: z.boolean().optional(),
  error: z.string().optional(),
  diagnostics: z.array(diagnosticSchema).optional(),
  goals: z.array(openGoalSchema).optional(),
  stdout: z.string().optional(),
  stderr: z.string().optional(),
  exit_code: z.int().min(0).max(255).optional(),
  truncated: z.looseObject({}).optional(),
  isolation: z.string().optional(),
  tries: z.int().min(1).max(1e6).optional(),
  elapsed_ms: z.int().min(0).max(1e9).optional(),
});
/** An item as callers see it. */
export type ShownItem = z.infer<typeof itemSchema>;

/** An item's end cut to a size in memory: Lean's messages about one item may have megabytes. */
export interface KeptItem {
  readonly id: string;
  readonly index: number;
  readonly verdict: ItemVerdict;
  readonly isolation: Isolation;
  readonly tries: number;
  readonly usesSorry: boolean;
  readonly error: string | undefined;
  readonly outcome: Exclude<Outcome['outcome'], 'completed'> | 'not-checked' | undefined;
  /** Absent when the item was not checked. */
  readonly result: ExecutionResult | undefined;
  /** What was cut already. */
  readonly omitted: { readonly diagnostics: number; readonly characters: number };
}

/** @param characters of messages, of goals and of each output that are kept */
export function keepItem(
  { item, end, isolation, tries }: ItemResult,
  limits: ReportLimits,
  characters: number,
): KeptItem {
  const base = { id: item.id, index: item.index, verdict: verdictOf(end), isolation, tries };
  const none = { diagnostics: 0, characters: 0 };
  if (end.kind === 'not-checked') {
    const error = makeVisible(end.error.advice.replaceAll('\n', ' '));
    return { ...base, usesSorry: false, error, outcome: 'not-checked', result: undefined, omitted: none };
  }
  const { result } = end;
  const fitted = fitDiagnostics(result.diagnostics, characters);
  const { goals = [], more = 0 } = result.openGoals ?? {};
  let room = characters;
  const few = goals.filter(({ goal }) => (room -= goal.rendered.length + goal.target.length) >= 0);
  return {
    ...base,
    usesSorry:
      (result.sorryLines ?? []).length > 0 ||
      goals.some(({ origin }) => origin === 'sorry') ||
      result.diagnostics.some(usesSorry),
    error: base.verdict === 'accepted' ? undefined : makeVisible(explain(result, limits)),
    outcome: result.outcome === 'completed' ? undefined : result.outcome,
    result: {
      ...result,
      diagnostics: fitted.diagnostics,
      openGoals: { goals: few, more: more + goals.length - few.length },
      stdout: shortenKept(result.stdout, characters),
      stderr: shortenKept(result.stderr, characters),
    },
    omitted: { diagnostics: fitted.omittedDiagnostics, characters: fitted.omittedCharacters },
  };
}

/** An item in a few words. */
export function showBriefly({ id, verdict, outcome, usesSorry: unfinished }: KeptItem): ShownItem {
  return {
    id: makeVisible(id),
    verdict,
    ...(outcome !== undefined && { outcome }),
    ...(unfinished && verdict === 'accepted' && { uses_sorry: true }),
  };
}

/** An item with as much as its share holds. */
export function showItem(kept: KeptItem, parts: ReadonlySet<ItemPart>, limits: ReportLimits): ShownItem {
  const { error, result, omitted, isolation, tries } = kept;
  const shown = result && toStructured(result, limits);
  const before = shown?.truncated as Readonly<Record<string, number>> | undefined;
  const truncated = {
    ...before,
    diagnostics: omitted.diagnostics + (before?.['diagnostics'] ?? 0),
    message_characters: omitted.characters + (before?.['message_characters'] ?? 0),
  };
  const told = Object.entries(truncated).filter(([what]) => parts.has(partOf(what)));
  return {
    ...showBriefly(kept),
    ...(error !== undefined && { error }),
    ...(parts.has('diagnostics') && shown?.diagnostics && { diagnostics: shown.diagnostics }),
    ...(parts.has('goals') && shown?.goals && { goals: shown.goals }),
    ...(parts.has('output') && shown?.stdout !== undefined && { stdout: shown.stdout }),
    ...(parts.has('output') && shown?.stderr !== undefined && { stderr: shown.stderr }),
    ...(shown?.exit_code !== undefined && { exit_code: shown.exit_code }),
    ...toTruncated(Object.fromEntries(told)),
    ...(isolation !== 'item' && { isolation }),
    ...(tries > 1 && { tries }),
    ...(result && { elapsed_ms: result.timings.total }),
  };
}

function partOf(what: string): ItemPart {
  if (what.startsWith('std')) return 'output';
  return what.startsWith('goal') ? 'goals' : 'diagnostics';
}
