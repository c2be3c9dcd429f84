import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromYaml } from './yaml-source.ts';

const problemsOf = (text: string): readonly string[] => fromYaml(text, '/etc/lean/config.yaml').problems;

describe('a file that can be read', () => {
  it.each([
    ['nothing', ''],
    ['a byte order mark', '\ufeff'],
    ['comments', '# docker:\n#   timeout: 3\n'],
    ['an empty document', '---\n'],
    ['sections with everything commented out', 'docker:\n  # timeout: 3\nlean:\n'],
    ['empty sections', 'docker: {}\nlean: {}'],
  ])('with %s in it gives no settings', (_what, text) => {
    expect(fromYaml(text, 'config.yaml')).toEqual({ given: [], problems: [] });
  });

  it('gives each value with the line of its key', () => {
    const text =
      'debug: true\r\n\r\ndocker:\r\n  timeout: 5\r\n  image: "a:b"\r\nlean:\r\n  allowed_imports:\r\n    - Lean\r\n';
    const { given, problems } = fromYaml(text, '/etc/config.yaml');
    const at = (line: number) => ({ source: 'file', path: '/etc/config.yaml', line });
    expect(problems).toEqual([]);
    expect(given.map(({ key, value, origin }) => [key.name, value, origin])).toEqual([
      ['debug', true, at(1)],
      ['docker.timeout', 5, at(4)],
      ['docker.image', 'a:b', at(5)],
      ['lean.allowed_imports', ['Lean'], at(7)],
    ]);
  });
});

describe('a mistake in the file', () => {
  it.each([
    [
      'a mistyped key',
      'docker:\n  image: a\n  memry_limit: 1g',
      'docker.memry_limit: unknown key (config.yaml line 3). Did you mean docker.memory_limit?',
    ],
    ['a key like no other', 'docker:\n  xyzzy: 1', 'docker.xyzzy: unknown key (config.yaml line 2)'],
    ['a mistyped section', 'dokcer:\n  image: a', 'dokcer: unknown key (config.yaml line 1). Did you mean docker?'],
    [
      'a key outside its section',
      'timeout: 3',
      'timeout: unknown key (config.yaml line 1). Did you mean docker.timeout?',
    ],
    [
      'a key in another section',
      'lean:\n  timeout: 3',
      'lean.timeout: unknown key (config.yaml line 2). Did you mean docker.timeout?',
    ],
    [
      'a key in a section instead of at the top',
      'lean: {debug: true}',
      'lean.debug: unknown key (config.yaml line 1). Did you mean debug?',
    ],
    [
      'a full name as one word',
      'docker.timeout: 3',
      'docker.timeout: unknown key (config.yaml line 1). Write docker:, and below it timeout',
    ],
    [
      'a key written as elsewhere',
      'docker: {memoryLimit: 1g}',
      'docker.memoryLimit: unknown key (config.yaml line 1). Did you mean docker.memory_limit?',
    ],
    ['a merge key', 'docker:\n  <<: {timeout: 3}', 'docker.<<: unknown key (config.yaml line 2)'],
    ['a name of an object', '__proto__: {a: 1}', '__proto__: unknown key (config.yaml line 1)'],
    ['a number as key', '5: x', '5: unknown key (config.yaml line 1)'],
    ['a line end in a name', '"a\\nb": x', String.raw`a\nb: unknown key (config.yaml line 1)`],
    ['a terminal escape', '"\\e[31m": x', String.raw`\x1b[31m: unknown key (config.yaml line 1)`],
    [
      'a key without value',
      'docker:\n  timeout:\n  image: a',
      'docker.timeout: has no value (config.yaml line 2). Give it one, or remove the line',
    ],
    ['a null', 'debug: ~', 'debug: has no value (config.yaml line 1). Give it one, or remove the line'],
    [
      'a key given twice',
      'docker:\n  timeout: 3\n  image: a\n  timeout: 4',
      'docker.timeout: given twice (config.yaml line 2 and line 4). Remove one',
    ],
    [
      'a section given twice',
      'docker: {}\nlean: {}\ndocker: {}',
      'docker: given twice (config.yaml line 1 and line 3). Remove one',
    ],
    ['a section that is a value', '\ndocker: 5', 'docker: expected keys below it, got 5 (config.yaml line 2)'],
    ['a section that is a list', 'lean: [Lean]', 'lean: expected keys below it, got ["Lean"] (config.yaml line 1)'],
    ['a list at the top', '# x\n- docker', 'config.yaml line 2: expected sections such as docker:, got ["docker"]'],
    ['a text at the top', 'hello', 'config.yaml line 1: expected sections such as docker:, got "hello"'],
    ['a tab', 'docker:\n\ttimeout: 3', 'config.yaml line 2: not valid YAML: Tabs are not allowed as indentation'],
    [
      'a second document',
      'debug: true\n---\ndebug: false',
      'config.yaml line 2: not valid YAML: a second document begins here',
    ],
    [
      'a tag of its own',
      'docker:\n  timeout: !!js 3',
      'config.yaml line 2: not valid YAML: Unresolved tag: tag:yaml.org,2002:js',
    ],
    ['a list as key', '? [a]\n: 1', 'config.yaml line 1: not valid YAML: a list or a map cannot be a key'],
    [
      'an alias',
      'docker:\n  image: &name a\n  base_image: *name',
      'config.yaml line 3: *name: aliases cannot be used here. Write the value itself',
    ],
  ])('such as %s is named with its line', (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each(['docker:\n  image: "a', 'docker: {image: a', 'docker:\n  image: a: b', 'docker: @x', '%'])(
    'in the YAML itself is told in one sentence: %j',
    (text) => {
      const problems = problemsOf(text);
      expect(problems[0]).toMatch(/^config\.yaml line [1-3]: not valid YAML: [^\n]+$/);
    },
  );

  it('does not hide the others', () => {
    expect(problemsOf('docker:\n  a: 1\n  timeout:\nlean: 3\nb: 1')).toHaveLength(4);
  });

  it('is found before aliases of aliases are expanded', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`);
    expect(problemsOf(['a0: &a0 x', ...levels].join('\n'))[0]).toContain('config.yaml line 2: *a0: aliases cannot');
    expect(problemsOf('a: &a\n  b: *a')).toHaveLength(1);
  });
});

it('any text is either settings or a problem with a line, never an exception', () => {
  const pieces = fc.constantFrom(
    'docker',
    'lean',
    'debug',
    'timeout',
    ':',
    ' ',
    '\n',
    '\n  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&a',
    '*a',
    '!!x',
    '"',
    '#',
    '|',
    '?',
    '~',
    '1',
    ',',
    '\t',
    '---\n',
    '%',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { given, problems } = fromYaml(text, 'config.yaml');
      for (const { origin } of given) if (origin.source === 'file') expect(origin.line).toBeGreaterThan(0);
      for (const problem of problems) expect(problem).toMatch(/^[^\n]*config\.yaml line \d+[^\n]*$/u);
    }),
    { numRuns: 2000 },
  );
});
