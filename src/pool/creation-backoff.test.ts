import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CreationBackoff, retryPauseMs, shortLifeMs } from './creation-backoff.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Kind {
  readonly name: string;
}

const a: Kind = { name: 'a' };
const b: Kind = { name: 'b' };

function openBackoff() {
  const retry = vi.fn<(kind: Kind) => boolean>(() => true);
  const onTrouble = vi.fn<(kind: Kind, error: unknown) => void>();
  const onRecovered = vi.fn<(kind: Kind) => void>();
  return { backoff: new CreationBackoff({ retry, onTrouble, onRecovered }), retry, onTrouble, onRecovered };
}

describe('retryPauseMs', () => {
  it('doubles from half a second up to half a minute', () => {
    expect([1, 2, 3, 6, 7, 8, 1000].map(retryPauseMs)).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
  });
});

describe('a kind that could not be made', () => {
  it('is tried again once, whatever else fails meanwhile', () => {
    const { backoff, retry } = openBackoff();
    for (let failures = 0; failures < 10; failures += 1) backoff.failed(a, new Error('no'));
    vi.advanceTimersByTime(499);
    expect(retry).not.toHaveBeenCalled();
    vi.advanceTimersByTime(3_600_000);
    expect(retry.mock.calls).toEqual([[a]]);
  });

  it('is out of trouble as soon as one was made, and is not tried again then', () => {
    const { backoff, retry, onRecovered } = openBackoff();
    backoff.failed(a, new Error('no'));
    backoff.made(a);
    expect(backoff.isFailing(a)).toBe(false);
    expect(onRecovered.mock.calls).toEqual([[a]]);
    vi.advanceTimersByTime(3_600_000);
    expect(retry).not.toHaveBeenCalled();
  });

  it('begins with the short pause again after it had been out of trouble', () => {
    const { backoff, retry } = openBackoff();
    for (let failures = 0; failures < 5; failures += 1) {
      backoff.failed(a, new Error('no'));
      vi.advanceTimersByTime(30_000);
    }
    backoff.made(a);
    retry.mockClear();
    backoff.failed(a, new Error('no'));
    vi.advanceTimersByTime(500);
    expect(retry).toHaveBeenCalledOnce();
  });

  it('is forgotten when it is not wanted any more', () => {
    const { backoff, retry, onTrouble } = openBackoff();
    retry.mockReturnValue(false);
    backoff.failed(a, new Error('no'));
    vi.advanceTimersByTime(500);
    expect(backoff.isFailing(a)).toBe(false);
    expect(onTrouble).toHaveBeenCalledTimes(1);
  });

  it('says nothing about other kinds', () => {
    const { backoff, onRecovered } = openBackoff();
    backoff.failed(a, new Error('no'));
    expect(backoff.isFailing(b)).toBe(false);
    backoff.made(b);
    expect(backoff.isFailing(a)).toBe(true);
    expect(onRecovered).not.toHaveBeenCalled();
  });
});

describe('a kind whose items do not last', () => {
  it('is out of trouble when none has ended for a while after one was made', () => {
    const { backoff, onRecovered, retry } = openBackoff();
    backoff.endedEarly(a);
    backoff.made(a);
    vi.advanceTimersByTime(shortLifeMs - 1);
    backoff.made(a);
    expect(backoff.isFailing(a)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(backoff.isFailing(a)).toBe(false);
    expect(onRecovered.mock.calls).toEqual([[a]]);
    expect(retry).not.toHaveBeenCalled();
  });

  it('has growing pauses although each attempt brings an item', () => {
    const { backoff, retry, onTrouble } = openBackoff();
    for (const pauseMs of [500, 1000, 2000, 4000]) {
      backoff.endedEarly(a);
      vi.advanceTimersByTime(pauseMs - 1);
      expect(retry).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(retry).toHaveBeenCalledOnce();
      retry.mockClear();
      backoff.made(a);
      vi.advanceTimersByTime(shortLifeMs - 1);
    }
    expect(onTrouble).toHaveBeenCalledTimes(1);
  });
});

it('disposing ends all pauses', () => {
  const { backoff, retry } = openBackoff();
  backoff.failed(a, new Error('no'));
  backoff.endedEarly(b);
  backoff[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  expect(retry).not.toHaveBeenCalled();
});
