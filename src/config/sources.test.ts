import { describe, expect, it } from 'vitest';
import type { SettingName } from './setting-keys.ts';
import { fromEnv, fromFlags, show, type Environment } from './sources.ts';

function valueOf(env: Environment, name: SettingName): unknown {
  return fromEnv(env).given.find(({ key }) => key.name === name)?.value;
}

describe('fromEnv', () => {
  it('gives nothing for an environment that is about something else', () => {
    expect(fromEnv({ PATH: '/bin', LEAN_PATH: '/x', LEAN_DOCKER: '1' })).toEqual({ given: [], problems: [] });
  });

  it('keeps the variable that a value is from', () => {
    const { given } = fromEnv({ LEAN_DOCKER_MCP_TIMEOUT: '5' });
    expect(given).toMatchObject([{ key: { name: 'docker.timeout' }, value: 5 }]);
    expect(given[0]?.origin).toEqual({ source: 'env', variable: 'LEAN_DOCKER_MCP_TIMEOUT' });
  });

  it.each(['true', '1', 'yes', 'on', 'TRUE', ' Yes '])('reads %j as true', (text) => {
    expect(valueOf({ LEAN_DOCKER_MCP_DEBUG: text }, 'debug')).toBe(true);
  });

  it.each(['false', '0', 'no', 'off', 'False'])('reads %j as false', (text) => {
    expect(valueOf({ LEAN_DOCKER_MCP_READ_ONLY: text }, 'docker.read_only')).toBe(false);
  });

  it.each([
    ['2', 2],
    [' 0.5 ', 0.5],
    ['abc', 'abc'],
    ['', ''],
    ['1e3', '1e3'],
    ['0x10', '0x10'],
    ['-1', '-1'],
    ['Infinity', 'Infinity'],
  ])('reads a number only from decimal digits: %j is %j', (text, value) => {
    expect(valueOf({ LEAN_DOCKER_MCP_CPU_LIMIT: text }, 'docker.cpu_limit')).toBe(value);
  });

  it.each([
    ['', []],
    ['  ', []],
    ['Lean', ['Lean']],
    ['Lean, Std ,Mathlib.Data', ['Lean', 'Std', 'Mathlib.Data']],
    ['Lean,', ['Lean', '']],
    ['«a, b».C,Lean', ['«a, b».C', 'Lean']],
  ])('reads a list separated by commas: %j is %j', (text, value) => {
    expect(valueOf({ LEAN_DOCKER_MCP_ALLOWED_IMPORTS: text }, 'lean.allowed_imports')).toEqual(value);
  });

  it('takes the toolchain from the variable of the Lean world, unless the one with the prefix is set', () => {
    const alias = fromEnv({ LEAN_TOOLCHAIN_DIR: '/a' }).given;
    expect(alias).toMatchObject([{ value: '/a', origin: { variable: 'LEAN_TOOLCHAIN_DIR' } }]);
    const both = fromEnv({ LEAN_TOOLCHAIN_DIR: '/a', LEAN_DOCKER_MCP_TOOLCHAIN_DIR: '/b' }).given;
    expect(both).toMatchObject([{ value: '/b', origin: { variable: 'LEAN_DOCKER_MCP_TOOLCHAIN_DIR' } }]);
    expect(fromEnv({ LEAN_TOOLCHAIN_DIR: '' }).given).toEqual([]);
  });

  it('names variables with its prefix that it does not know, and what they may mean', () => {
    const { problems } = fromEnv({
      LEAN_DOCKER_MCP_CONFIG: '/x.yaml',
      LEAN_DOCKER_MCP_TIEMOUT: '3',
      LEAN_DOCKER_MCP_DOCKER_MAX_TIMEOUT: '3',
      LEAN_DOCKER_MCP_MEMORY: '1g',
      LEAN_DOCKER_MCP_XYZZY: '',
      LEAN_DOCKER_MCP_UNSET: undefined,
    });
    expect(problems).toEqual([
      'LEAN_DOCKER_MCP_TIEMOUT: unknown environment variable. Did you mean LEAN_DOCKER_MCP_TIMEOUT?',
      'LEAN_DOCKER_MCP_DOCKER_MAX_TIMEOUT: unknown environment variable. Did you mean LEAN_DOCKER_MCP_MAX_TIMEOUT?',
      'LEAN_DOCKER_MCP_MEMORY: unknown environment variable. Did you mean LEAN_DOCKER_MCP_MEMORY_LIMIT?',
      'LEAN_DOCKER_MCP_XYZZY: unknown environment variable',
    ]);
  });
});

describe('fromFlags', () => {
  it('reads text like the environment, keeps the flag, and passes over flags that were not given', () => {
    const { given } = fromFlags([
      { flag: '--timeout', key: 'docker.timeout', value: '10' },
      { flag: '--debug', key: 'debug', value: true },
      { flag: '--base', key: 'docker.base_image', value: undefined },
      { flag: '--allow', key: 'lean.allowed_imports', value: ['Lean'] },
    ]);
    expect(given.map(({ key, value, origin }) => [key.name, value, origin])).toEqual([
      ['docker.timeout', 10, { source: 'flag', flag: '--timeout' }],
      ['debug', true, { source: 'flag', flag: '--debug' }],
      ['lean.allowed_imports', ['Lean'], { source: 'flag', flag: '--allow' }],
    ]);
  });
});

describe('show', () => {
  it.each([
    ['abc', '"abc"'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [[1, 'x'], '[1,"x"]'],
    ['\u001b[31m\u202e', String.raw`"\u001b[31m\u{202e}"`],
    ['x'.repeat(200), `"${'x'.repeat(76)}...`],
  ])('puts %j on one short line', (value, text) => {
    expect(show(value)).toBe(text);
  });
});
