/* execute-lean: what comes back for code that ends by itself. test/e2e/outcomes.test.ts has the other ends. */
import { describe, expect, inject, it } from 'vitest';
import { containersEverMadeBy } from './support/containers.ts';
import { programText } from './support/programs.ts';
import { connect } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();

describe.concurrent('the verdict', () => {
  it('is success, and nothing else, for code about which Lean has nothing to say', async () => {
    const result = await server().execute('def x : Nat := 1\n');
    expect(Object.keys(result).sort()).toEqual(['lean_version', 'outcome', 'status', 'timings_ms']);
    expect(result).toMatchObject({ status: 'success', outcome: 'completed' });
  });

  it.each([[''], ['\n'], ['-- only a comment'], ['/- only a\ncomment -/\n']])('is success for %j', async (code) => {
    expect(await server().execute(code)).toMatchObject({ status: 'success', outcome: 'completed' });
  });

  it('is error when Lean reports one, and says where and what', async () => {
    const result = await server().execute('def fine := 1\ndef bad : Nat := "x"\n');
    expect(result).toMatchObject({ status: 'error', outcome: 'completed' });
    expect(result).toHaveDiagnostics({ severity: 'error', line: 2, column: 17, message: /type mismatch/i });
    expect(result.error).toMatch(/rejected.*line 2, column 17: .*type mismatch/i);
  });

  it('counts several errors', async () => {
    const result = await server().execute('def bad : Nat := "x"\n#eval 7\ndef worse : Nat := "y"\n');
    expect(result.error).toMatch(/2 errors, the first at line 1, column 17/);
    expect(result).toHaveDiagnostics(
      { severity: 'error', line: 1 },
      { severity: 'information', line: 2, message: '7' },
      { severity: 'error', line: 3 },
    );
  });

  it('is success with a warning for sorry, and the text calls it unfinished', async () => {
    const args = { code: 'def x := 1\n\ntheorem todo (p : Prop) : p := sorry\n' };
    const result = await server().execute(args);
    expect(result).toMatchObject({ status: 'success', outcome: 'completed' });
    expect(result).toHaveDiagnostics({ severity: 'warning', line: 3, message: /declaration uses .sorry/ });
    const { content } = await server().call('execute-lean', args);
    expect(content).toMatchObject([
      { type: 'text', text: expect.stringMatching(/unfinished: sorry at line 3/) as unknown },
    ]);
  });

  it('names the Lean that gave it', async () => {
    const { lean_version: version } = await server().execute('');
    expect(inject('toolchainVersion')).toContain(`version ${/\S+$/.exec(version ?? '')?.[0] ?? ''},`);
    expect(version?.startsWith('stand-in')).toBe(inject('isStandIn'));
  });

  it('adds up the time it took', async () => {
    const { timings_ms: timings } = await server().execute('def main : IO Unit := IO.println "ran"');
    expect(timings.elaborate).toBeGreaterThan(0);
    expect(timings.run).toBeGreaterThan(0);
    expect(timings.total).toBeGreaterThanOrEqual(Math.max(timings.elaborate, timings.run));
  });
});

