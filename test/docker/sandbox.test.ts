/** Sandboxes on a real engine, with a shell in them instead of Lean. */
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { DockerDriver } from '../../src/sandbox/docker/docker-driver.ts';
import type { Sandbox, SandboxExit, SandboxLimits, SandboxSpec } from '../../src/sandbox/sandbox.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { describeSandboxes } from '../contracts/sandbox-contract.ts';
import { someJail } from '../fakes/jail.ts';
import { changedEngine } from './support/changed-engine.ts';
import { containersOf, engine, expectNoContainers, patience } from '../e2e/support/containers.ts';

const limits: SandboxLimits = { memory: 64 * 1024 ** 2, cpus: 0.5, processes: 32, folderSize: 4 * 1024 ** 2 };

let docker: Docker;
let driver: DockerDriver;
beforeAll(async () => {
  docker = await engine();
  driver = newDriver();
});
afterAll(async () => {
  await driver[Symbol.asyncDispose]();
  await expectNoContainers(process.pid);
});

function newDriver(): DockerDriver {
  return new DockerDriver({ connect: engine, maxConcurrentCreations: 3, logger: silentLogger });
}

function sandboxSpec(command: readonly string[], changes: Partial<SandboxSpec> = {}): SandboxSpec {
  return {
    image: inject('sandboxImage'),
    command,
    env: {},
    jail: { ...someJail, limits },
    purpose: 'probe',
    ...changes,
  };
}

const shell = (script: string, changes: Partial<SandboxSpec> = {}): Promise<Sandbox> =>
  driver.start(sandboxSpec(['/bin/sh', '-c', script], changes));

/** Runs a shell script to its end. */
async function run(
  script: string,
  changes: Partial<SandboxSpec> = {},
): Promise<SandboxExit & { readonly stdout: string; readonly stderr: string }> {
  await using sandbox = await shell(script, changes);
  const [stdout, stderr, exit] = await Promise.all([text(sandbox.stdout), text(sandbox.stderr), sandbox.exited]);
  return { stdout, stderr, ...exit };
}

async function expectGone(sandbox: { readonly id: string }): Promise<void> {
  await vi.waitFor(async () => {
    await expect(docker.getContainer(sandbox.id).inspect()).rejects.toMatchObject({ statusCode: 404 });
  }, patience);
}

describeSandboxes('a container', () => ({
  start: (command, signal) => driver.start(sandboxSpec(command), signal),
}));

describe('a container', () => {
  it('goes with its process, which ends when its stdin ends', async () => {
    await using sandbox = await shell('cat; exit 5');
    sandbox.stdout.resume();
    sandbox.stderr.resume();
    sandbox.stdin.end();
    await sandbox.exited;
    await expectGone(sandbox);
  });

  it('goes when the connection to it breaks, as when its owner dies', async () => {
    await using sandbox = await shell('cat');
    sandbox.stdin.destroy();
    await expectGone(sandbox);
  });
});

describe('the memory limit', () => {
  it('is told when it ends the main process', async () => {
    expect(await run('exec tail /dev/zero')).toMatchObject({ exitCode: 137, outOfMemory: true });
  });

  it('is told when it ends only another process, and the main one goes on as if nothing had been', async () => {
    // The engine tells of the two on ways of their own; one that ends at once may be told of first.
    expect(await run('tail /dev/zero; sleep 1; exit 0')).toMatchObject({ exitCode: 0, outOfMemory: true });
  });

  it('is not suspected when code ends with the exit code of a kill', async () => {
    expect(await run('exit 137')).toMatchObject({ exitCode: 137, outOfMemory: false });
  });

  it('counts what is written to the folders in memory, which have limits of their own', async () => {
    const { stdout } = await run(
      'head -c 64M /dev/zero > /tmp/a; wc -c < /tmp/a; head -c 64M /dev/zero > b; wc -c < b',
    );
    expect(stdout.split('\n').map(Number)).toEqual([limits.folderSize, limits.folderSize, 0]);
  });
});

describe('a sandbox that others end', () => {
  it('is told by its exit when it is killed from outside', async () => {
    await using sandbox = await shell('cat');
    await docker.getContainer(sandbox.id).kill();
    expect(await sandbox.exited).toEqual({ exitCode: 137, outOfMemory: false, killed: true });
  });

  it('is told by its exit when it is removed from outside', async () => {
    await using sandbox = await shell('cat');
    await docker.getContainer(sandbox.id).remove({ force: true });
    expect((await sandbox.exited).outOfMemory).toBe(false);
  });
});

