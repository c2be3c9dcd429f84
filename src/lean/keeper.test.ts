import { spawn, type ChildProcessWithoutNullStreams, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { keptProgram, keptServer, leftOversRequest, programFile, programInput } from './keeper.ts';

const canRun = process.platform === 'linux' && existsSync('/usr/bin/perl');

/** @param options of spawn */
function start(
  command: readonly string[],
  options: SpawnOptions = {},
): ChildProcessWithoutNullStreams & { readonly ended: Promise<number | null> } {
  const [file = '', ...args] = command;
  const keeper = spawn(file, args, { ...options, stdio: 'pipe' });
  keeper.stdin.on('error', () => undefined);
  onTestFinished(() => {
    keeper.kill('SIGKILL');
  });
  const ended = (once(keeper, 'exit') as Promise<[number | null]>).then(([code]) => code);
  return Object.assign(keeper, { ended });
}

/** Whether a process is there that is not just waiting to be collected. */
function isAlive(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const shell = (script: string): readonly string[] => keptServer(['/bin/sh', '-c', script]);

describe.skipIf(!canRun)('the keeper of a server', () => {
  it('hands on everything that it is sent, however much', async () => {
    const sent = randomBytes(3 * 1024 * 1024).toString('base64');
    const keeper = start(shell(`head -c ${sent.length}; exit 3`));
    keeper.stdin.write(sent);
    const [received, code] = await Promise.all([text(keeper.stdout), keeper.ended]);
    expect({ same: received === sent, code }).toEqual({ same: true, code: 3 });
  });

  it('ends as soon as its own stdin ends, though the server goes on', async () => {
    const keeper = start(shell('exec 0</dev/null; echo up; exec sleep 1000'));
    await once(keeper.stdout, 'data');
    keeper.stdin.end();
    expect(await keeper.ended).toBe(125);
  });

  it('ends also when more was sent than the server reads', async () => {
    const keeper = start(shell('echo up; exec sleep 1000'));
    await once(keeper.stdout, 'data');
    keeper.stdin.end(Buffer.alloc(1024 * 1024));
    expect(await keeper.ended).toBe(125);
  });

  it('ends also under a storm of signals', async () => {
    const keeper = start(shell('echo up; for i in 1 2 3; do (while kill -CHLD $PPID; do :; done) & done; wait'));
    await once(keeper.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 500));
    keeper.stdin.end();
    expect(await keeper.ended).toBe(125);
  });

  it('kills what was left running when it is asked to, but not the worker of a server, and then says so', async () => {
    const worker = 'perl -e "sleep 1000" -- --worker x & echo $!;';
    const left = 'sleep 1000 & echo $!; perl -e "sleep 1000" -- --work & echo $!; (sleep 1000 & echo $!);';
    for (const [mode, stays] of [
      ['--server', 1],
      ['--worker', 0],
    ] as const) {
      const keeper = start(keptServer(['/bin/sh', '-c', `${worker}${left} echo up; exec cat`, mode]));
      let said = '';
      for await (const bytes of keeper.stdout.iterator({ destroyOnReturn: false })) {
        said += String(bytes);
        if (said.endsWith('up\n')) break;
      }
      keeper.stdin.write(`one${leftOversRequest('name')}tw`);
      let answered = '';
      while (!answered.includes(leftOversRequest('name'))) answered += String((await once(keeper.stderr, 'data'))[0]);
      const living = said.split('\n').slice(0, 4).filter(isAlive);
      expect(living).toEqual(said.split('\n').slice(0, stays));
      keeper.stdin.write('o');
      let handedOn = '';
      while (handedOn !== 'onetwo') handedOn += String((await once(keeper.stdout, 'data'))[0]);
      keeper.stdin.end();
      expect(await keeper.ended).toBe(125);
      for (const pid of living) process.kill(Number(pid));
    }
  });

  it('tells a signal that ended the server by its exit code', async () => {
    const keeper = start(shell('kill -9 $$'));
    expect(await keeper.ended).toBe(137);
  });

  it('cannot be looked into by the server', async () => {
    // Root could, so both are somebody else.
    const user = process.getuid?.() === 0 ? { uid: 65532, gid: 65532 } : {};
    const look = 'for f in mem fd/0 environ; do (exec 3<>/proc/$1/$f) 2>/dev/null && echo $f; done; echo done';
    const ofKeeper = start(shell(`set -- $PPID; ${look}`), user);
    expect(await text(ofKeeper.stdout)).toBe('done\n');
    const ofItself = start(shell(`set -- $$; ${look}`), user);
    expect(await text(ofItself.stdout)).toBe('mem\nfd/0\ndone\n');
  });
});

describe.skipIf(!canRun)('the keeper of a program', () => {
  it('gives it its source, its arguments and its input, and ends with its exit code', async () => {
    const [perl, e, script, mode] = keptProgram('');
    // The source's name is last, as in the real command line.
    const run = ['/bin/sh', '-c', 'echo "$1 $2"; cat "$0"; cat; exit 7', programFile];
    await using folder = await temporaryFolder();
    const keeper = start([perl ?? '', e ?? '', script ?? '', mode ?? '', ...run], { cwd: folder.path });
    keeper.stdin.write(programInput({ args: ['-x', 'two words'], source: 'source\n', stdin: 'input\n' }));
    const [said, code] = await Promise.all([text(keeper.stdout), keeper.ended]);
    expect({ said, code }).toEqual({ said: '-x two words\nsource\ninput\n', code: 7 });
  });

  it('ends when its stdin ends before everything came', async () => {
    const keeper = start(keptProgram('/bin/false'));
    keeper.stdin.end('2\n5\nab');
    expect(await keeper.ended).toBe(125);
  });
});