describe.concurrent('a program', () => {
  it('gets each argument as it is', async () => {
    const args = [
      'two words',
      '',
      'λ ∀ 🎉',
      '"quoted"',
      "it's",
      '$(exit 9)',
      '`id`',
      '$HOME',
      '*',
      '\\',
      ';',
      'two\nlines',
    ];
    const result = await server().execute({ code: programText('main-arguments'), args });
    expect(result.stdout).toBe(args.map((argument) => `<${argument}>\n`).join(''));
    expect(result).toMatchObject({ status: 'error', outcome: 'completed', exit_code: args.length });
  });

  it('gets arguments that look like options of Lean', async () => {
    const args = ['--help', '-h', '--', '--server', '-DmaxRecDepth=1', '-'];
    const result = await server().execute({ code: programText('main-arguments'), args });
    expect(result).toMatchObject({
      stdout: args.map((argument) => `<${argument}>\n`).join(''),
      exit_code: args.length,
    });
  });

  it.each([
    ['one\ntwo\n', '0: one\n1: two\n2 lines\n'],
    ['without an end', '0: without an end1 lines\n'],
    ['λ 🎉\n', '0: λ 🎉\n1 lines\n'],
    ['', '0 lines\n'],
  ])('reads %j from its stdin', async (stdin, stdout) => {
    const result = await server().execute({ code: programText('main-echo'), stdin });
    expect(result).toMatchObject({ status: 'success', exit_code: 0, stdout });
  });

  it('has no stdin but what it is given', async () => {
    expect(await server().execute(programText('main-echo'))).toMatchObject({ stdout: '0 lines\n' });
  });

  it.each([
    [0, 'success'],
    [1, 'error'],
    [7, 'error'],
    [255, 'error'],
  ])('that ends with %i is a %s', async (exitCode, status) => {
    const result = await server().execute({ code: programText('main-shell'), args: [`exit ${exitCode}`] });
    expect(result).toMatchObject({ status, outcome: 'completed', exit_code: exitCode });
    if (status === 'error') expect(result.error).toContain(`exit code ${exitCode}`);
  });

  it('has a stdout and a stderr', async () => {
    const result = await server().execute({ code: programText('main-shell'), args: ['echo one; echo two >&2'] });
    expect(result).toMatchObject({ stdout: 'one\n', stderr: 'two\n' });
    expect(result).toHaveDiagnostics();
  });

  it('can use files in its folder, and finds none of an earlier call', async () => {
    expect(await server().execute(programText('main-file'))).toMatchObject({ stdout: 'kept for a moment\n' });
    const result = await server().execute({ code: programText('main-shell'), args: ['ls -A; pwd'] });
    // `lean --run` reads the program from its folder; the elaborator is told it.
    expect(result.stdout).toMatch(/^(?:Main\.lean\n)?\/home\/leanuser\/project\n$/);
  });

  it('has no network, and is nobody special', async () => {
    const script =
      'cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d " "; id -u; grep CapEff /proc/self/status; cat /proc/1/environ';
    const result = await server().execute({ code: programText('main-shell'), args: [script] });
    expect(result.stdout).toMatch(/^lo\n[1-9]\d*\nCapEff:\t0+\n/);
    expect(result.stdout).not.toMatch(/DOCKER|MCP|TOKEN|KEY/i);
  });

  it('does not run when Lean rejects the text', async () => {
    const result = await server().execute('def main : IO Unit := IO.println "ran"\ndef bad : Nat := "x"\n');
    expect(result).toMatchObject({ status: 'error', outcome: 'completed' });
    expect([result.exit_code, result.stdout]).toEqual([undefined, undefined]);
  });

  it.each([
    ['a comment', '-- def main : IO Unit := IO.println "ran"\n#eval 1\n'],
    ['a block comment', '/-\ndef main : IO Unit := IO.println "ran"\n-/\n#eval 1\n'],
    ['a string', 'def s := "\ndef main : IO Unit := IO.println ran"\n#eval 1\n'],
    ['a namespace', 'namespace A\ndef main : IO Unit := IO.println "ran"\nend A\n#eval 1\n'],
    ['another name', 'def mainly : IO Unit := IO.println "ran"\n#eval 1\n'],
  ])('is not what stands in %s', async (_, code) => {
    const result = await server().execute(code);
    expect(result).toMatchObject({ status: 'success', outcome: 'completed' });
    expect([result.exit_code, result.stdout]).toEqual([undefined, undefined]);
    expect(result).toHaveDiagnostics({ severity: 'information', message: '1' });
  });
});

