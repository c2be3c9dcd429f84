import { expect, it } from 'vitest';
import { readProgress } from './builder-progress.ts';

it.each([
  ['✔ [12/300] Built Foo.Bar (1.2s)', { detail: 'Built Foo.Bar (1.2s)', done: 12, total: 300 }],
  ['⚠ [3/4] Replayed Foo', { detail: 'Replayed Foo', done: 3, total: 4 }],
  ['ℹ [3/4] (Optional) Fetched aesop:optBarrel', { detail: 'Fetched aesop:optBarrel', done: 3, total: 4 }],
  [
    'Downloaded: 5 file(s) [attempted 7/70 = 10%] (71% success)',
    { detail: 'downloading compiled modules', done: 7, total: 70 },
  ],
  ['Decompressing 70 file(s)', { detail: 'Decompressing 70 file(s)' }],
  ['info: mathlib: cloning https://example.com/m', { detail: 'mathlib: cloning https://example.com/m' }],
  ['warning: something', undefined],
  ['', undefined],
])('%j tells how far the work is', (line, progress) => {
  expect(readProgress(line)).toEqual(progress);
});
