import { describe, expect, it, vi } from 'vitest';
import { allOrNone, Owned } from './owned.ts';

const noFailure = (error: unknown): never => {
  throw error;
};

/** Something that can be destroyed, when that is allowed to come to its end. */
function thing(destroy: () => Promise<void> = () => Promise.resolve()) {
  return { [Symbol.asyncDispose]: vi.fn(destroy) };
}

describe('something owned', () => {
  it('is destroyed once, and whoever wants to waits for that', async () => {
    let finish: () => void = () => undefined;
    const one = thing(() => new Promise((resolve) => (finish = resolve)));
    const owned = new Owned(one, noFailure);
    owned[Symbol.dispose]();
    let isGone = false;
    const waiting = owned[Symbol.asyncDispose]().then(() => (isGone = true));
    await new Promise(setImmediate);
    expect(isGone).toBe(false);
    finish();
    await waiting;
    expect(one[Symbol.asyncDispose]).toHaveBeenCalledTimes(1);
  });

  it('tells somebody when it cannot be destroyed and nobody waits', async () => {
    const heard = vi.fn();
    new Owned(
      thing(() => Promise.reject(new Error('no'))),
      heard,
    )[Symbol.dispose]();
    await vi.waitFor(() => {
      expect(heard).toHaveBeenCalledWith(new Error('no'));
    });
  });
});

describe('several things that come at once', () => {
  it('are there together, in their order', async () => {
    const [one, other] = [new Owned(thing(), noFailure), new Owned(thing(), noFailure)];
    expect(await allOrNone(Promise.resolve(one), Promise.resolve(undefined), Promise.resolve(other))).toEqual([
      one,
      undefined,
      other,
    ]);
    expect(one.thing[Symbol.asyncDispose]).not.toHaveBeenCalled();
  });

  it.each(['before', 'behind'])('are all destroyed when one fails, those too that come %s it', async (when) => {
    const failed = Promise.reject(new Error('no'));
    const one = thing();
    const owned = new Owned(one, noFailure);
    let come: (owned: Owned<typeof one>) => void = () => undefined;
    const coming =
      when === 'before' ? Promise.resolve(owned) : new Promise<typeof owned>((resolve) => (come = resolve));
    await expect(allOrNone(coming, failed)).rejects.toThrow('no');
    come(owned);
    await vi.waitFor(() => {
      expect(one[Symbol.asyncDispose]).toHaveBeenCalledTimes(1);
    });
  });
});
