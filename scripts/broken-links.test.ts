import { expect, it } from 'vitest';
import { brokenLinks } from './broken-links.ts';

const links = (text: string, files: readonly string[] = []): string[] =>
  brokenLinks(
    new Map([
      ['docs/a.md', text],
      ['docs/b.md', '# Page B\n\n## The `run` command, again\n\n```sh\n# no heading\n```\n'],
    ]),
    (path) => files.includes(path),
  );

it.each([
  '[page](b.md)',
  '[heading](b.md#the-run-command-again)',
  '[own heading](#here)\n## Here',
  '[web](https://example.com/nowhere)',
  '`[code](nowhere.md)`',
  '```md\n[code](nowhere.md)\n```',
])('accepts %j', (text) => {
  expect(links(text)).toEqual([]);
});

it('accepts a file that is no page', () => {
  expect(links('[licence](../LICENSE)', ['LICENSE'])).toEqual([]);
});

it.each([
  ['[page](c.md)', 'docs/a.md: there is no c.md'],
  ['[page](docs/b.md)', 'docs/a.md: there is no docs/b.md'],
  ['[`code` in the text](c.md)', 'docs/a.md: there is no c.md'],
  ['[heading](b.md#gone)', 'docs/a.md: b.md#gone has no such heading'],
  ['[heading](b.md#no-heading)', 'docs/a.md: b.md#no-heading has no such heading'],
  ['[own heading](#gone)', 'docs/a.md: #gone has no such heading'],
])('names the broken link in %j', (text, problem) => {
  expect(links(text)).toEqual([problem]);
});