describe.concurrent('output', () => {
  it('of #eval is a message of severity information', async () => {
    const result = await server().execute('#eval IO.println "printed"\n#eval "text"\n');
    expect(result).toHaveDiagnostics(
      { severity: 'information', line: 1, column: 0, message: 'printed' },
      { severity: 'information', line: 2, column: 0, message: '"text"' },
    );
    expect(result.stdout).toBeUndefined();
  });

  it('of a child process that Lean does not collect is program output', async () => {
    const result = await server().execute(programText('eval-raw-output'));
    expect(result).toMatchObject({ status: 'success', outcome: 'completed', stdout: 'raw output\n' });
  });

  it('of a child process that Lean collects is not', async () => {
    const result = await server().execute(programText('eval-child-output'));
    expect(result).toHaveDiagnostics({ severity: 'information', message: 'exit code 4, stdout 4, stderr 4' });
    expect(result.stdout).toBeUndefined();
  });

  const acting = String.raw`"\x1b[31mred\x07 a\rb \u200b\u202eevil"`;
  const visible = String.raw`\x1b[31mred\x07 a\x0db \u{200b}\u{202e}evil`;
  it('in messages shows what would act on a terminal', async () => {
    const result = await server().execute(`#eval IO.println ${acting}\n`);
    expect(result).toHaveDiagnostics({ severity: 'information', message: visible });
  });

  it('of a program shows what would act on a terminal', async () => {
    expect(await server().execute(`def main : IO Unit := IO.println ${acting}\n`)).toMatchObject({
      stdout: `${visible}\n`,
    });
  });

  it('shows what would act on a terminal in quoted code too', async () => {
    const result = await server().execute('def bad : Nat := "\u202e\u0007"\n');
    expect(result).toHaveDiagnostics({ severity: 'error', message: /\\u\{202e\}\\x07/ });
  });

  it('of code that is no proper text is what can be made of it', async () => {
    expect(await server().execute('#eval "\ud800"\n')).toHaveDiagnostics({
      severity: 'information',
      message: '"\ufffd"',
    });
  });

  it('that is not UTF-8 is told apart from what is', async () => {
    expect(await server().execute(programText('main-raw-bytes'))).toMatchObject({ stdout: 'hi\ufffd\ufffd\n' });
  });
});

describe.concurrent('positions', () => {
  it.each([
    ['after astral characters', '/- 🎉🎉 -/ def bad : Nat := "x"\n', 1, 26],
    ['in a text with CRLF', 'def fine := 1\r\ndef bad : Nat := "x"\r\n', 2, 17],
    ['in a text without a last line end', 'def bad : Nat := "x"', 1, 17],
    ['behind the imports', 'import Lean\n\ndef bad : Nat := "x"\n', 3, 17],
  ])('are lines from 1 and columns in code points, %s', async (_, code, line, column) => {
    expect(await server().execute(code)).toHaveDiagnostics({ severity: 'error', line, column });
  });

  it('of the end are given too', async () => {
    const { diagnostics = [] } = await server().execute('def bad : Nat := "🎉"\n');
    expect(diagnostics).toMatchObject([{ line: 1, column: 17, end_line: 1, end_column: 20 }]);
  });
});

describe('imports', () => {
  it('that are not allowed are refused by name, before any container is made', async () => {
    await using strict = await connect({ settings: { POOL_ENABLED: 'false' } });
    for (const code of ['import System.IO', '/- a -/ import Lean import Leanx -- b\n', 'prelude\nimport Foo.Bar']) {
      const result = await strict.execute(code);
      expect(result).toMatchObject({ status: 'error', outcome: 'import-refused' });
      expect(result.error).toMatch(
        /(?:System\.IO|Leanx|Foo\.Bar) is not allowed: .*lean\.allowed_imports: auto.*the image has.* Lean\b/,
      );
    }
    const opened = await strict.call('execute-lean-persistent', { code: 'import Foo' });
    expect(opened.structuredContent).toMatchObject({ outcome: 'import-refused' });
    expect(opened.structuredContent).not.toHaveProperty('session_id');
    expect(await containersEverMadeBy(strict.pid, strict.startedAt)).toBe(0);

    await strict.execute('import Lean');
    expect(await containersEverMadeBy(strict.pid, strict.startedAt)).toBe(1);
  });

  it('are allowed and blocked by component', async () => {
    const settings = { ALLOWED_IMPORTS: 'Lean.Data', BLOCKED_IMPORTS: 'Lean.Data.Json' };
    await using other = await connect({ settings });
    expect(await other.execute('import Lean.Data.Name\n#eval 1\n')).toMatchObject({ status: 'success' });
    for (const module of ['Lean', 'Lean.Database', 'Lean.Data.Json', 'Lean.Data.Json.Basic', 'Std']) {
      expect(await other.execute(`import ${module}\n`)).toMatchObject({
        outcome: 'import-refused',
        error: expect.stringContaining(module) as unknown,
      });
    }
  });

  it('that no library provides are an error of Lean', async () => {
    const result = await server().execute('import Mathlib.Nowhere\n#eval 1\n');
    expect(result).toMatchObject({ status: 'error', outcome: 'completed' });
    expect(result.diagnostics).toContainEqual(
      expect.objectContaining({ severity: 'error', line: 1, message: expect.stringContaining('Mathlib') as unknown }),
    );
  });
});

