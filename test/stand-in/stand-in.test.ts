import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLean, type LeanDiagnostic } from './lean-worker.ts';

interface Recording {
  readonly code?: string;
  readonly commandLine?: { readonly exitCode: number; readonly stdout: string; readonly stderr: string };
  readonly run?: Recording['commandLine'] & { readonly args: string[]; readonly stdin?: string };
  readonly server: {
    readonly steps: readonly {
      readonly sent: string;
      readonly barrier: { readonly error?: { readonly code: number } };
      readonly diagnostics: readonly LeanDiagnostic[];
    }[];
    readonly symbols: unknown;
    readonly goals?: readonly { readonly position: object; readonly plainGoal: unknown }[];
    readonly answers?: readonly { readonly method: string; readonly position: object; readonly result: unknown }[];
  };
}

const root = join(import.meta.dirname, '..');
const recordings = readdirSync(join(root, 'recordings'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const recording = JSON.parse(readFileSync(join(root, 'recordings', file), 'utf8')) as Recording;
    return { name: basename(file, '.json'), recording };
  });
const programs = readdirSync(join(root, 'programs'));
const program = (name: string): string => readFileSync(join(root, 'programs', `${name}.lean`), 'utf8');

let folder = '';
let lean = '';
let newLean = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const make = (name: string, ...options: string[]): string => {
    const made = spawnSync(process.execPath, [
      join(root, 'stand-in', 'make-toolchain.mjs'),
      join(folder, name),
      ...options,
    ]);
    expect(made.stderr.toString()).toBe('');
    return join(folder, name, 'bin', 'lean');
  };
  lean = make('old');
  newLean = make('new', '--new');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const inFolder = (text: string): string =>
  text.replaceAll("'/home/leanuser/project'", `'${process.cwd()}'`).replaceAll("'/'", `'${process.cwd()}'`);

describe('every recording, played by the language server', () => {
  it.each(recordings)('$name', async ({ name, recording: { server } }) => {
    await using worker = startLean(lean);
    let sent = '';
    for (const step of server.steps) {
      sent = name.startsWith('session-') ? sent + step.sent : step.sent;
      await worker.write(sent);
      if (step.barrier.error?.code === -32603) {
        expect(await worker.exited).not.toBe(0);
        return;
      }
      // The server that was recorded starts another worker for new imports; a worker alone goes on.
      if (step.barrier.error === undefined) {
        const said = step.diagnostics.map((item) => ({ ...item, message: inFolder(item.message) }));
        expect(await worker.diagnostics()).toEqual(said);
      }
    }
    // Where the parser gives up in the middle of a command, only Lean knows what is a command.
    if (name !== 'unclosed-comment' && name !== 'tab' && name !== 'edit-header-changes') {
      expect(await worker.request('textDocument/documentSymbol')).toEqual(server.symbols);
    }
    for (const { position, plainGoal } of server.goals ?? []) {
      expect(await worker.request('$/lean/plainGoal', { position })).toEqual(plainGoal);
    }
    for (const { method, position, result } of server.answers ?? []) {
      expect(await worker.request(method, { position })).toEqual(result);
    }
  });
});

describe('every recording, played on the command line', () => {
  const file = (code: string): string => {
    writeFileSync(join(folder, 'Main.lean'), code);
    return 'Main.lean';
  };
  const said = (args: readonly string[], input = '') => {
    const { status, stdout, stderr } = spawnSync(lean, args, { cwd: folder, input, encoding: 'utf8' });
    return { exitCode: status, stdout: stdout.replaceAll(folder, '/home/leanuser/project'), stderr };
  };
  const checked = recordings.flatMap(({ name, recording: { code, commandLine } }) =>
    // After unknown imports this Lean goes on without them; the stand-in stops, as newer ones do.
    code === undefined || commandLine === undefined || name === 'import-unknown' ? [] : [{ name, code, commandLine }],
  );
  it.each(checked)('$name', ({ code, commandLine: { exitCode, stdout, stderr } }) => {
    expect(said([file(code)])).toEqual({ exitCode, stdout, stderr });
  });

  const run = recordings.flatMap(({ name, recording: { code, run } }) => (code && run ? [{ name, code, run }] : []));
  it.each(run)('$name as a program', ({ code, run: { args, stdin, exitCode, stdout, stderr } }) => {
    file(code);
    expect(said(args, stdin)).toEqual({ exitCode, stdout, stderr });
  });
});

