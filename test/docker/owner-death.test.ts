/*
 * Containers end with the server that made them, with nothing of ours alive to end them: not when code computes for ever,
 * not when it does everything it can to stay. And nobody touches the containers of a server that lives.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { shellDefinition, spawningProgram } from '../../src/attacks/lean-programs.ts';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import { ContainerSweep } from '../../src/sandbox/docker/orphan-sweep.ts';
import { thisProcess } from '../../src/core/process-name.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { containersOf, engine, expectNoContainers, patience, sandboxesOfProgram } from '../e2e/support/containers.ts';
import { connectHttp } from '../e2e/support/http-clients.ts';
import { sandboxCounts, serveHttp } from '../e2e/support/http-server.ts';
import { programText } from '../e2e/support/programs.ts';
import { connect, type TestServer } from '../e2e/support/server.ts';
import { changedEngine } from './support/changed-engine.ts';

/** A server whose containers take little, so that many fit. Its end is up to the test. */
async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const server = await connect({
    settings: { CPU_LIMIT: '0.2', MEMORY_LIMIT: '256m', MAX_CONCURRENT_CALLS: '16', POOL_SIZE: '4', ...settings },
  });
  onTestFinished(() => {
    try {
      process.kill(server.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  return server;
}

async function running(server: TestServer): Promise<Docker.ContainerInfo[]> {
  return (await containersOf(server.pid)).filter(({ State }) => State === 'running');
}

/** Kills the server, and waits until nothing of its is left. Nothing may be in the making: see below for that. */
async function expectNothingSurvives(server: TestServer): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  await expectNoContainers(server.pid);
}

/** Begins a call that nobody waits for. */
function begin(server: TestServer, code: string, args: readonly string[] = []): void {
  server.execute({ code, args, timeout: 300 }).catch(() => undefined);
}

describe('when the server is killed', () => {
  it('all sandboxes go with it: computing, running programs, idle sessions, and made ahead', async () => {
    // Over HTTP, because such a server tells how many it is making.
    await using server = await serveHttp({
      settings: { CPU_LIMIT: '0.2', MEMORY_LIMIT: '256m', MAX_CONCURRENT_CALLS: '16', POOL_SIZE: '4' },
    });
    await using client = await connectHttp('new client, 2026', server.url);
    for (let session = 0; session < 4; session += 1) await client.call('execute-lean-persistent', { code: '#eval 1' });
    for (let call = 0; call < 4; call += 1) {
      for (const program of ['eval-spin', 'main-spin']) {
        client.call('execute-lean', { code: programText(program), timeout: 300 }).catch(() => undefined);
      }
    }
    const leased = 4 + 4 * (1 + sandboxesOfProgram());
    const all = { leased, starting: 0, warm: 4 };
    await vi.waitFor(async () => {
      expect(await sandboxCounts(server.url)).toEqual(all);
      expect((await containersOf(server.pid)).map(({ State }) => State)).toEqual(
        Array(leased + all.warm).fill('running'),
      );
      expect(await sandboxCounts(server.url)).toEqual(all);
    }, patience);
    process.kill(server.pid, 'SIGKILL');
    const killedAt = performance.now();
    await expectNoContainers(server.pid);
    process.stderr.write(
      `${leased + all.warm} sandboxes were gone ${Math.round(performance.now() - killedAt)} ms after their server\n`,
    );
  });

  const hold = 'while :; do exec 9<>/proc/1/fd/0; sleep 1; done';
  const overwrite = String.raw`perl -e 'open(my $maps, "<", "/proc/1/maps"); while (<$maps>) { next unless /^(\w+)-(\w+) r-xp/; my ($from, $to) = (hex $1, hex $2); open(my $memory, "+<", "/proc/1/mem") or next; sysseek($memory, $from, 0); syswrite($memory, ("\x90" x ($to - $from - 2)) . "\xeb\xfe") }'`;
  const storm = 'for i in 1 2 3; do while :; do kill -CHLD 1; kill -STOP 1; kill -TERM 1; kill -KILL 1; done & done';
  const stop = 'for p in /proc/[0-9]*; do p=${p#/proc/}; test $p -ne 1 && test $p -ne $$ && kill -STOP $p; done';
  it.each([
    ['holds the stdin of its main process', `${hold}; sleep 1000`],
    ['overwrites its main process', `${overwrite}; sleep 1000`],
    ['sends signals to its main process', `${storm}; sleep 1000`],
    ['stops Lean', `${stop}; sleep 1000`],
    [
      'becomes a daemon',
      'perl -e \'fork and exit; setpgrp; fork and exit; $SIG{$_} = "IGNORE" for keys %SIG; sleep 1 while 1\'; sleep 1000',
    ],
  ])('a sandbox goes that %s', async (_, script) => {
    const server = await startServer({ POOL_ENABLED: 'false' });
    begin(server, spawningProgram, [`echo up; ${script}`]);
    begin(server, `${shellDefinition}\n#eval shell ${JSON.stringify(`echo up; ${script}`)}\n`);
    await vi.waitFor(async () => {
      expect(await running(server)).toHaveLength(1 + sandboxesOfProgram());
    }, patience);
    // Time for the scripts to do what they do.
    await pause(3000);
    await expectNothingSurvives(server);
  });
});

describe('when the server is killed while it makes sandboxes', () => {
  it('those that were not started yet, which nothing ends, are removed by the next server at its start', async () => {
    const killed = await startServer({ POOL_SIZE: '16', MAX_CONCURRENT_CREATIONS: '16' });
    // The pool is filled when there has been a call.
    begin(killed, '#eval 1');
    const notStarted = async (): Promise<number> =>
      (await containersOf(killed.pid)).filter(({ State }) => State === 'created').length;
    await vi.waitFor(
      async () => {
        // Kept from starting what it has made, so that it can be looked at twice.
        process.kill(killed.pid, 'SIGSTOP');
        if ((await notStarted()) === 0) process.kill(killed.pid, 'SIGCONT');
        expect(await notStarted()).toBeGreaterThan(0);
      },
      { ...patience, interval: 1 },
    );
    process.kill(killed.pid, 'SIGKILL');
    await using next = await startServer({ POOL_SIZE: '1' });
    await next.execute('#eval 1');
    await expectNoContainers(killed.pid);
  });
});

describe('two servers on one engine', () => {
  it('do not touch each other’s containers, whatever becomes of them', async () => {
    const [staying, dying] = await Promise.all([startServer({ POOL_SIZE: '2' }), startServer({ POOL_SIZE: '2' })]);
    const { session_id: session } = await staying.step('def kept := 41');
    begin(dying, programText('eval-spin'));
    await vi.waitFor(async () => {
      expect((await containersOf(dying.pid)).map(({ State }) => State)).toEqual(Array(3).fill('running'));
    }, patience);
    const before = (await running(staying)).map(({ Id }) => Id);
    await expectNothingSurvives(dying);
    // A new one looks for what was left behind.
    const third = await startServer({ POOL_SIZE: '1' });
    await vi.waitFor(async () => {
      expect((await running(third)).length).toBeGreaterThanOrEqual(1);
    }, patience);
    expect((await running(staying)).map(({ Id }) => Id)).toEqual(expect.arrayContaining(before));
    const result = await staying.step('#eval kept + 1', session);
    expect(result).toMatchObject({ status: 'success', step: 2 });
    expect(result.session_rebuilt).toBeUndefined();
    await Promise.all([staying.client.close(), third.client.close()]);
  });
});

describe('the sweep', () => {
  it('takes what has no owner any more, and what does not run for so long that it is not in the making; nothing else', async () => {
    const docker = await engine();
    const alive = thisProcess() ?? '';
    const gone = alive.replace(/\d+$/, '1');
    const make = async (name: string, owner: string, start: boolean): Promise<string> => {
      const container = await docker.createContainer({
        Image: inject('sandboxImage'),
        Cmd: ['sleep', '1000'],
        Labels: { [containerLabels.instance]: `sweep-test-${name}`, [containerLabels.process]: owner },
        HostConfig: { NetworkMode: 'none' },
      });
      onTestFinished(async () => {
        await container.remove({ force: true }).catch(() => undefined);
      });
      if (start) await container.start();
      return container.id;
    };
    const elsewhere = `other-boot/${gone}`;
    const orphans = [await make('orphan', gone, true), await make('unborn-orphan', gone, false)];
    const forgotten = [await make('never-started', elsewhere, false)];
    const spared = [
      await make('neighbour', alive, true),
      await make('unborn-neighbour', alive, false),
      await make('elsewhere', elsewhere, true),
    ];
    // Only these are looked at: tests beside this one make containers too.
    const listContainers = async (): Promise<Docker.ContainerInfo[]> =>
      (await docker.listContainers({ all: true })).filter(({ Id }) =>
        [...orphans, ...forgotten, ...spared].includes(Id),
      );
    const view = changedEngine(docker, { listContainers: listContainers as Docker['listContainers'] });
    const left = async (): Promise<string[]> => (await listContainers()).map(({ Id }) => Id).sort();
    const sweeper = { owner: 'sweeper', instance: 'sweeper', process: alive, knows: () => false };
    const sweep = new ContainerSweep(view, sweeper, silentLogger);
    await sweep.removeOrphans();
    // Another server may be at it, too, and not be done.
    await vi.waitFor(async () => {
      expect(await left()).toEqual([...forgotten, ...spared].sort());
    }, patience);
    await pause(4000);
    await sweep.removeOrphans(3);
    await vi.waitFor(async () => {
      expect(await left()).toEqual(spared.sort());
    }, patience);
  });
});
