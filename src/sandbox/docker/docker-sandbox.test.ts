import { PassThrough } from 'node:stream';
import type { Container } from 'dockerode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SandboxExit } from '../sandbox.ts';
import { DockerSandbox } from './docker-sandbox.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const refusal = (statusCode: number): Error => Object.assign(new Error('refused'), { statusCode });

/** A sandbox whose container answers as the test says. */
function start() {
  const remove = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const inspect = vi.fn<() => Promise<object>>();
  const wait = vi.fn<(options: { readonly abortSignal: AbortSignal }) => Promise<void>>(() => Promise.resolve());
  const container = { id: 'c1', remove, inspect, wait } as unknown as Container;
  const attached = new PassThrough();
  const sandbox = new DockerSandbox(container, attached);
  sandbox.stdout.resume();
  sandbox.stderr.resume();
  const seen: { exit?: SandboxExit } = {};
  void sandbox.exited.then((exit) => {
    seen.exit = exit;
  });
  return { sandbox, attached, remove, inspect, wait, seen };
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the end of a sandbox', () => {
  it('is what the engine reports first', async () => {
    const { sandbox, seen } = start();
    sandbox.reportEnd(3);
    sandbox.reportEnd(4);
    await pass(5);
    expect(seen.exit).toEqual({ exitCode: 3, outOfMemory: false, killed: false });
    sandbox.reportOutOfMemory();
    await pass(500);
    expect(await sandbox.exited).toEqual({ exitCode: 3, outOfMemory: false, killed: false });
  });

  it.each([0, 3])('with exit code %i is out of memory when the engine tells that right behind', async (exitCode) => {
    const { sandbox, seen } = start();
    sandbox.reportEnd(exitCode);
    await pass(4);
    expect(seen).toEqual({});
    sandbox.reportOutOfMemory();
    await pass(0);
    expect(seen.exit).toEqual({ exitCode, outOfMemory: true, killed: false });
  });

  it('is out of memory when the limit struck before, though the main process went on', async () => {
    const { sandbox, seen } = start();
    sandbox.reportOutOfMemory();
    expect(sandbox.outOfMemory).toBe(true);
    sandbox.reportEnd(0);
    await pass(0);
    expect(seen.exit).toEqual({ exitCode: 0, outOfMemory: true, killed: false });
  });

  it('by SIGKILL is out of memory when the engine says so a little later', async () => {
    const { sandbox, seen } = start();
    sandbox.reportEnd(137);
    await pass(499);
    expect(seen).toEqual({});
    sandbox.reportOutOfMemory();
    await pass(0);
    expect(seen.exit).toEqual({ exitCode: 137, outOfMemory: true, killed: false });
  });

  it('by SIGKILL is just that when the engine says nothing more', async () => {
    const { sandbox, seen } = start();
    sandbox.reportEnd(137);
    sandbox.reportEnd(undefined);
    await pass(500);
    expect(seen.exit).toEqual({ exitCode: 137, outOfMemory: false, killed: false });
  });

  it('by a kill that somebody else asked the engine for is told as such', async () => {
    const { sandbox, seen } = start();
    sandbox.reportKill();
    sandbox.reportEnd(137);
    await pass(500);
    expect(seen.exit).toEqual({ exitCode: 137, outOfMemory: false, killed: true });
  });

  it.each(['before', 'after'])('by the engine’s stop, told %s the end, is a loss and nobody’s kill', async (when) => {
    const { sandbox, seen } = start();
    sandbox.reportKill();
    if (when === 'before') sandbox.reportStop();
    sandbox.reportEnd(137);
    if (when === 'after') sandbox.reportStop();
    await pass(0);
    expect(seen.exit).toEqual({ exitCode: undefined, outOfMemory: false, killed: false });
  });

  it.each<[string, (sandbox: DockerSandbox, attached: PassThrough) => void]>([
    [
      'the engine reports it',
      (sandbox) => {
        sandbox.reportEnd(137);
      },
    ],
    [
      'its output ends',
      (_, attached) => {
        attached.end();
      },
    ],
    [
      'the connection to it closes',
      (_, attached) => {
        attached.destroy();
      },
    ],
  ])('shows as soon as %s, though nobody knows yet how it ended', async (_, end) => {
    const { sandbox, attached, seen } = start();
    const isDisconnected = vi.fn();
    void sandbox.disconnected.then(isDisconnected);
    await pass(0);
    expect(isDisconnected).not.toHaveBeenCalled();
    end(sandbox, attached);
    await pass(0);
    expect(isDisconnected).toHaveBeenCalled();
    expect(seen).toEqual({});
  });

  it('by our own hand is told at once', async () => {
    const { sandbox, seen } = start();
    await sandbox[Symbol.asyncDispose]();
    sandbox.reportKill();
    sandbox.reportEnd(137);
    await pass(0);
    expect(seen.exit).toEqual({ exitCode: 137, outOfMemory: false, killed: false });
  });

  it('is known although the engine never reports it, once its streams are closed', async () => {
    const { attached, seen } = start();
    attached.destroy();
    await pass(4999);
    expect(seen).toEqual({});
    await pass(1);
    expect(seen.exit).toEqual({ exitCode: undefined, outOfMemory: false, killed: false });
  });

  it('survives writing to a process that has ended', async () => {
    const { sandbox, attached } = start();
    attached.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    sandbox.stdin.write('too late');
    await pass(0);
  });
});