describe('disposing', () => {
  it('removes what runs, whatever it does; and once more does no harm', async () => {
    const sandbox = await shell('trap "" TERM INT; while :; do :; done');
    await sandbox[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    await sandbox.exited;
    await expectGone(sandbox);
  });

  it('the driver while it makes sandboxes leaves none, and every start has an end', async () => {
    const others = (await containersOf(process.pid)).length;
    const own = newDriver();
    await (await own.start(sandboxSpec(['/bin/cat'])))[Symbol.asyncDispose]();
    const starts = Array.from({ length: 8 }, () => own.start(sandboxSpec(['/bin/cat'])));
    const ends = Promise.allSettled(starts);
    await vi.waitFor(async () => {
      expect((await containersOf(process.pid)).length).toBeGreaterThan(others);
    }, patience);
    await own[Symbol.asyncDispose]();
    for (const end of await ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'shutting-down' });
      else await end.value.exited;
    }
    await vi.waitFor(async () => {
      expect(await containersOf(process.pid)).toHaveLength(others);
    }, patience);
    await expect(own.start(sandboxSpec(['/bin/cat']))).rejects.toMatchObject({ code: 'shutting-down' });
  });

  it('the driver at its end removes also what it had lost sight of, and nobody else’s', async () => {
    const own = newDriver();
    await using other = await shell('cat');
    const { id } = await own.start(sandboxSpec(['/bin/cat']));
    const { Config } = await docker.getContainer(id).inspect();
    // As one whose removal failed when the engine went down.
    const lost = await docker.createContainer({ Image: inject('sandboxImage'), Labels: Config.Labels });
    await own[Symbol.asyncDispose]();
    await expectGone(lost);
    expect((await containersOf(process.pid)).map(({ Id }) => Id)).toContain(other.id);
  });
});

describe('a start that does not succeed', () => {
  /** The sockets that this process holds. */
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => /Pipe|TCP/.test(name)).length;

  it('names an image that is not there, and what to type', async () => {
    const image = `nobody-has-this:${randomUUID()}`;
    await expect(driver.start(sandboxSpec(['/bin/true'], { image }))).rejects.toMatchObject({
      code: 'image-missing',
      message: `The image ${image} is not on the Docker engine.`,
      hint: expect.stringContaining('lean-docker-mcp image build') as string,
    });
  });

  it('says so too when the image was removed by hand in between', async () => {
    const [repo, tag] = ['sandbox-test', randomUUID()];
    await docker.getImage(inject('sandboxImage')).tag({ repo, tag });
    const spec = sandboxSpec(['/bin/true'], { image: `${repo}:${tag}` });
    await (await driver.start(spec))[Symbol.asyncDispose]();
    await docker.getImage(spec.image).remove();
    await expect(driver.start(spec)).rejects.toMatchObject({ code: 'image-missing' });
  });

  it('leaves neither a container nor a connection behind', async () => {
    const before = sockets();
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(driver.start(sandboxSpec(['/no/such/program']))).rejects.toMatchObject({
        code: 'engine-failed',
        message: expect.stringContaining('/no/such/program') as string,
      });
    }
    await expectNoContainers(process.pid);
    await vi.waitFor(() => {
      expect(sockets()).toBeLessThanOrEqual(before);
    }, patience);
  });

  it('because the engine’s answer was lost leaves nothing of what the engine made, and no other sandbox is touched', async () => {
    // Nothing is to be found just because time goes by.
    const interval = vi.spyOn(globalThis, 'setInterval').mockReturnValue(setTimeout(() => undefined));
    onTestFinished(() => {
      interval.mockRestore();
    });
    const lost: string[] = [];
    const lossy = changedEngine(docker, {
      createContainer: (async (request: Docker.ContainerCreateOptions) => {
        const container = await docker.createContainer(request);
        if (lost.length > 0) return container;
        lost.push(container.id);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      }) as Docker['createContainer'],
    });
    const own = new DockerDriver({
      connect: () => Promise.resolve(lossy),
      maxConcurrentCreations: 8,
      logger: silentLogger,
    });
    try {
      const starts = await Promise.allSettled(Array.from({ length: 4 }, () => own.start(sandboxSpec(['/bin/cat']))));
      expect(starts.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      await expectGone({ id: lost[0] ?? '' });
      for (const start of starts) {
        if (start.status === 'rejected') continue;
        const { id } = start.value;
        expect((await docker.getContainer(id).inspect()).State).toMatchObject({ Running: true });
      }
    } finally {
      await own[Symbol.asyncDispose]();
    }
  });

  it('because the caller gave up rejects with the caller’s reason, whenever that was', async () => {
    const reason = new Error('no longer wanted');
    for (const delayMs of [undefined, 0, 10, 50, 100, 200]) {
      const caller = new AbortController();
      const giveUp = (): void => {
        caller.abort(reason);
      };
      if (delayMs === undefined) giveUp();
      else setTimeout(giveUp, delayMs);
      const started = await driver.start(sandboxSpec(['/bin/cat']), caller.signal).catch((error: unknown) => error);
      if (started instanceof Error) expect(started).toBe(reason);
      else await (started as Sandbox)[Symbol.asyncDispose]();
    }
    await expectNoContainers(process.pid);
  });
});

