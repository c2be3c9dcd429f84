import { expect, it } from 'vitest';
import type { Diagnostic } from '../diagnostic.ts';
import { KeptStates } from './kept-states.ts';

const place = { line: 1, column: 0 };
const says = (message: string): Diagnostic => ({ severity: 'information', start: place, end: place, message });
const textOf = (step: number): string => 'x'.repeat(step);

it('finds the state behind a text, with what was said before it', () => {
  const states = new KeptStates();
  states.add('a', 1, undefined, [says('one')]);
  states.add('ab', 2, states.find('a'), [says('two')]);
  expect(states.find('ab')).toEqual({ handle: 2, messages: [says('one'), says('two')] });
  states.forget(new Set([2]));
  expect(states.find('ab')).toBeUndefined();
});

it('stays small with an elaborator that says much about every text, and drops nothing', () => {
  const states = new KeptStates();
  for (let step = 1; step <= 300; step += 1) {
    const own = Array.from({ length: 1000 }, (_, index) => says(`${step} ${index} ${'y'.repeat(1000)}`));
    states.add(textOf(step), step, states.find(textOf(step - 1)), own);
  }
  const found = Array.from({ length: 300 }, (_, index) => states.find(textOf(index + 1)) ?? []).flat();
  expect(found).toHaveLength(200);
  const { messages = [] } = states.find(textOf(300)) ?? {};
  expect(messages.at(-1)?.message).toMatch(/^300 999 /);
  expect(messages.reduce((sum, { message }) => sum + message.length, 0)).toBeLessThanOrEqual(64 * 1024);
});
