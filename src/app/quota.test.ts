import { expect, it } from 'vitest';
import { defaultSettings } from '../config/resolve-settings.ts';
import { localPrincipal, type Principal } from '../core/ids.ts';
import { quotaOf } from './quota.ts';

const { http } = defaultSettings('/home/ada');
const ada = 'ada' as Principal;

it('leaves a quarter of the calls that run at once to others, however many those are by now', () => {
  let calls = 1;
  const quota = quotaOf(ada, http, () => calls);
  expect(quota.maxCalls).toBe(1);
  calls = 8;
  expect(quota.maxCalls).toBe(6);
});

it('is what was configured, whatever runs at once', () => {
  expect(quotaOf(ada, { ...http, max_calls: 12 }, () => 8)).toMatchObject({ maxCalls: 12, maxWaiting: 64 });
});

it('lets whoever started the program take all', () => {
  expect(quotaOf(localPrincipal, http, () => 8)).toEqual({ principal: localPrincipal });
});
