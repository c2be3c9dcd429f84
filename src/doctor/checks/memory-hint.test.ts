import { expect, test } from 'vitest';
import { checkMemoryHint } from './memory-hint.ts';

const gibibyte = 1024 ** 3;

test.each([
  ['an image that asks for nothing', undefined, gibibyte, 'ok'],
  ['an image that gets what it asks for', 8 * gibibyte, 8 * gibibyte, 'ok'],
  ['an image that gets more', gibibyte, 8 * gibibyte, 'ok'],
  ['an image that gets less', 8 * gibibyte, gibibyte, 'warning'],
])('%s', (_, hint, limit, verdict) => {
  expect(checkMemoryHint(hint, limit).verdict).toBe(verdict);
});

test('the limit to set is the one that the image asks for', () => {
  expect(checkMemoryHint(8 * gibibyte, gibibyte)).toMatchObject({ next: 'export LEAN_DOCKER_MCP_MEMORY_LIMIT=8192m' });
});
