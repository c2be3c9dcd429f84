import { describe, expect, it } from 'vitest';
import { labelPrefix } from './container-spec.ts';
import { isOrphan, type Sweeper } from './orphan-sweep.ts';
import { thisProcess } from './owner-process.ts';

const sweeper: Sweeper = { owner: 'host:1', instance: 'ours', process: undefined, knows: ({ Id }) => Id === 'known' };
const alive = thisProcess() ?? '';
const gone = alive.replace(/\d+$/, '1');

interface Found {
  readonly state: string;
  readonly owner?: string;
  readonly instance?: string;
  readonly id?: string;
  readonly isOld?: boolean;
}

function isSwept({ state, owner, instance = 'other', id = 'x', isOld = true }: Found): boolean {
  const labels = { [`${labelPrefix}instance`]: instance };
  if (owner !== undefined) Object.assign(labels, { [`${labelPrefix}process`]: owner });
  return isOrphan({ Id: id, State: state, Labels: labels }, sweeper, isOld);
}

const atRest = ['created', 'exited', 'dead'];
const atWork = ['running', 'paused', 'restarting', 'removing'];

describe.skipIf(alive === '')('a container of another server', () => {
  it.each([...atRest, ...atWork])('is left alone while its owner lives: %s', (state) => {
    expect(isSwept({ state, owner: alive })).toBe(false);
  });

  it.each([...atRest, ...atWork])('is swept at any age when its owner is gone: %s', (state) => {
    expect(isSwept({ state, owner: gone, isOld: false })).toBe(true);
  });
});

describe.each([
  ['another machine', `other-boot/${gone}`],
  ['a server that cannot name its process', undefined],
])('a container of %s', (_, owner) => {
  const of = owner === undefined ? {} : { owner };

  it.each(atWork)('is left alone when it is %s', (state) => {
    expect(isSwept({ state, ...of })).toBe(false);
  });

  it.each(atRest)('is swept when it is %s, and old enough not to be in the making', (state) => {
    expect(isSwept({ state, ...of })).toBe(true);
    expect(isSwept({ state, ...of, isOld: false })).toBe(false);
  });
});

describe('a container of our own', () => {
  const owner = alive;
  const instance = 'ours';

  it.each(['created', 'running', 'exited'])('is swept at any age when nobody here knows it: %s', (state) => {
    expect(isSwept({ state, owner, instance, id: 'forgotten', isOld: false })).toBe(true);
  });

  it.each(['created', 'running', 'exited'])('is left alone while it is in the making or in use: %s', (state) => {
    expect(isSwept({ state, owner, instance, id: 'known' })).toBe(false);
  });
});
