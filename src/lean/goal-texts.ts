/*
 * Goals as Lean prints them, in lists of any length: code under test can leave as many as it likes, and write others in
 * Lean's name.
 */
import type { GoalList } from './diagnostic.ts';

/** So many goals of a list are compared with those of another one; a longer list counts as one that has others. */
const maxCompared = 4096;

/** The goals that are only in the first list; one that is there twice counts twice. */
export function goalsBeyond({ goals, more }: GoalList<string>, others: readonly string[]): GoalList<string> {
  const left = new Map<string, number>();
  for (const goal of others.slice(0, maxCompared)) left.set(goal, (left.get(goal) ?? 0) + 1);
  const compared = goals.slice(0, maxCompared);
  const beyond = compared.filter((goal) => {
    const number = left.get(goal) ?? 0;
    left.set(goal, number - 1);
    return number <= 0;
  });
  const total = goals.length + more;
  if (total === compared.length) return { goals: beyond, more: 0 };
  return { goals: beyond, more: Math.max(1, total - others.length - beyond.length) };
}

/** Whether a list has nothing in it. */
export function isEmpty({ goals, more }: GoalList<unknown>): boolean {
  return goals.length + more === 0;
}

/** One list behind the other. */
export function joinGoals(lists: readonly GoalList<string>[]): GoalList<string> {
  return { goals: lists.flatMap(({ goals }) => goals), more: lists.reduce((sum, { more }) => sum + more, 0) };
}