describe('asking the engine what became of a sandbox', () => {
  it.each([
    ['runs', { State: { Status: 'running', Running: true, ExitCode: 0 } }, undefined],
    ['has not been started yet', { State: { Status: 'created', Running: false, ExitCode: 0 } }, undefined],
    [
      'has ended',
      { State: { Status: 'exited', Running: false, ExitCode: 7 } },
      { exitCode: 7, outOfMemory: false, killed: false },
    ],
    [
      'the engine killed when it started again',
      { State: { Status: 'exited', Running: false, ExitCode: 137 } },
      { exitCode: undefined, outOfMemory: false, killed: false },
    ],
    [
      'the engine found dead when it started again',
      { State: { Status: 'exited', Running: false, ExitCode: 255 } },
      { exitCode: undefined, outOfMemory: false, killed: false },
    ],
    [
      'was out of memory',
      { State: { Status: 'exited', Running: false, ExitCode: 0, OOMKilled: true } },
      { exitCode: 0, outOfMemory: true, killed: false },
    ],
  ])('that %s', async (_, answer, exit) => {
    const { sandbox, inspect, seen } = start();
    inspect.mockResolvedValue(answer);
    await sandbox.reconcile();
    await pass(5);
    expect(seen.exit).toEqual(exit);
  });

  it.each([
    ['is gone', refusal(404), { exitCode: undefined, outOfMemory: false, killed: false }],
    ['it cannot tell of now', new Error('connect ECONNREFUSED'), undefined],
  ])('that %s', async (_, error, exit) => {
    const { sandbox, inspect, seen } = start();
    inspect.mockRejectedValue(error);
    await sandbox.reconcile();
    await pass(0);
    expect(seen.exit).toEqual(exit);
  });
});

describe('disposing a sandbox', () => {
  it('removes the container by force, once, and lets go of its stdin', async () => {
    const { sandbox, attached, remove } = start();
    await Promise.all([sandbox[Symbol.asyncDispose](), sandbox[Symbol.asyncDispose]()]);
    expect(remove.mock.calls).toEqual([[{ force: true, v: true }]]);
    expect(attached.destroyed).toBe(true);
  });

  it.each([404, 409])('is content when the container is gone or going (%i)', async (status) => {
    const { sandbox, remove } = start();
    remove.mockRejectedValue(refusal(status));
    await sandbox[Symbol.asyncDispose]();
  });

  it('waits for a removal that is under way, though not for ever', async () => {
    const { sandbox, remove, wait } = start();
    remove.mockRejectedValue(refusal(409));
    wait.mockImplementation(
      ({ abortSignal }) =>
        new Promise((_, reject) => {
          abortSignal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
    );
    await sandbox[Symbol.asyncDispose]();
    expect(wait).toHaveBeenCalledWith(expect.objectContaining({ condition: 'removed' }));
  });

  it('says when the engine refuses, and lets go of its stdin all the same, so that the container ends', async () => {
    const { sandbox, attached, remove } = start();
    remove.mockRejectedValue(refusal(500));
    await expect(sandbox[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'engine-failed' });
    expect(attached.destroyed).toBe(true);
  });
});