describe('the jail', () => {
  it('is what the engine was asked for', async () => {
    await using sandbox = await shell('cat');
    const { HostConfig: host, Config: config, Mounts: mounts } = await docker.getContainer(sandbox.id).inspect();
    expect(host).toMatchObject({
      Memory: limits.memory,
      MemorySwap: limits.memory,
      NanoCpus: 500_000_000,
      PidsLimit: 32,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      AutoRemove: true,
      IpcMode: 'none',
      LogConfig: { Type: 'none' },
    });
    expect(config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(mounts).toEqual([]);
  });

  it('has a user without rights, and no way to gain any', async () => {
    const { stdout } = await run('id -u; grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status');
    const [user, ...status] = stdout.trim().split('\n');
    expect(Number(user)).toBeGreaterThan(1000);
    expect(status.map((line) => line.split(/\s+/))).toEqual([
      ['CapEff:', '0000000000000000'],
      ['CapBnd:', '0000000000000000'],
      ['NoNewPrivs:', '1'],
      ['Seccomp:', '2'],
    ]);
  });

  it('has no network but its own loopback', async () => {
    expect((await run('ls /sys/class/net')).stdout).toBe('lo\n');
  });

  it('lets nothing be written but to its two folders, and nothing be run from those', async () => {
    const tries = ['/', '/opt/lean', '/etc', '/usr/bin', '/home/leanuser', '/dev', '/var/tmp', '.', '/tmp'];
    const { stdout } = await run(tries.map((folder) => `touch ${folder}/x 2>/dev/null && echo ${folder}`).join('; '));
    expect(stdout.trim().split('\n')).toEqual(['.', '/tmp']);
    const copied = await run('for folder in . /tmp; do cp /bin/true $folder/x; $folder/x || echo refused; done');
    expect(copied.stdout).toBe('refused\nrefused\n');
  });

  it('limits processes', async () => {
    const { stdout } = await run('for i in $(seq 100); do sleep 5 & done 2>/dev/null; echo unreached', {
      jail: { ...someJail, limits: { ...limits, processes: 8 } },
    });
    expect(stdout).toBe('');
  });

  it('has an environment that tells nothing of ours', async () => {
    const { stdout } = await run('env | sort', { env: { LEAN_NUM_THREADS: '1' } });
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names).toEqual(['HOME', 'HOSTNAME', 'LANG', 'LEAN_NUM_THREADS', 'PATH', 'PWD', 'TMPDIR']);
  });
});

describe('a place for making sandboxes', () => {
  it('is left to others by a request that hangs', async () => {
    let isFirst = true;
    const createContainer = (options: Docker.ContainerCreateOptions): Promise<Docker.Container> => {
      if (!isFirst) return docker.createContainer(options);
      isFirst = false;
      return new Promise(() => undefined);
    };
    const hanging = changedEngine(docker, { createContainer: createContainer as Docker['createContainer'] });
    const own = new DockerDriver({
      connect: () => Promise.resolve(hanging),
      maxConcurrentCreations: 1,
      logger: silentLogger,
    });
    void own.start(sandboxSpec(['/bin/sleep', '1000'])).catch(() => undefined);
    await using sandbox = await own.start(sandboxSpec(['/bin/echo', 'made']));
    expect(await text(sandbox.stdout)).toBe('made\n');
  });

  it('stays empty as long as it is told, which holds up the next one but not the end', async () => {
    const resting = new DockerDriver({
      connect: engine,
      maxConcurrentCreations: 1,
      restAfterCreation: () => 1_000_000,
      logger: silentLogger,
    });
    await resting.start(sandboxSpec(['/bin/sleep', '1000']));
    const next = resting.start(sandboxSpec(['/bin/sleep', '1000'])).then(
      () => 'started',
      (error: unknown) => error,
    );
    await resting[Symbol.asyncDispose]();
    expect(await next).toMatchObject({ code: 'shutting-down' });
    await expectNoContainers(process.pid);
  });
});