describe('the programs', () => {
  const shortMains = programs.filter(
    (file) => file.startsWith('main-') && !/spin|allocate|flood|sleep|waits|controls|answers/.test(file),
  );
  it.each(shortMains)('%s is accepted and ends', (file) => {
    const { status, stdout, stderr } = spawnSync(lean, ['--run', join(root, 'programs', file), 'exit 1'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: /arguments|shell|spawn/.test(file) ? 1 : 0, stderr: '' });
    expect(stdout).not.toContain('stand-in');
  });

  it('a program reads its input line by line, the last one without a line feed too', () => {
    const { stdout } = spawnSync(lean, ['--run', join(root, 'programs', 'main-echo.lean')], {
      input: 'one\ntwo',
      encoding: 'utf8',
    });
    expect(stdout).toBe('0: one\n1: two2 lines\n');
  });

  it('a program can answer before its input ends, and say something before it sleeps', async () => {
    for (const [name, input, answer] of [
      ['main-waits', 'four\n', 'heard 5'],
      ['main-sleep', '', 'started\n'],
    ] as const) {
      const running = spawn(lean, ['--run', join(root, 'programs', `${name}.lean`)]);
      running.stdin.write(input);
      const [said] = (await once(running.stdout, 'data')) as [Buffer];
      expect(said.toString()).toBe(answer);
      running.kill('SIGKILL');
    }
  });

  it('a spinning command does not keep the worker from hearing the end of its input', async () => {
    await using worker = startLean(lean);
    await worker.write(`#eval 1\n${program('eval-spin')}`);
    await expect
      .poll(() => worker.progress.at(-1), { timeout: 60_000 })
      .toEqual([{ range: { start: { line: 4, character: 0 }, end: { line: 5, character: 0 } } }]);
    worker.stdin.end();
    expect(await worker.exited).toBe(1);
  });

  it.each([
    ['eval-exit', 3],
    ['eval-exit-zero', 0],
  ])('%s ends the worker with %i', async (name, exitCode) => {
    await using worker = startLean(lean);
    await worker.write(program(name));
    expect(await worker.exited).toBe(exitCode);
  });
});

describe('what no recording has', () => {
  const messages = async (...texts: string[]): Promise<string[]> => {
    await using worker = startLean(lean);
    for (const text of texts) await worker.write(text);
    return (await worker.diagnostics()).map(({ severity, message }) => `${severity} ${message}`);
  };

  it.each([
    [
      'computes with what earlier commands define',
      'def f (a b : Nat) : Nat := a * b + 1\ndef g (s : String) := s ++ "!"\n#eval f 6 7\n#eval g s!"{f 1 2}"\n',
      ['3 43\n', '3 "3!"\n'],
    ],
    [
      'finds names in namespaces',
      'namespace A.B\ndef x := 3\n#eval x\nend A.B\n#eval A.B.x\nopen A\n#eval B.x - 5\n',
      ['3 3\n', '3 3\n', '3 0\n'],
    ],
    [
      'refuses a second declaration',
      'def x := 1\nnamespace A\ndef x := 2\nend A\ndef x := 3\n',
      ["1 'x' has already been declared"],
    ],
    [
      'runs actions',
      'def greet (s : String) : IO Unit := do\n  IO.println s!"hi {s}"\n  throw (IO.userError "enough")\n#eval greet "you"\n',
      ['3 hi you\n', '1 enough'],
    ],
    [
      'checks equations of numbers',
      'theorem a : 2 * 3 = 6 := rfl\nexample : 1 = 2 := sorry\n',
      ["2 declaration uses 'sorry'"],
    ],
    [
      'says when it does not know a text',
      '#eval 1\n#check Nat\n#eval 2\n',
      ['3 1\n', '1 stand-in toolchain: this text is not in its recordings', '3 2\n'],
    ],
    [
      'does not guess about equations that do not hold',
      'theorem a : 2 = 3 := rfl\n',
      ['1 stand-in toolchain: this text is not in its recordings'],
    ],
    ['knows no library', '#eval Nat.succ 1\n', ['1 stand-in toolchain: this text is not in its recordings']],
  ])('%s', async (_, text, expected) => {
    expect(await messages(text)).toEqual(expected);
  });

  it('a name of an edit that was taken back is unknown', async () => {
    const said = await messages('def a := 1\ndef b := 2\n', 'def a := 1\n#eval b\n');
    expect(said[0]).toBe("1 unknown identifier 'b'");
  });

  it.each([
    ['def main : IO Unit := do\n  IO.println "a"\n  IO.println (toString (add 1 2))\n', { line: 2, character: 24 }],
    ['#eval IO.println s!"sum {add}"\n', { line: 0, character: 25 }],
    ['def three := 1 +\n  add\n', { line: 1, character: 2 }],
  ])('says where an unknown name is: %j', async (text, start) => {
    await using worker = startLean(lean);
    await worker.write(text);
    expect((await worker.diagnostics())[0]).toMatchObject({ message: "unknown identifier 'add'", range: { start } });
  });

  it('edits of a part of the text count', async () => {
    await using worker = startLean(lean);
    await worker.write('def x := 1\n#eval x\n');
    await worker.edit({ start: { line: 0, character: 9 }, end: { line: 0, character: 10 } }, '22');
    expect((await worker.diagnostics()).map(({ message }) => message)).toEqual(['22\n']);
  });
});

