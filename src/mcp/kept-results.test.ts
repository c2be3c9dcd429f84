import { expect, it } from 'vitest';
import type { Principal } from '../core/ids.ts';
import { KeptResults } from './kept-results.ts';

const ada = 'ada' as Principal;
const eve = 'eve' as Principal;
const minute = 60_000;

function kept(): { results: KeptResults; pass: (ms: number) => void } {
  let now = 0;
  const limits = { maxAgeMs: 10 * minute, maxBytes: 50_000, maxBytesPerPrincipal: 30_000 };
  return { results: new KeptResults(limits, () => now), pass: (ms) => (now += ms) };
}

function result(characters: number): { structured: Record<string, unknown>; text: string } {
  return { structured: {}, text: 'x'.repeat(characters) };
}

it('a result is there for its caller, for some minutes', () => {
  const { results, pass } = kept();
  const one = result(10);
  const id = results.of(ada).keep(one) ?? '';
  pass(10 * minute - 1);
  expect(results.of(ada).find(id)).toBe(one);
  pass(1);
  expect(results.of(ada).find(id)).toBeUndefined();
  expect(results.bytes).toBe(0);
});

it('nobody else finds it', () => {
  const { results } = kept();
  const id = results.of(ada).keep(result(10)) ?? '';
  expect(results.of(eve).find(id)).toBeUndefined();
  expect(results.of(ada).find('another')).toBeUndefined();
});

it('the oldest of a caller make room for its new ones, and not those of others', () => {
  const { results } = kept();
  const [first, other, second, third] = [ada, eve, ada, ada].map((who) => results.of(who).keep(result(4900)) ?? '');
  expect(results.of(ada).find(first ?? '')).toBeDefined();
  const fourth = results.of(ada).keep(result(4900));
  const found = [first, second, third, fourth].map((id) => results.of(ada).find(id ?? '') !== undefined);
  expect(found).toEqual([false, true, true, true]);
  expect(results.of(eve).find(other ?? '')).toBeDefined();
});

it('all together have a limit', () => {
  const { results } = kept();
  for (let caller = 0; caller < 20; caller += 1) {
    results.of(`caller ${caller}` as Principal).keep(result(4900));
    expect(results.bytes).toBeLessThanOrEqual(50_000);
  }
});

it('one that is too large is not kept, and takes no room from others', () => {
  const { results } = kept();
  const id = results.of(ada).keep(result(10)) ?? '';
  expect(results.of(ada).keep(result(20_000))).toBeUndefined();
  expect(results.of(ada).find(id)).toBeDefined();
});
