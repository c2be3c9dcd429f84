import { expect, it } from 'vitest';
import { dependencyProblems } from './listed-dependencies.ts';

const packageJson = { dependencies: { zod: '1.0.0' }, devDependencies: { '@types/node': '1.0.0' } };

it('finds nothing wrong with a page that lists every package', () => {
  expect(dependencyProblems('| `zod` | schemas |\n| `@types/node` | types |\n', packageJson)).toEqual([]);
});

it('names a package that the page does not list, also when its text mentions it', () => {
  expect(dependencyProblems('We use `zod`.\n| `@types/node` | types |\n', packageJson)).toEqual([
    'zod is in package.json and is not explained',
  ]);
});

it('names a package on the page that is no longer used', () => {
  const page = '| `zod` | schemas |\n| `@types/node` | types |\n| `left-pad` | pads |\n';
  expect(dependencyProblems(page, packageJson)).toEqual(['left-pad is explained and is not in package.json']);
});
