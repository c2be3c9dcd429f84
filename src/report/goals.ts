/*
 * Goals as callers see them: the whole as Lean prints it, and its parts. They go into a model's context, so their number
 * and their characters are bounded, and what was left out is counted.
 */
import { z } from 'zod';
import { everyOf } from '../core/every-of.ts';
import { makeVisible, makeVisibleWithin } from '../core/visible-text.ts';
import {
  maxGoals,
  type Goal,
  type GoalList,
  type Hypothesis,
  type OpenGoal,
  type OpenGoals,
} from '../lean/diagnostic.ts';
import { indentLines } from './indent-lines.ts';

/** A goal in a structured result. */
export const goalSchema = z.looseObject({
  rendered: z.string().describe('As Lean prints it'),
  case: z.string().optional(),
  hypotheses: z
    .array(z.looseObject({ names: z.array(z.string()).optional(), type: z.string(), value: z.string().optional() }))
    .optional(),
  target: z.string(),
});
export type ShownGoal = z.infer<typeof goalSchema>;

/** A goal that the code leaves open, in a structured result. */
export const openGoalSchema = goalSchema.extend({
  origin: z.enum(everyOf<OpenGoal['origin']>()('sorry', 'unsolved-goals')),
  sorry: z.int().min(1).max(1e6).optional().describe('Which sorry, from 1'),
  line: z.int().min(1).max(1e7),
  column: z.int().min(0).max(1e7),
});
export type ShownOpenGoal = z.infer<typeof openGoalSchema>;

/** What fits, and what it cost. */
export interface Fitted<Shown> {
  readonly goals: readonly Shown[];
  readonly omittedGoals: number;
  readonly omittedCharacters: number;
}

/** Makes goals fit a number of characters, the first ones first; a single one gets at most a quarter of it. */
export function fitGoals({ goals, more }: GoalList, limit: number): Fitted<ShownGoal> {
  const shown: ShownGoal[] = [];
  let omittedCharacters = 0;
  let left = limit;
  for (const goal of goals.slice(0, maxGoals)) {
    const { fitting, omitted } = fitGoal(goal, Math.max(200, Math.floor(limit / 4)));
    left -= JSON.stringify(fitting).length;
    if (left < 0) break;
    shown.push(fitting);
    omittedCharacters += omitted;
  }
  return { goals: shown, omittedGoals: goals.length - shown.length + more, omittedCharacters };
}

/** The same for the goals that code leaves open. */
export function fitOpenGoals({ goals, more }: OpenGoals, limit: number): Fitted<ShownOpenGoal> {
  const fitted = fitGoals({ goals: goals.map(({ goal }) => goal), more }, limit);
  return { ...fitted, goals: fitted.goals.map((goal, index) => ({ ...placeOf(goals[index]), ...goal })) };
}

function placeOf(open: OpenGoal | undefined): Pick<ShownOpenGoal, 'origin' | 'sorry' | 'line' | 'column'> {
  if (open === undefined) throw new TypeError('a goal was shown that is not there');
  const { origin, sorry, start } = open;
  return { origin, ...(sorry !== undefined && { sorry }), line: start.line, column: start.column };
}

function fitGoal(goal: Goal, limit: number): { fitting: ShownGoal; omitted: number } {
  const { text: rendered, omitted } = makeVisibleWithin(goal.rendered, limit);
  const target = makeVisibleWithin(goal.target, limit).text;
  const named = goal.caseName === undefined ? {} : { case: makeVisibleWithin(goal.caseName, maxCaseName).text };
  // Of a goal that is too long the parts are not told: they would be as long again.
  if (omitted > 0) return { fitting: { rendered, ...named, target }, omitted };
  const hypotheses = goal.hypotheses.map(showHypothesis);
  return { fitting: { rendered, ...named, ...(hypotheses.length > 0 && { hypotheses }), target }, omitted };
}

/** So much of the name of a case is shown. */
const maxCaseName = 1000;

function showHypothesis({ names, type, value }: Hypothesis): NonNullable<ShownGoal['hypotheses']>[number] {
  return {
    ...(names.length > 0 && { names: names.map(makeVisible) }),
    type: makeVisible(type),
    ...(value !== undefined && { value: makeVisible(value) }),
  };
}

/** Goals as Lean prints them, one below the other. */
export function renderGoals(goals: readonly ShownGoal[], indent = ''): string {
  return goals.map(({ rendered }) => indentLines(rendered, indent)).join('\n\n');
}
