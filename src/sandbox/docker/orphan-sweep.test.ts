import type Docker from 'dockerode';
import { describe, expect, it, vi } from 'vitest';
import { recordingLogger } from '../../../test/fakes/recording-logger.ts';
import { containerLabels } from './labels.ts';
import { ContainerSweep, isOrphan, type Sweeper } from './orphan-sweep.ts';
import { thisProcess } from '../../core/process-name.ts';

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
  const labels = { [containerLabels.instance]: instance };
  if (owner !== undefined) Object.assign(labels, { [containerLabels.process]: owner });
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

describe('a container that cannot be removed', () => {
  /** An engine that has these containers of ours, and does not remove those that are stuck. */
  function setUp(ids: readonly string[], stuck: Set<string>) {
    const left = new Set(ids);
    const labels = { [containerLabels.instance]: 'ours' };
    const engine = {
      listContainers: () =>
        Promise.resolve([...left].map((Id) => ({ Id, State: 'running', Created: 0, Labels: labels }))),
      getContainer: (id: string) => ({
        remove: () => {
          if (stuck.has(id))
            return Promise.reject(Object.assign(new Error('device or resource busy'), { statusCode: 500 }));
          left.delete(id);
          return Promise.resolve();
        },
      }),
    };
    const logger = recordingLogger();
    const warnings = (): unknown[] =>
      logger.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields?.['containerId']);
    return { sweep: new ContainerSweep(engine as unknown as Docker, sweeper, logger), left, warnings };
  }

  it('does not keep the others, and is a warning in the log, once', async () => {
    const { sweep, left, warnings } = setUp(['stuck', 'a', 'b', 'c', 'd', 'e'], new Set(['stuck']));
    await sweep.removeOrphans();
    await sweep.removeOrphans();
    expect([...left]).toEqual(['stuck']);
    expect(warnings()).toEqual(['stuck']);
  });

  it('does not keep the others at the end of a server either', async () => {
    const { sweep, left, warnings } = setUp(['stuck', 'a', 'known'], new Set(['stuck']));
    await sweep.removeOwn(AbortSignal.timeout(100));
    expect([...left]).toEqual(['stuck']);
    expect(warnings()).toEqual(['stuck']);
  });

  it('is asked for again at the end of a server, until it can be removed', async () => {
    const stuck = new Set(['stuck']);
    const { sweep, left } = setUp(['stuck', 'a'], stuck);
    const removing = sweep.removeOwn(new AbortController().signal);
    await vi.waitFor(() => {
      expect([...left]).toEqual(['stuck']);
    });
    stuck.clear();
    await removing;
    expect([...left]).toEqual([]);
  });

  it('is not waited for when the engine lists it and does not have it', async () => {
    let asked = 0;
    const gone = Object.assign(new Error('No such container'), { statusCode: 404 });
    const engine = {
      listContainers: () => {
        asked += 1;
        return Promise.resolve([{ Id: 'ghost', State: 'dead', Created: 0, Labels: {} }]);
      },
      getContainer: () => ({ remove: () => Promise.reject(gone) }),
    };
    const sweep = new ContainerSweep(engine as unknown as Docker, sweeper, recordingLogger());
    await sweep.removeOwn(new AbortController().signal);
    expect(asked).toBe(1);
  });

  it('is removed as soon as it can be, and told of again when it is stuck again', async () => {
    const stuck = new Set(['stuck']);
    const { sweep, left, warnings } = setUp(['stuck'], stuck);
    await sweep.removeOrphans();
    stuck.clear();
    await sweep.removeOrphans();
    expect([...left]).toEqual([]);
    left.add('stuck');
    stuck.add('stuck');
    await sweep.removeOrphans();
    expect(warnings()).toEqual(['stuck', 'stuck']);
  });
});

it('an engine that does not tell which containers there are is a warning in the log, once', async () => {
  const logger = recordingLogger();
  const engine = { listContainers: () => Promise.reject(new Error('connect ECONNREFUSED')) } as unknown as Docker;
  const sweep = new ContainerSweep(engine, sweeper, logger);
  await sweep.removeOrphans();
  await sweep.removeOrphans();
  expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});
