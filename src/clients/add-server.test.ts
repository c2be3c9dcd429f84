import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { addServer } from './add-server.ts';

const entry = { command: 'npx', args: ['-y', 'lean-docker-mcp'] };
const add = (text: string, given = entry): string => addServer(text, 'mcp.json', 'servers', 'lean', given);
const read = (text: string): unknown => parse(text, [], { allowTrailingComma: true });

describe('addServer', () => {
  it('writes a whole file where there is none, or an empty one', () => {
    for (const text of ['', ' \n']) expect(JSON.parse(add(text))).toEqual({ servers: { lean: entry } });
  });

  it('keeps comments, order, indentation and trailing commas', () => {
    const text = [
      '// mine',
      '{',
      '\t"inputs": [], // none',
      '\t"servers": {',
      '\t\t/* the other */ "other": { "command": "x" }, // still other',
      '\t\t// the end',
      '\t},',
      '}',
      '',
    ].join('\n');
    expect(add(text)).toBe(
      [
        '// mine',
        '{',
        '\t"inputs": [], // none',
        '\t"servers": {',
        '\t\t/* the other */ "other": { "command": "x" }, // still other',
        '\t\t// the end',
        '\t\t"lean": {',
        '\t\t\t"command": "npx",',
        '\t\t\t"args": [',
        '\t\t\t\t"-y",',
        '\t\t\t\t"lean-docker-mcp"',
        '\t\t\t]',
        '\t\t},',
        '\t},',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('leaves a comment with what it is about, also where there is no list of servers yet', () => {
    const after = add('{\n  "inputs": [] // none\n}\n');
    expect(after).toContain('"inputs": [], // none\n  "servers": {\n');
    expect(read(after)).toEqual({ inputs: [], servers: { lean: entry } });
  });

  it('keeps the line ends of Windows and a byte order mark', () => {
    const after = add('\uFEFF{\r\n    "a": 1 // one\r\n}\r\n');
    expect(after.startsWith('\uFEFF{')).toBe(true);
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after).toContain('\r\n    "servers": {\r\n        "lean"');
  });

  it('changes nothing where it has been before', () => {
    const text = add('{ "a": 1 }');
    expect(add(text)).toBe(text);
  });

  it('brings an older entry of ours up to date, and keeps what else is in it', () => {
    const old = { command: 'npx', args: ['lean-docker-mcp@0.1'], env: { A: '1', B: '2' }, disabled: true };
    const after = add(JSON.stringify({ servers: { lean: old } }), { ...entry, env: { B: '3' } } as typeof entry);
    expect(read(after)).toEqual({ servers: { lean: { ...old, ...entry, env: { A: '1', B: '3' } } } });
  });

  it.each([
    [
      'another server of that name',
      '{ "servers": { "lean": { "command": "uvx", "args": ["lean-lsp-mcp"] } } }',
      /--name/,
    ],
    ['a syntax error', '{\n  "servers": {\n', /CloseBraceExpected at line 3, column 1/],
    ['a list', '[]', /does not hold a JSON object/],
    ['servers that are no object', '{ "servers": [] }', /something else than an object in "servers"/],
    ['a key that is there twice', '{ "servers": {}, "servers": { "b": {} } }', /twice/],
  ])('refuses %s, and says what to do', (_, text, message) => {
    let advice = '';
    try {
      add(text);
    } catch (error) {
      advice = (error as { advice: string }).advice;
    }
    expect(advice).toMatch(message);
    expect(advice).toContain('Nothing was changed.');
  });

  it('loses nothing of any file', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    const isPlain = (value: unknown): boolean => !JSON.stringify(value).includes('__proto__');
    fc.assert(
      fc.property(
        json.filter(isPlain),
        fc.option(json.filter(isPlain), { nil: undefined }),
        fc.constantFrom('', '  ', '\t', '    '),
        fc.boolean(),
        (others, servers, indent, commented) => {
          fc.pre(!('servers' in others) && !('lean' in (servers ?? {})));
          const plain = JSON.stringify({ ...others, ...(servers && { servers }) }, undefined, indent);
          // As JSON has it, in which -0 is 0.
          const content = read(plain) as { servers?: object };
          const text = commented ? plain.replace(/\n(\s*)\}$/, ' // end\n$1}') : plain;
          const after = add(text);
          expect(read(after)).toEqual({ ...content, servers: { ...content.servers, lean: entry } });
          expect(after.includes('// end')).toBe(text.includes('// end'));
        },
      ),
    );
  });
});