describe('the two kinds of Lean', () => {
  it('an old worker dies of a request that it does not know, a new one answers with an error', async () => {
    await using old = startLean(lean);
    await old.write('#eval 1\n');
    old.request('nonsense/request').catch(() => undefined);
    expect(await old.exited).toBe(1);
    await using recent = startLean(newLean);
    await recent.write('#eval 1\n');
    await expect(recent.request('nonsense/request')).rejects.toMatchObject({ code: -32601 });
  });

  it('new imports are taken by an old worker and end a new one with 2', async () => {
    await using old = startLean(lean);
    await using recent = startLean(newLean);
    for (const worker of [old, recent]) {
      await worker.write('#eval 1\n');
      await worker.write('import Lean\n#eval 2\n');
    }
    expect((await old.diagnostics()).map(({ message }) => message)).toEqual(['2\n']);
    expect(await recent.exited).toBe(2);
  });

  it('an unknown import is fatal, and a new worker marks it so', async () => {
    await using recent = startLean(newLean);
    await recent.write('import Nowhere\n#eval 1\n');
    expect(await recent.diagnostics()).toMatchObject([
      { severity: 1, message: expect.stringContaining("'Nowhere'") as unknown },
    ]);
    expect(recent.progress.at(-1)).toMatchObject([{ kind: 2 }]);
  });

  it('only a new one prints JSON and takes server options', () => {
    const run = (command: string, ...args: string[]) =>
      spawnSync(command, args, { input: '#eval "🎉" ++ nope\n', encoding: 'utf8' });
    for (const option of ['--json', '-Dserver.reportDelayMs=0', '--incr-load=x'])
      expect(run(lean, option, '--stdin').status).toBe(1);
    expect(run(newLean, '-Dserver.reportDelayMs=0', '--stdin').stdout).toContain('<stdin>:1:13: error');
    const [first] = run(newLean, '--json', '--stdin').stdout.split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({
      severity: 'error',
      pos: { line: 1, column: 13 },
      data: "unknown identifier 'nope'",
    });
    expect(run(newLean, '--incr-load=x', '--stdin').status).toBe(1);
    expect(run(lean, '--version').stdout).toMatch(/^stand-in toolchain \(version 4\.0\.0, /);
  });

  it('a server answers initialize, a worker does not', async () => {
    await using server = startLean(lean, '--server');
    await server.write('#eval 1\n');
    await server.notify('initialized');
    expect(await server.diagnostics()).toHaveLength(1);
    await server.notify('exit');
    expect(await server.exited).toBe(0);
  });
});
