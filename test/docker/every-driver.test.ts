/** What every driver of sandboxes keeps to, whatever jails them: one table of cases for all of them. */
import { buffer, text } from 'node:stream/consumers';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { DockerDriver } from '../../src/sandbox/docker/docker-driver.ts';
import type { Sandbox, SandboxDriver, SandboxSpec } from '../../src/sandbox/sandbox.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { engine } from '../e2e/support/containers.ts';
import { someJail } from '../fakes/jail.ts';
import { ProcessDriver } from '../fakes/processes.ts';

const drivers: readonly (readonly [name: string, make: () => SandboxDriver])[] = [
  [
    'containers of an engine',
    () => new DockerDriver({ connect: engine, maxConcurrentCreations: 3, logger: silentLogger }),
  ],
  ['processes, for tests', () => new ProcessDriver(inject('toolchainDir'))],
];

describe.each(drivers)('%s', (_, make) => {
  const driver = make();
  afterAll(() => driver[Symbol.asyncDispose]());

  const specOf = (command: readonly string[], env: SandboxSpec['env'] = {}): SandboxSpec => ({
    image: inject('sandboxImage'),
    command,
    env,
    jail: someJail,
    purpose: 'probe',
  });
  const shell = (script: string, env?: SandboxSpec['env']): Promise<Sandbox> =>
    driver.start(specOf(['/bin/sh', '-c', script], env));

  it('hands bytes on as they are, on three streams', async () => {
    await using sandbox = await shell('cat; printf "\\377err" >&2');
    const sent = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256));
    sandbox.stdin.end(sent);
    const [stdout, stderr] = await Promise.all([buffer(sandbox.stdout), buffer(sandbox.stderr)]);
    expect([stdout.equals(sent), stderr.toString('latin1')]).toEqual([true, '\u00fferr']);
  });

  it('gives the process its arguments and its variables as they are', async () => {
    const words = ['two words', '$(id)', '"', "'", '', '∀\n'];
    await using printed = await driver.start(specOf(['/usr/bin/printf', '[%s]', ...words]));
    expect(await text(printed.stdout)).toBe(words.map((word) => `[${word}]`).join(''));
    await using shown = await shell('printf %s "$WORD"', { WORD: '$(id) "∀' });
    expect(await text(shown.stdout)).toBe('$(id) "∀');
  });

  it('gives each sandbox a folder of its own', async () => {
    await using one = await shell('echo secret > mine; echo up; cat');
    await new Promise((resolve) => one.stdout.once('data', resolve));
    await using other = await shell('ls; cat mine; exit 0');
    const [stdout] = await Promise.all([text(other.stdout), text(other.stderr)]);
    expect(stdout).toBe('');
  });

  it.each([0, 1, 137])('tells the exit code %i as it is, and no other reason', async (code) => {
    await using sandbox = await shell(`exit ${code}`);
    sandbox.stdout.resume();
    sandbox.stderr.resume();
    expect(await sandbox.exited).toMatchObject({ exitCode: code, outOfMemory: false });
    await sandbox.disconnected;
  });

  it('starts nothing for somebody who has given up', async () => {
    const reason = new Error('given up');
    await expect(driver.start(specOf(['/bin/cat']), AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('kills what runs when a sandbox is disposed, and once more does no harm', async () => {
    const sandbox = await shell('trap "" TERM INT; while :; do sleep 1; done');
    await sandbox[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    await Promise.all([sandbox.exited, sandbox.disconnected]);
  });

  it('kills all of its sandboxes when it is disposed itself', async () => {
    const own = make();
    const sandboxes = await Promise.all([1, 2].map(() => own.start(specOf(['/bin/cat']))));
    await own[Symbol.asyncDispose]();
    await Promise.all(sandboxes.map(({ exited }) => exited));
  });
});
