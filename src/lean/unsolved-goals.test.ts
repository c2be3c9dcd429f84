import { describe, expect, test } from 'vitest';
import { saysUnsolved, UnsolvedGoals } from './unsolved-goals.ts';

const read = (message: string): readonly string[] => new UnsolvedGoals().read(message).goals;

describe('the message of an unsolved-goals error', () => {
  test('holds the goals', () => {
    const message = 'unsolved goals\ncase left\np : Prop\n⊢ p\n\ncase right\n⊢ q\n';
    expect(read(message)).toEqual(['case left\np : Prop\n⊢ p', 'case right\n⊢ q']);
    expect(read(`error: ${message}`)).toEqual(read(message));
  });

  test('keeps an empty line inside a goal', () => {
    expect(read('unsolved goals\nh : a\n\n  b\n⊢ p\n\n⊢ q')).toEqual(['h : a\n\n  b\n⊢ p', '⊢ q']);
    expect(read('unsolved goals\nh : a\n\nb')).toEqual(['h : a\n\nb']);
  });

  test('is told from other messages', () => {
    for (const message of ["tactic 'foo' failed, unsolved goals\n⊢ p", 'unsolved goals', 'unsolved goals\n']) {
      expect([message, saysUnsolved(message), read(message)]).toEqual([message, false, []]);
    }
    expect(saysUnsolved('unsolved goals\n⊢ p')).toBe(true);
  });
});

describe('messages with more goals than anybody reads', () => {
  const million = `unsolved goals\n${'⊢ a\n\n'.repeat(1_000_000)}⊢ b`;

  test('are read up to a number of characters, and the rest counts as one goal', () => {
    const { goals, more } = new UnsolvedGoals().read(million);
    expect(goals.length).toBe(Math.floor((128 * 1024) / '⊢ a\n\n'.length));
    expect(new Set(goals)).toEqual(new Set(['⊢ a']));
    expect(more).toBe(1);
  });

  test('are so together, too', () => {
    const reader = new UnsolvedGoals();
    reader.read(million);
    expect(reader.read('unsolved goals\n⊢ c')).toEqual({ goals: [], more: 1 });
  });

  test('do not give a part of a goal for the goal', () => {
    expect(new UnsolvedGoals().read(`unsolved goals\n⊢ ${'a'.repeat(200_000)}`)).toEqual({ goals: [], more: 1 });
  });
});
