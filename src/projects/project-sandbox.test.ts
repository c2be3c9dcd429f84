import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someLaunch } from '../../test/fakes/sandbox.ts';
import { ProcessDriver } from '../../test/fakes/processes.ts';
import { testToolchain } from '../../test/support/toolchain.ts';
import { Deadline } from '../core/deadline.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import type { OwnOutcome } from './check-plan.ts';
import { ProjectSandbox, type ModuleSource } from './project-sandbox.ts';

let folder = '';
let driver: ProcessDriver;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'project-sandbox-'));
  driver = new ProcessDriver((await testToolchain(folder)).dir);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function open(maxOutput = 1e6): Promise<ProjectSandbox> {
  return await ProjectSandbox.start(driver, someLaunch, maxOutput, new ReadingTurns());
}

async function elaborate(
  sandbox: ProjectSandbox,
  module: Partial<ModuleSource> & { path: string },
  limitMs?: number,
): Promise<OwnOutcome> {
  using deadline = new Deadline(limitMs);
  return await sandbox.elaborate({ source: '', options: [], ...module }, { left: 1e6 }, deadline);
}

function told(outcome: OwnOutcome): string[] {
  return outcome.messages.diagnostics.map(
    ({ severity, start, message }) => `${start.line}:${start.column} ${severity} ${message}`,
  );
}

describe('a sandbox for modules', () => {
  it('elaborates modules that import each other, by the names that they have', async () => {
    await using sandbox = await open();
    expect(await elaborate(sandbox, { path: 'A/B', source: 'def b : Nat := 3\n' })).toEqual({
      outcome: 'accepted',
      messages: { diagnostics: [], more: 0 },
    });
    const importer = await elaborate(sandbox, {
      path: 'C',
      source: 'import A.B\n\ntheorem c : b = 3 := rfl\n#eval b\n',
    });
    expect(importer.outcome).toBe('accepted');
    expect(told(importer)).toEqual(['4:0 information 3']);
  });

  it('tells what Lean rejects, and has nothing of it for others', async () => {
    await using sandbox = await open();
    await elaborate(sandbox, { path: 'A', source: 'def a : Nat := 3\n' });
    const rejected = await elaborate(sandbox, { path: 'A', source: 'def a : Nat := "three"\n' });
    expect(rejected.outcome).toBe('rejected');
    expect(told(rejected)[0]).toMatch(/^1:15 error type mismatch/i);
    const importer = await elaborate(sandbox, { path: 'B', source: 'import A\n' });
    expect(told(importer)[0]).toMatch(/unknown module prefix 'A'|object file .* of module A does not exist/);
  });

  it('passes on options, and says when something is left open', async () => {
    await using sandbox = await open();
    const options = ['autoImplicit=false', 'weak.linter.mine=true'];
    const open_ = await elaborate(sandbox, { path: 'A', source: 'theorem t : 1 = 2 := sorry\n', options });
    expect(open_).toMatchObject({ outcome: 'accepted', messages: { usesSorry: true } });
    const wrong = await elaborate(sandbox, { path: 'A', options: ['no.such.option=1'] });
    expect(wrong.outcome).toBe('rejected');
    expect(told(wrong)[0]).toContain('no.such.option');
  });

  it('does not take a Lean that was ended early for one that has accepted, whatever it has written', async () => {
    await using sandbox = await open();
    const source = '#eval (IO.Process.exit 0 : IO Unit)\n';
    expect(await elaborate(sandbox, { path: 'A', source })).toMatchObject({
      outcome: 'unfinished',
      reason: 'crashed',
      detail: 'Lean ended with exit code 0 before it was done',
    });
  });

  it('stops a module at its time limit, and goes on with others', async () => {
    await using sandbox = await open();
    const spin = 'partial def spin (n : Nat) : Nat := spin (n + 1)\n\n#eval spin 0\n';
    expect(await elaborate(sandbox, { path: 'A', source: spin }, 300)).toMatchObject({
      outcome: 'unfinished',
      reason: 'timed-out',
    });
    expect((await elaborate(sandbox, { path: 'A', source: 'def a : Nat := 1\n' })).outcome).toBe('accepted');
  });

  it('stops a module that writes too much', async () => {
    await using sandbox = await open(1000);
    const source = `#print "${'x'.repeat(2000)}"\n`;
    expect(await elaborate(sandbox, { path: 'A', source })).toMatchObject({
      outcome: 'unfinished',
      reason: 'output-limit',
    });
  });

  it('kills what a module has left running before it tells of its end', async () => {
    await using sandbox = await open();
    const shell =
      'def shell (script : String) : IO Unit := do\n' +
      '  let child ← IO.Process.spawn { cmd := "sh", args := #["-c", script] }\n  let _ ← child.wait\n';
    const mark = path.join(folder, 'left-over');
    const source = `${shell}\n#eval shell "sleep 1000 & echo $! > ${mark}; echo no message"\n`;
    const outcome = await elaborate(sandbox, { path: 'A', source });
    expect(outcome.outcome).toBe('accepted');
    const { readFileSync, existsSync } = await import('node:fs');
    expect(existsSync(`/proc/${readFileSync(mark, 'utf8').trim()}/cwd`)).toBe(false);
  });

  it('says of every module that nothing is known when the sandbox is gone', async () => {
    const sandbox = await open();
    const spin = 'partial def spin (n : Nat) : Nat := spin (n + 1)\n\n#eval spin 0\n';
    const running = elaborate(sandbox, { path: 'A', source: spin });
    await sandbox[Symbol.asyncDispose]();
    expect((await running).outcome).toBe('unfinished');
    expect((await elaborate(sandbox, { path: 'B' })).outcome).toBe('unfinished');
    expect(driver.living).toBe(0);
  });
});

