import { expect, it } from 'vitest';
import { replaceSection } from './generated-section.ts';

const page =
  'before\n<!-- generated:a -->\nold\n<!-- /generated -->\nbetween\n<!-- generated:b -->\nkept\n<!-- /generated -->\n';

it('replaces what is between the markers and nothing else', () => {
  expect(replaceSection(page, 'a', 'new $&')).toBe(page.replace('\nold\n', () => '\n\nnew $&\n\n'));
});

it('changes nothing when it is done again', () => {
  const once = replaceSection(page, 'b', 'new');
  expect(replaceSection(once, 'b', 'new')).toBe(once);
});

it.each([
  ['c', page],
  ['a', '<!-- generated:a -->\nnever closed'],
  ['a', '<!-- /generated --> <!-- generated:a -->'],
])('refuses a text without the section %s: %j', (marker, text) => {
  expect(() => replaceSection(text, marker, 'new')).toThrow(`no section from <!-- generated:${marker} -->`);
});
