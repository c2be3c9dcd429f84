import { expect, it } from 'vitest';
import { fitDeclarations, renderDeclarations } from './declarations.ts';

const two = {
  name: 'two',
  kind: 'theorem',
  type: '1 + 1 = 2',
  start: { line: 3, column: 0 },
  axioms: ['propext', 'sorryAx'],
};

it('shows what the environment knows, and counts what it was not told', () => {
  const { declarations, omitted } = fitDeclarations({ constants: [two, { ...two, axioms: [] }], more: 3 }, 10_000);
  expect(declarations).toEqual([
    { name: 'two', kind: 'theorem', type: '1 + 1 = 2', line: 3, axioms: ['propext', 'sorryAx'] },
    { name: 'two', kind: 'theorem', type: '1 + 1 = 2', line: 3, axioms: [] },
  ]);
  expect(omitted).toBe(3);
  expect(renderDeclarations(declarations)).toBe(
    '3: theorem two : 1 + 1 = 2 [axioms: propext, sorryAx]\n3: theorem two : 1 + 1 = 2 [no axioms]',
  );
});

it('keeps the first ones that fit, with types of bounded length', () => {
  const long = { ...two, type: 'x'.repeat(100_000) };
  const { declarations, omitted } = fitDeclarations(
    { constants: [two, long, ...Array.from({ length: 500 }, () => two)], more: 0 },
    4000,
  );
  expect(JSON.stringify(declarations).length).toBeLessThan(4500);
  expect(declarations[1]?.type.length).toBeLessThan(1100);
  expect(declarations.length + omitted).toBe(502);
});
