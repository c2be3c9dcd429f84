import { expect, test } from 'vitest';
import { askGoalsAround } from './goals-around.ts';

/** Answers by column in the line behind this one; elsewhere it has nothing. */
const before = 'by\n';

function lean(states: readonly (readonly [from: number, to: number, goals: readonly string[]])[]) {
  return {
    goals: (offset: number) => {
      const column = offset - before.length;
      const found = states.find(([from, to]) => column >= from && column <= to);
      return Promise.resolve(found?.[2]);
    },
  };
}

const around = (code: string, column: number, states: Parameters<typeof lean>[0]): ReturnType<typeof askGoalsAround> =>
  askGoalsAround(lean(states), before + code, before.length + column);

// `exact h` from column 2 to 9: the state before it at 2, after it from 3 on.
const exact: Parameters<typeof lean>[0] = [
  [0, 1, ['earlier']],
  [2, 2, ['p']],
  [3, 9, []],
];

test.each([2, 4, 8, 9])('the tactic around column %i has a state before and one after', async (column) => {
  expect(await around('  exact h', column, exact)).toEqual({ before: ['p'], after: [] });
});

test('in the indentation, the tactic of the line is meant', async () => {
  expect(await around('  exact h', 1, exact)).toEqual({ before: ['p'], after: [] });
});

test('a tactic with others in it has the state at the end of its line after it', async () => {
  const states: Parameters<typeof lean>[0] = [
    [2, 3, ['p', 'q']],
    [4, 4, ['p', 'q']],
    [5, 11, []],
  ];
  expect(await around('  · exact h', 2, states)).toEqual({ before: ['p', 'q'], after: [] });
  expect(await around('  · exact h', 6, states)).toEqual({ before: ['p', 'q'], after: [] });
});

test('a tactic that does nothing is not taken for the one before it', async () => {
  const states: Parameters<typeof lean>[0] = [
    [2, 2, ['p']],
    [3, 13, ['q']],
  ];
  expect(await around('  intro; skip', 9, states)).toEqual({ before: ['q'], after: ['q'] });
});

test('an empty line has one state', async () => {
  expect(await around('  ', 2, [[0, 9, ['p']]])).toEqual({ before: ['p'] });
});

test('where there is no tactic there is nothing', async () => {
  expect(await around('def x := 1', 4, [])).toBeUndefined();
});
