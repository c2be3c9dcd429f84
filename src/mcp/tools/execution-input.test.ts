import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLogger } from '../../telemetry/telemetry.ts';
import type { ToolEnvironment } from '../tool.ts';
import { executionInput, toCodeRequest } from './execution-input.ts';

const limits = { codeBytes: 1000, codeLines: 100, defaultTimeoutS: 10, maxTimeoutS: 60 };
const environment = { limits, logger: silentLogger } as unknown as ToolEnvironment;
const schema = z.strictObject(executionInput);

/** What the tools make of arguments, as data or as the code of the error. */
function read(input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (!parsed.success) return 'no arguments';
  try {
    return toCodeRequest(parsed.data, environment);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('the arguments of a call', () => {
  it.each([NaN, Infinity, -Infinity, -1, 0, -0, 1e300, '5', null])('refuse the time limit %s', (timeout) => {
    expect(read({ code: '', timeout })).toBe('no arguments');
  });

  it.each([60.001, 86_400])('refuse a time limit over the configured one: %s', (timeout) => {
    expect(read({ code: '', timeout })).toBe('usage');
  });

  it('take any time limit from a millisecond up to that', () => {
    expect(read({ code: '', timeout: 60 })).toMatchObject({ timeoutMs: 60_000 });
    expect(read({ code: '', timeout: 0.001 })).toMatchObject({ timeoutMs: 1 });
    expect(read({ code: '', timeout: 0.0009 })).toBe('no arguments');
  });

  it.each([
    ['code', { code: 'x'.repeat(1001) }],
    ['code in bytes and not in characters', { code: '𝔸'.repeat(251) }],
    ['lines', { code: '\n'.repeat(100) }],
    ['lines of old systems', { code: '\r'.repeat(100) }],
    ['input', { code: '', stdin: 'x'.repeat(1001) }],
    ['arguments together', { code: '', args: ['x'.repeat(500), 'x'.repeat(500)] }],
    ['empty arguments', { code: '', args: Array.from({ length: 1000 }, () => 'x') }],
  ])('are limited: %s', (_, input) => {
    expect(read(input)).toBe('usage');
  });

  it('may be as large as the limits say', () => {
    expect(read({ code: 'x'.repeat(1000), stdin: 'x'.repeat(1000), args: ['x'.repeat(999)] })).toMatchObject({
      stdin: 'x'.repeat(1000),
    });
    expect(read({ code: '\r\n'.repeat(99) })).toMatchObject({ code: '\r\n'.repeat(99) });
  });

  it.each<unknown>([
    { code: '', args: ['a\0b'] },
    { code: '', args: Array.from({ length: 1001 }, () => '') },
    { code: '', args: 'rm -rf /' },
    { code: '', image: 'alpine' },
    { code: '', env: { LD_PRELOAD: 'x' } },
    { code: '', memory_limit: '1t' },
    { code: '', constructor: 1 },
    { code: 5 },
    {},
    null,
  ])('are these and no others: %j', (input) => {
    expect(read(input)).toBe('no arguments');
  });

  it('hold no half characters', () => {
    expect(read({ code: 'a\ud800b' })).toMatchObject({ code: 'a\ufffdb' });
  });
});
