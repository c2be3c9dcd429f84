/* What Lean has at a place, as data and as text. */
import { z } from 'zod';
import { makeVisibleWithin } from '../core/visible-text.ts';
import type { InspectionAnswer, InspectionKind, InspectionResult } from '../execution/proof-service.ts';
import { fitGoals, goalSchema, renderGoals, type ShownGoal } from './goals.ts';
import { describeFirstError, frameOf, proofFields, renderProofFooter } from './proof-parts.ts';
import { renderOmitted } from './render-omitted.ts';
import { omittedCount, showSpan, spanSchema } from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';
import { toTruncated } from './truncated.ts';

const answerFields = z.object({
  goals_before: z.array(goalSchema).optional().describe('goal: before the tactic there; empty: all is proved'),
  goals_after: z.array(goalSchema).optional().describe('goal: after it'),
  goal: goalSchema.optional().describe('term-goal: the expected type, and what is at hand'),
  text: z.string().optional().describe('hover: Markdown; definition: what #print says'),
  completions: z
    .array(z.looseObject({ label: z.string(), detail: z.string().optional(), documentation: z.string().optional() }))
    .optional(),
  definitions: z
    .array(
      spanSchema.extend({
        where: z.enum(['code', 'session', 'library']).describe('session: in its accepted text'),
        file: z.string().optional(),
        text: z.string().optional(),
      }),
    )
    .optional(),
  place: spanSchema.optional().describe('What the answer is about'),
  truncated: z
    .looseObject({
      characters: omittedCount.optional(),
      goals: omittedCount.optional(),
      completions: omittedCount.optional(),
      definitions: omittedCount.optional(),
    })
    .optional()
    .describe('How much was left out'),
});
type AnswerFields = z.infer<typeof answerFields>;

/** What inspect-lean returns. */
export const inspectionResult = z.looseObject({
  ...proofFields,
  found: z.boolean(),
  note: z.string().optional(),
  ...answerFields.shape,
});
export type StructuredInspection = z.infer<typeof inspectionResult>;

/** The answer as data. */
export function toInspection(
  result: InspectionResult,
  what: InspectionKind,
  limits: ReportLimits,
): StructuredInspection {
  const { head, tail } = frameOf(result, limits, undefined);
  const answer = result.outcome === 'completed' ? result.answer : undefined;
  const note = result.outcome === 'completed' && answer === undefined ? whyNothing(what, result) : undefined;
  return {
    ...head,
    found: answer !== undefined,
    ...(note !== undefined && { note }),
    ...(answer && toFields(answer, limits.messageCharacters)),
    ...tail,
  };
}

const nothingThere: Readonly<Record<InspectionKind, string>> = {
  goal: 'Lean has no tactic there; what: term-goal tells what is expected of a term.',
  'term-goal': 'Lean has no term there; what: goal tells the state of a tactic.',
  hover: 'Lean has nothing to say about what is there; try the first character of a name.',
  completions: 'Lean knows no continuation there; the place should be right behind what is to be completed.',
  definition: 'Lean knows no definition of what is there; try the first character of a name.',
};

function whyNothing(what: InspectionKind, { diagnostics }: InspectionResult): string {
  const error = describeFirstError(diagnostics);
  return nothingThere[what] + (error === undefined ? '' : ` An error may be in the way: ${error}`);
}

function toFields(answer: InspectionAnswer, limit: number): AnswerFields {
  switch (answer.what) {
    case 'goal': {
      const before = fitGoals(answer.before, limit);
      const after = answer.after && fitGoals(answer.after, limit);
      return {
        goals_before: [...before.goals],
        ...(after && { goals_after: [...after.goals] }),
        ...toTruncated({
          characters: before.omittedCharacters + (after?.omittedCharacters ?? 0),
          goals: before.omittedGoals + (after?.omittedGoals ?? 0),
        }),
      };
    }
    case 'term-goal': {
      const { goals, omittedCharacters } = fitGoals({ goals: [answer.goal], more: 0 }, limit);
      const [goal] = goals;
      return {
        ...(goal && { goal }),
        ...placeOf(answer),
        ...toTruncated({ characters: omittedCharacters, goals: goal ? 0 : 1 }),
      };
    }
    case 'hover': {
      const { text, omitted } = shown(answer.markdown, limit);
      return { text, ...placeOf(answer), ...toTruncated({ characters: omitted }) };
    }
    case 'completions':
      return completionFields(answer, limit);
    case 'definition':
      return definitionFields(answer, limit);
  }
}

