/** The containers of one run of the program, asked of the engine itself. */
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { expect, inject, vi } from 'vitest';
import { containerLabels } from '../../../src/sandbox/docker/labels.ts';
import { connectEngine } from '../../../src/sandbox/docker/engine.ts';

/** Only so that a wait for something that never comes ends. */
export const patience = { timeout: 180_000, interval: 50 };

/** A client of the engine that the program uses. */
export async function engine(): Promise<Docker> {
  return await connectEngine(process.env);
}

function ownedBy(pid: number): { label: string[] } {
  return { label: [`${containerLabels.owner}=${hostname()}:${pid}`] };
}

/** The containers, in any state, that the program with this process id has made. */
export async function containersOf(pid: number): Promise<Docker.ContainerInfo[]> {
  return await (await engine()).listContainers({ all: true, filters: ownedBy(pid) });
}

/**
 * Waits for a running container in which texts are elaborated, or in which programs run; they may be the same. One that is
 * made ahead of calls looks like one at work.
 */
export async function runningContainer(pid: number, work: 'lean' | 'program'): Promise<Docker.Container> {
  const purpose = work === 'program' ? inject('programsRunIn') : work;
  const { Id } = await vi.waitFor(async () => {
    const containers = await containersOf(pid);
    const found = containers.find(
      ({ State, Labels }) => State === 'running' && Labels[containerLabels.purpose] === purpose,
    );
    if (found === undefined) throw new Error(`no ${purpose} container is running`);
    return found;
  }, patience);
  return (await engine()).getContainer(Id);
}

/** How many sandboxes a call has that runs a program. */
export function sandboxesOfProgram(): number {
  return inject('programsRunIn') === 'program' ? 2 : 1;
}

/** Waits until the program's containers are gone. */
export async function expectNoContainers(pid: number): Promise<void> {
  await vi.waitFor(async () => {
    expect((await containersOf(pid)).map(({ Names, Status }) => `${Names.join()} ${Status}`)).toEqual([]);
  }, patience);
}

/** How many containers the program has made since it started, gone ones included. */
export async function containersEverMadeBy(pid: number, since: Date): Promise<number> {
  const docker = await engine();
  const events = await docker.getEvents({
    since: Math.floor(since.getTime() / 1000),
    until: Math.ceil(Date.now() / 1000),
    filters: { ...ownedBy(pid), type: ['container'], event: ['create'] },
  });
  return (await text(events)).split('\n').filter((line) => line !== '').length;
}
