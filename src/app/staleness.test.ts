import { beforeEach, afterEach, expect, it, vi } from 'vitest';
import type { Principal } from '../core/ids.ts';
import { Staleness } from './staleness.ts';

const ada = 'ada' as Principal;
const eve = 'eve' as Principal;

/** What is installed, as a test changes it. */
interface Installed {
  version: string | undefined;
  image: string | undefined | Error;
}

function watch(installed: Installed): Staleness {
  return new Staleness({
    running: '1.0.0',
    installed: () => {
      if (installed.version === undefined) throw new Error('ENOENT');
      return installed.version;
    },
    images: [
      {
        name: 'lean:latest',
        find: () =>
          installed.image instanceof Error ? Promise.reject(installed.image) : Promise.resolve(installed.image),
      },
    ],
    maxAgeMs: 1000,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each<[string, Partial<Installed>, RegExp]>([
  ['a newer package', { version: '1.1.0' }, /is lean-docker-mcp 1\.0\.0, and 1\.1\.0 is installed by now: restart/],
  ['an older package', { version: '0.9.0' }, /0\.9\.0 is installed/],
  ['a package that is gone', { version: undefined }, /no longer there: restart/],
  ['an image that is gone', { image: undefined }, /lean:latest is gone: .* image build/],
  ['an image that was built anew', { image: 'two' }, /lean:latest was built anew/],
])('tells of %s, once to each caller', async (_, change, text) => {
  const installed: Installed = { version: '1.0.0', image: 'one' };
  const staleness = watch(installed);
  expect(await staleness.news(ada)).toBeUndefined();
  Object.assign(installed, change);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await staleness.news(ada)).toMatch(text);
  expect(await staleness.news(ada)).toBeUndefined();
  expect(await staleness.news(eve)).toMatch(text);
  expect(await staleness.notice()).toMatch(text);
});

it('tells again what has come back', async () => {
  const installed: Installed = { version: '1.0.0', image: 'one' };
  const staleness = watch(installed);
  await staleness.news(ada);
  for (let time = 0; time < 2; time += 1) {
    installed.version = '2.0.0';
    await vi.advanceTimersByTimeAsync(1000);
    expect(await staleness.news(ada)).toContain('2.0.0');
    installed.version = '1.0.0';
    await vi.advanceTimersByTimeAsync(1000);
    expect(await staleness.news(ada)).toBeUndefined();
  }
});

it('says nothing of the first image, nor where the engine does not answer', async () => {
  const installed: Installed = { version: '1.0.0', image: undefined };
  const staleness = watch(installed);
  for (const image of [undefined, 'one', new Error('no engine'), 'one']) {
    installed.image = image;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await staleness.news(ada)).toBeUndefined();
  }
});