describe('a process beside the modules', () => {
  const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];

  it('is seen as a sandbox: what it is given, what it writes, and how it ends', async () => {
    await using sandbox = await open();
    const process = sandbox.run(shell('read line; echo "got $line"; echo problem >&2; exit 3'));
    process.stdin.write('one\n');
    const [out, err, exit] = await Promise.all([text(process.stdout), text(process.stderr), process.exited]);
    expect({ out, err, exit }).toEqual({
      out: 'got one\n',
      err: 'problem\n',
      exit: { exitCode: 3, outOfMemory: false },
    });
    await process.disconnected;
  });

  it('finds what is compiled, and has a folder of its own', async () => {
    await using sandbox = await open();
    await elaborate(sandbox, { path: 'A', source: 'def a : Nat := 3\n' });
    const process = sandbox.run(shell('ls "${LEAN_PATH%%:*}"; ls'));
    expect(await text(process.stdout)).toBe('A.olean\n');
  });

  it('is killed with what it has started when it is disposed of, and nothing else is', async () => {
    await using sandbox = await open();
    const other = sandbox.run(shell('read line; echo other'));
    const mark = path.join(folder, 'beside');
    const process = sandbox.run(shell(`sleep 1000 & echo $! > ${mark}; echo ready; wait`));
    await new Promise((resolve) => process.stdout.once('data', resolve));
    await process[Symbol.asyncDispose]();
    expect(await process.exited).toEqual({ exitCode: 137, outOfMemory: false });
    const { readFileSync, existsSync } = await import('node:fs');
    expect(existsSync(`/proc/${readFileSync(mark, 'utf8').trim()}/cwd`)).toBe(false);
    expect((await elaborate(sandbox, { path: 'A', source: 'def a : Nat := 3\n' })).outcome).toBe('accepted');
    other.stdin.write('\n');
    expect(await text(other.stdout)).toBe('other\n');
  });

  it('ends when its stdin ends, or its sandbox', async () => {
    const sandbox = await open();
    const process = sandbox.run(shell('cat; sleep 1000'));
    process.stdin.end();
    expect((await process.exited).exitCode).toBe(137);
    const left = sandbox.run(shell('sleep 1000'));
    await sandbox[Symbol.asyncDispose]();
    await left.exited;
    await left[Symbol.asyncDispose]();
    expect(driver.living).toBe(0);
  });

  it('is read at the pace of its reader, and loses nothing', async () => {
    await using sandbox = await open();
    const process = sandbox.run(shell('head -c 8000000 /dev/zero'));
    let seen = 0;
    for await (const chunk of process.stdout) {
      seen += (chunk as Buffer).length;
      expect(process.stdout.readableLength).toBeLessThan(1_000_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toBe(8_000_000);
  });

  it('is not there when its command is not', async () => {
    await using sandbox = await open();
    const process = sandbox.run(['/no/such/program']);
    expect(await process.exited).toEqual({ exitCode: 127, outOfMemory: false });
  });
});
