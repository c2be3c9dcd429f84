import { expect, it } from 'vitest';
import { mainModules, readCollected } from './collected.ts';
import { neededMemory } from './probe-import.ts';

it('sizes and roots of packages are read line by line', () => {
  const { sizes, roots } = readCollected('size a 10\nroot a A\nroot a Main\nsize b x\nnoise\n');
  expect([...sizes]).toEqual([['a', 10]]);
  expect([...roots]).toEqual([['a', ['A', 'Main']]]);
});

it.each([
  ['mathlib', ['Archive', 'Cache', 'Mathlib'], ['Mathlib']],
  ['import-graph', ['ImportGraph', 'Main'], ['ImportGraph']],
  ['own', ['Left', 'Main', 'Right'], ['Left', 'Right']],
  ['own', [], []],
])('the package %s with the roots %j is imported by %j', (name, roots, modules) => {
  expect(mainModules(name, roots)).toEqual(modules);
});

it('a sandbox needs more than importing took, in steps of 64 MiB', () => {
  expect(neededMemory(0)).toBe(512 * 1024 ** 2);
  expect(neededMemory(4 * 1024 ** 3)).toBe(5.5 * 1024 ** 3);
  expect(neededMemory(1) % (64 * 1024 ** 2)).toBe(0);
});