/** So much is shown of the name, the type and the documentation of a completion, each. */
const maxCompletionPart = 300;

function completionFields(
  { completions, omitted }: Extract<InspectionAnswer, { what: 'completions' }>,
  limit: number,
): AnswerFields {
  let left = limit;
  let omittedCharacters = 0;
  const short = (text: string): string => {
    const { text: fitting, omitted: cut } = shown(text, maxCompletionPart);
    omittedCharacters += cut;
    return fitting;
  };
  const fitting = completions.map(({ label, detail, documentation }) => ({
    label: short(label),
    ...(detail !== undefined && { detail: short(detail) }),
    ...(documentation !== undefined && { documentation: short(documentation) }),
  }));
  const kept = fitting.filter((item) => (left -= JSON.stringify(item).length) >= 0);
  return {
    completions: kept,
    ...toTruncated({ characters: omittedCharacters, completions: omitted + fitting.length - kept.length }),
  };
}

const maxFileName = 500;

function definitionFields(
  { definitions, omitted: more, markdown, printed }: Extract<InspectionAnswer, { what: 'definition' }>,
  limit: number,
): AnswerFields {
  const places = { text: 'code', before: 'session', file: 'library' } as const;
  let omittedCharacters = 0;
  const share = Math.floor(limit / 2 / Math.max(1, definitions.length));
  const texts = definitions.map(({ where, span, file, text }) => {
    const { text: fitting, omitted } = shown(text ?? '', share);
    omittedCharacters += omitted;
    return {
      where: places[where],
      ...(file !== undefined && { file: shown(file, maxFileName).text }),
      ...showSpan(span),
      ...(fitting !== '' && { text: fitting }),
    };
  });
  const hasText = definitions.some(({ text }) => text !== undefined);
  const about = hasText ? undefined : (printed ?? markdown);
  const { text, omitted } = shown(about ?? '', Math.floor(limit / 2));
  return {
    ...(texts.length > 0 && { definitions: texts }),
    ...(text !== '' && { text }),
    ...toTruncated({ characters: omittedCharacters + omitted, definitions: more }),
  };
}

function placeOf({ span }: { readonly span?: Parameters<typeof showSpan>[0] }): Pick<AnswerFields, 'place'> {
  return span === undefined ? {} : { place: showSpan(span) };
}

function shown(text: string, limit: number): { text: string; omitted: number } {
  return makeVisibleWithin(text.trimEnd(), limit);
}

/** The same as text. */
export function renderInspection(result: StructuredInspection): string {
  const { goals_before: before, goals_after: after, completions, definitions } = result;
  const blocks = [
    ...(result.error === undefined ? [] : [`Error (${result.outcome}): ${result.error}`]),
    ...(result.note === undefined ? [] : [result.note]),
    ...(before === undefined ? [] : [`Before:\n${state(before)}`]),
    ...(after === undefined ? [] : [`After:\n${state(after)}`]),
    ...(result.goal === undefined ? [] : [`Expected:\n${renderGoals([result.goal], '  ')}`]),
    ...(definitions ?? []).map(({ where, file, line, column, text = '' }) =>
      `Defined in the ${where}${file === undefined ? '' : ` (${file})`} at line ${line}, column ${column}:\n${text}`.trimEnd(),
    ),
    ...(result.text === undefined ? [] : [result.text]),
    ...(completions ?? []).map(({ label, detail }) => (detail === undefined ? label : `${label} : ${detail}`)),
    ...renderOmitted(result.truncated),
    renderProofFooter(result),
  ];
  return blocks.join('\n');
}

function state(goals: readonly ShownGoal[]): string {
  return goals.length === 0 ? '  no goals' : renderGoals(goals, '  ');
}
