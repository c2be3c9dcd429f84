import { describe, expect, it } from 'vitest';
import { Faults } from './faults.ts';

describe('a fault', () => {
  it('ends the work that it happened in, and no other', () => {
    const faults = new Faults();
    using one = faults.watch('one');
    using other = faults.watch('other');
    expect(faults.blame('one', new Error('broken'))).toBe(true);
    expect(one.signal.reason).toMatchObject({ code: 'internal', message: expect.stringContaining('broken') as string });
    expect(other.signal.aborted).toBe(false);
  });

  it.each(['unknown', undefined, 7])('is nobody’s when the work is %j', (id) => {
    const faults = new Faults();
    using one = faults.watch('one');
    expect(faults.blame(id, new Error('broken'))).toBe(false);
    expect(one.signal.aborted).toBe(false);
  });

  it('is waited for no longer when no work is under way', async () => {
    const faults = new Faults();
    await faults.whenIdle();
    const works = ['one', 'other'].map((id) => faults.watch(id));
    const seen = { isIdle: false };
    const idle = faults.whenIdle().then(() => (seen.isIdle = true));
    works[0]?.[Symbol.dispose]();
    await Promise.resolve();
    expect(seen.isIdle).toBe(false);
    works[1]?.[Symbol.dispose]();
    await idle;
  });

  it('is nobody’s once the work is over', () => {
    const faults = new Faults();
    faults.watch('one')[Symbol.dispose]();
    expect(faults.blame('one', 'broken')).toBe(false);
  });
});
