import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

/** A file that is linted like every other one of the program; what stands in it is given here. */
const file = 'src/execution/redefinition-advice.ts';
const root = join(import.meta.dirname, '..');
const eslint = new ESLint({ cwd: root });

/** Rules about regular expressions that an expression breaks. */
async function brokenRules(expression: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(`export const search = (text: string) => ${expression}.exec(text);\n`, {
    filePath: join(root, file),
  });
  const rules = (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
  return [...new Set(rules)].filter((rule) => /^(?:regexp|redos)\//.test(rule) || rule.includes('Parsing'));
}

describe('an expression that can take more than linear time over a text is found', () => {
  it.each([
    ['a name in quotes, anywhere in a message', String.raw`/['\`‘](.+?)['\`’] has already been declared/`],
    ['white space at the end', String.raw`/\s*$/`],
    ['spaces at the end', '/ +$/'],
    ['spaces before the end of a line', String.raw`/ +(?=\r?\n)/g`],
    ['a line break and the white space around it', String.raw`/\s*\n\s*/g`],
    ['what is behind the first question mark, up to a line break', '/[?].*$/'],
    ['a part in quotes that may never close', '/«([^»]*)»|[^.«»]+/g'],
    ['a list that is the same in two ways', String.raw`/^(?:\w+\s*)*$/`],
    [
      'an attribute at the start of a line, where a lone carriage return starts one too',
      String.raw`/^[ \t]*(?:@\[[^\]\n]*\][ \t]*)?(?:(?:private|protected)[ \t]+)*(?:theorem|def)\b/gm`,
    ],
  ])('%s: %s', async (_, expression) => {
    expect(await brokenRules(expression)).not.toEqual([]);
  });
});

describe('an expression that takes linear time is not', () => {
  it.each([
    ['a word at the beginning', String.raw`/^\s*(?:theorem|lemma)\b/`],
    ['a character class', String.raw`/[^\r\n]/g`],
    ['what stands at one place only', String.raw`/^case (\S.*)$/`],
    ['words', String.raw`/[\w.]+/g`],
  ])('%s: %s', async (_, expression) => {
    expect(await brokenRules(expression)).toEqual([]);
  });
});
