import { describe, expect, it } from 'vitest';
import { labelPrefix } from './container-spec.ts';
import { isOrphan, type Sweeper } from './orphan-sweep.ts';
import { thisProcess } from './owner-process.ts';

const sweeper: Sweeper = { owner: 'host:1', instance: 'ours', process: undefined, knows: (id) => id === 'known' };
const alive = thisProcess() ?? '';
const gone = alive.replace(/\d+$/, '1');

function isSwept(Id: string, State: string, instance: string, process?: string): boolean {
  const labels = { [`${labelPrefix}instance`]: instance };
  if (process !== undefined) Object.assign(labels, { [`${labelPrefix}process`]: process });
  return isOrphan({ Id, State, Labels: labels }, sweeper);
}

describe('a container of another server', () => {
  it.each(['created', 'exited', 'dead'])('is swept when it is %s', (state) => {
    expect(isSwept('x', state, 'other', alive)).toBe(true);
  });

  it.each(['running', 'paused', 'restarting', 'removing'])('is left alone while its owner may live: %s', (state) => {
    expect(isSwept('x', state, 'other', alive)).toBe(false);
    expect(isSwept('x', state, 'other', `other-boot/${gone}`)).toBe(false);
    expect(isSwept('x', state, 'other')).toBe(false);
  });

  it.skipIf(alive === '')('is swept when its owner is gone, though it runs', () => {
    expect(isSwept('x', 'running', 'other', gone)).toBe(true);
  });
});

describe('a container of our own', () => {
  it.each(['created', 'running', 'exited'])('is swept when nobody here knows it: %s', (state) => {
    expect(isSwept('forgotten', state, 'ours', alive)).toBe(true);
  });

  it.each(['created', 'running', 'exited'])('is left alone while it is in use: %s', (state) => {
    expect(isSwept('known', state, 'ours', alive)).toBe(false);
  });
});
