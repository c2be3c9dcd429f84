import { expect, it } from 'vitest';
import type { Principal } from '../core/ids.ts';
import { OpenRequests, type Place } from './open-requests.ts';

const ada = 'ada' as Principal;
const eve = 'eve' as Principal;
const never = new Promise<void>(() => undefined);

function ending(): { end: () => void; ended: Promise<void> } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { end, ended };
}

function keeperOf(place: Place): (end: Promise<void>) => void {
  if ('refusal' in place) throw new Error('there was no place');
  return place.keepUntil;
}

it('one too many is refused, and another principal is not', async () => {
  const requests = new OpenRequests(1);
  requests.add(ada, never);
  const refused = requests.add(ada, never);
  expect('refusal' in refused && [refused.refusal.status, refused.refusal.headers.get('retry-after')]).toEqual([
    429,
    '2',
  ]);
  expect(requests.add(eve, never)).not.toHaveProperty('refusal');
  await Promise.resolve();
});

it('a place is free when everything has ended that it was kept for, and once only', async () => {
  const requests = new OpenRequests(2);
  requests.add(ada, never);
  const [answer, call, late] = [ending(), ending(), ending()];
  const keepUntil = keeperOf(requests.add(ada, answer.ended));
  keepUntil(call.ended);
  const isFree = async (): Promise<boolean> => {
    await new Promise(setImmediate);
    const gone = ending();
    const place = requests.add(ada, gone.ended);
    gone.end();
    await new Promise(setImmediate);
    return !('refusal' in place);
  };
  answer.end();
  expect(await isFree()).toBe(false);
  call.end();
  expect(await isFree()).toBe(true);
  keepUntil(late.ended);
  expect(await isFree()).toBe(false);
  late.end();
  expect(await isFree()).toBe(true);
  requests.add(ada, never);
  expect(await isFree()).toBe(false);
});