describe.concurrent('arguments that cannot be used', () => {
  it.each([
    ['a mistyped name', { code: '', timout: 5 }, /timout/],
    ['no code', {}, /code/],
    ['code that is no text', { code: 1 }, /code/],
    ['args that are no list', { code: '', args: 'one' }, /args/],
    ['a NUL character in args', { code: '', args: ['a\0b'] }, /args.*NUL/s],
    ['a timeout of zero', { code: '', timeout: 0 }, /timeout/],
    ['a timeout that is no number', { code: '', timeout: '5 seconds' }, /timeout/],
    ['a timeout over the limit', { code: '', timeout: 301 }, /timeout is 301 s; at most 300 s.*docker\.max_timeout/s],
    [
      'code over the limit',
      { code: `-- ${'x'.repeat(2 ** 20)}` },
      /code has 1048579 bytes; at most 1048576.*docker\.max_code_size/s,
    ],
    ['stdin over the limit', { code: '', stdin: 'x'.repeat(2 ** 20 + 1) }, /stdin has 1048577 bytes/],
    ['args over the limit', { code: '', args: ['x'.repeat(2 ** 20)] }, /args has \d+ bytes/],
  ])('%s is named', async (_, args, message) => {
    expect(await server().refusal('execute-lean', args)).toMatch(message);
  });

  it('are refused in sessions too, and open none', async () => {
    expect(await server().refusal('execute-lean-persistent', { code: '', sesion_id: 'x' })).toContain('sesion_id');
    expect(await server().refusal('cleanup-session', { session: 'x' })).toMatch(/session_id/);
  });

  it('may be as large as the limit', async () => {
    const code = `#eval 1 -- ${'x'.repeat(2 ** 20 - 11)}`;
    expect(await server().execute(code)).toMatchObject({ status: 'success' });
  });
});

describe('a long result', () => {
  it('keeps both ends of the output and says how much is missing', async () => {
    await using brief = await connect({ settings: { OUTPUT_LIMIT: '1k' } });
    const result = await brief.execute({ code: programText('main-shell'), args: ['seq 5000; seq 3 >&2'] });
    expect(result).toMatchObject({ status: 'success', stderr: '1\n2\n3\n' });
    expect(result.stdout).toMatch(/^1\n2\n3\n[^]*left out[^]*\n4999\n5000\n$/);
    // 23893 bytes in all.
    expect(result.truncated).toEqual({ stdout_bytes: 23893 - 1024 });
  });

  it('keeps the errors among too many messages', async () => {
    await using brief = await connect({ settings: { MESSAGE_LIMIT: '300' } });
    const evals = Array.from({ length: 30 }, (_, i) => `#eval "message ${i}"\n`).join('');
    const result = await brief.execute(`${evals}def bad : Nat := "x"\n`);
    const { diagnostics = [], truncated = {} } = result;
    expect(diagnostics.at(-1)).toMatchObject({ severity: 'error', line: 31, column: 17 });
    expect(diagnostics.length + Number(truncated.diagnostics)).toBe(31);
    expect(diagnostics.length).toBeLessThan(31);
  });

  it('keeps both ends of a long message', async () => {
    const result = await server().execute(`#eval "${'x'.repeat(20_000)} end"\n`);
    const { diagnostics = [], truncated = {} } = result;
    expect(diagnostics[0]?.message).toMatch(/^"x+\n.* left out .*\nx+ end"$/);
    expect(truncated.message_characters).toBeGreaterThan(10_000);
  });
});
