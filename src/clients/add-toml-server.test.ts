import fc from 'fast-check';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { describe, expect, it } from 'vitest';
import { addTomlServer } from './add-toml-server.ts';

const entry = { command: 'npx', args: ['-y', 'lean-docker-mcp'], startup_timeout_sec: 60, tool_timeout_sec: 600 };
const add = (text: string, given: Parameters<typeof addTomlServer>[4] = entry): string =>
  addTomlServer(text, 'config.toml', 'mcp_servers', 'lean', given);
const read = (text: string): unknown => getStaticTOMLValue(parseTOML(text));
const written = [
  '[mcp_servers.lean]',
  'command = "npx"',
  'args = ["-y", "lean-docker-mcp"]',
  'startup_timeout_sec = 60',
  'tool_timeout_sec = 600',
  '',
].join('\n');

describe('addTomlServer', () => {
  it('writes a whole file where there is none', () => {
    expect(add('')).toBe(written);
    expect(read(written)).toEqual({ mcp_servers: { lean: entry } });
  });

  it('goes to the end of a file, and leaves everything before it as it is', () => {
    const text = '# mine\nmodel = "gpt"   # this one\n\n[mcp_servers.other]\ncommand = "x"\n[profiles]\na.b = 1';
    expect(add(text)).toBe(`${text}\n\n${written}`);
    expect(add(`${text}\n`)).toBe(`${text}\n\n${written}`);
  });

  it('keeps the line ends of Windows', () => {
    expect(add('a = 1\r\n')).toBe(`a = 1\r\n\r\n${written.replaceAll('\n', '\r\n')}`);
  });

  it('gives the server variables, in a table of their own', () => {
    const env = { DOCKER_HOST: 'unix:///run/"x".sock', 'A.B': 'tab\tend' };
    expect(read(add('', { ...entry, env }))).toEqual({ mcp_servers: { lean: { ...entry, env } } });
  });

  it('changes nothing that is right already', () => {
    expect(add(written)).toBe(written);
  });

  it('brings an entry up to date where it stands, and keeps what somebody has chosen', () => {
    const text = [
      '[mcp_servers.lean] # ours',
      'command = "npx" # by npm',
      'args = ["lean-docker-mcp"] # old',
      'tool_timeout_sec = 5',
      'enabled = false',
      '',
      '[mcp_servers.lean.env]',
      'A = "1"',
      '',
      '[tui]',
      '',
    ].join('\n');
    expect(add(text, { ...entry, env: { A: '2', B: '3' } })).toBe(
      [
        '[mcp_servers.lean] # ours',
        'startup_timeout_sec = 60',
        'command = "npx" # by npm',
        'args = ["-y", "lean-docker-mcp"] # old',
        'tool_timeout_sec = 5',
        'enabled = false',
        '',
        '[mcp_servers.lean.env]',
        'B = "3"',
        'A = "2"',
        '',
        '[tui]',
        '',
      ].join('\n'),
    );
  });

  it('adds variables to an entry that has them in one line, or has none', () => {
    const inline = `${written}env = { A = "1" }\n`;
    const env = { B: '2' };
    expect(read(add(inline, { ...entry, env }))).toEqual({
      mcp_servers: { lean: { ...entry, env: { A: '1', B: '2' } } },
    });
    expect(read(add(written, { ...entry, env }))).toEqual({ mcp_servers: { lean: { ...entry, env } } });
  });

  it.each([
    ['is not valid TOML', '[mcp_servers', /config\.toml is not valid TOML: .* at line 1, column \d+/],
    ['has another server of the name', '[mcp_servers.lean]\ncommand = "other"', /another server named "lean"/],
    ['has a value where the servers should be', 'mcp_servers = 1', /something else than an object in "mcp_servers"/],
    [
      'has the servers in one line',
      'mcp_servers = { x = { command = "y" } }',
      /config\.toml is not valid|cannot be changed/,
    ],
    ['has the entry in one line', '[mcp_servers]\nlean = { command = "lean-docker-mcp" }', /cannot be changed safely/],
  ])('refuses a file that %s', (_, text, message) => {
    expect(() => add(text)).toThrow(message);
  });

  it('loses nothing of any file', () => {
    const key = fc.constantFrom('model', 'a.b', '"quoted key"', 'profile');
    const value = fc.constantFrom('1', '"x"', '[1, 2]', "'''\nlong\n'''", '{ a = 1 }', '1979-05-27', 'true # no');
    const table = fc.constantFrom(
      '[tui]',
      '[mcp_servers.other]',
      '[mcp_servers.other.env]',
      '[[lists]]',
      '# [mcp_servers.lean]',
    );
    const line = fc.oneof(
      fc.tuple(key, value).map(([k, v]) => `${k} = ${v}`),
      table,
      fc.constant(''),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        let before: unknown;
        try {
          before = read(text);
        } catch {
          return;
        }
        const after = add(text);
        expect(after.startsWith(text.trim() === '' ? '' : text)).toBe(true);
        const { mcp_servers: servers = {}, ...rest } = before as { mcp_servers?: object };
        expect(read(after)).toEqual({ ...rest, mcp_servers: { ...servers, lean: entry } });
      }),
    );
  });
});
