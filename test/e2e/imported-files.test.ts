/* Files that the code of a call imports: compiled before it, in the sandbox in which it then is elaborated. */
import { describe, expect, inject, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { containersEverMadeBy } from './support/containers.ts';
import { programText } from './support/programs.ts';
import { inspect } from './support/proofs.ts';
import { connect, type TestServer } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const files = {
  'Foo.lean': 'import Foo.A\nimport Foo.B\n\ntheorem foo : a + b = 7 := rfl\n',
  'Foo/A.lean': 'def a : Nat := 3\n',
  'Foo/B.lean': 'import Foo.A\n\ndef b : Nat := a + 1\n',
};
/** Another text for one of them, which nothing can be elaborated with. */
const broken = { 'Foo/A.lean': 'def a : Nat := "x"\n' };

interface Described {
  readonly steps: readonly { readonly step: number; readonly files?: readonly string[] }[];
}

async function stepsOf(own: TestServer, sessionId: string): Promise<Described['steps']> {
  const { structuredContent } = await own.call('describe-session', { session_id: sessionId });
  return (structuredContent as Described).steps;
}

const server = sharedServer();

describe.concurrent.each([
  ['the elaborator', 'true'],
  ['the language server', 'false'],
])('with %s', (_, elaborator) => {
  const server = sharedServer({ settings: { ELABORATOR: elaborator } });
  const step = async (
    code: string,
    sessionId?: string,
    brought?: Readonly<Record<string, string>>,
  ): ReturnType<TestServer['step']> => await server().step({ code, ...(brought && { files: brought }) }, sessionId);

  it('code imports files, and files each other', async () => {
    const result = await server().execute({ code: 'import Foo\n#eval a + b\n', files });
    expect(result).toMatchObject({ status: 'success' });
    expect(result).toHaveDiagnostics({ severity: 'information', line: 2, column: 0, message: '7' });
    const text = { code: 'import Foo.A\n\ntheorem t : a = 3 := rfl\n#eval b\n', files };
    const { status, error } = await server().execute(text);
    expect({ status, error }).toEqual({ status: 'error', error: expect.stringContaining('at line 4') as unknown });
  });

  it('a program runs that imports files', async () => {
    const code = 'import Foo.A\n\ndef main : IO Unit := IO.println "Hello"\n';
    const result = await server().execute({ code, files });
    expect(result).toMatchObject({ status: 'success', stdout: 'Hello\n', exit_code: 0 });
    const told = await step(code, undefined, files);
    expect(told).toMatchObject({ status: 'success', stdout: 'Hello\n', exit_code: 0, step: 1 });
  });

  it('what is wrong with a file is told at its place, and the code is not looked at', async () => {
    const result = await server().execute({ code: 'import Foo\n#eval nothing\n', files: { ...files, ...broken } });
    expect(result).toMatchObject({ status: 'error', outcome: 'completed' });
    expect(result.diagnostics).toMatchObject([{ severity: 'error', file: 'Foo/A.lean', line: 1, column: 15 }]);
    expect(result.error).toMatch(/1 error in Foo\/A\.lean at line 1, column 15: .*the code itself was not looked at/is);
    const asked = await inspect(server(), {
      code: 'import Foo\n#check a\n',
      line: 2,
      column: 7,
      what: 'hover',
      files: { ...files, ...broken },
    });
    expect(asked).toMatchObject({ found: false, note: expect.stringContaining('Foo/A.lean, line 1') as unknown });
  });

  it('what a file leaves open is told with what imports it', async () => {
    const open = { 'Open.lean': 'theorem open_ : 1 = 2 := sorry\n' };
    const result = await server().execute({ code: 'import Open\n#eval 1\n', files: open });
    expect(result).toMatchObject({ status: 'success' });
    expect(result.diagnostics).toMatchObject([
      { severity: 'warning', file: 'Open.lean', message: expect.stringMatching(/sorry/) as unknown },
      { severity: 'information', message: '1' },
    ]);
  });

  it('a file that never ends is told by its name', async () => {
    const result = await server().execute({
      code: 'import Spin\n',
      files: { 'Spin.lean': programText('eval-spin') },
      timeout: 3,
    });
    expect(result).toMatchObject({ status: 'error', outcome: 'timed-out' });
  });

  it('a session keeps files, elaborates what has changed, and takes them back with their steps', async () => {
    const first = await step('import Foo\n#eval a + b\n', undefined, files);
    expect(first).toMatchObject({ status: 'success', step: 1 });
    const id = first.session_id;
    expect(await step('theorem here : a + b = 7 := rfl\n', id)).toMatchObject({ status: 'success', step: 2 });
    expect(await step('#eval b\n', id)).toMatchObject({ status: 'success', diagnostics: [{ message: '4' }] });
    // What is not accepted is not kept, files included.
    expect(await step('#eval nothing\n', id, { 'Foo/C.lean': 'def c : Nat := 9\n' })).toMatchObject({ step: 3 });
    expect(await step('import Foo.C\n#eval c\n', id)).toMatchObject({ status: 'error', step: 3 });
    expect(await step('import Foo.C\n#eval c\n', id, { 'Foo/C.lean': 'def c : Nat := 9\n' })).toMatchObject({
      status: 'success',
      step: 4,
      diagnostics: [{ message: '9' }],
    });
    expect(await step('#eval c\n', id, { 'Foo/C.lean': 'def c : Nat := 10\n' })).toMatchObject({
      status: 'success',
      step: 5,
      diagnostics: [{ message: '10' }],
    });
    expect((await stepsOf(server(), id)).map(({ files: paths = [] }) => paths.length)).toEqual([3, 0, 0, 1, 1]);
    await server().call('rewind-session', { session_id: id, step: 4 });
    expect(await step('#eval c\n', id)).toMatchObject({ status: 'success', diagnostics: [{ message: '9' }] });
    const { structuredContent } = await server().call('fork-session', { session_id: id });
    const fork = (structuredContent as { session_id: string }).session_id;
    expect(await step('#eval b + c\n', fork)).toMatchObject({ status: 'success', diagnostics: [{ message: '13' }] });
  });

  it('files that would break a step of the session are refused, and the session is as it was', async () => {
    const { session_id: id } = await step('import Foo.A\ntheorem three : a = 3 := rfl\n', undefined, files);
    const refused = await step('#eval a\n', id, { 'Foo/A.lean': 'def a : String := "x"\n' });
    expect(refused).toMatchObject({ status: 'error', step: 1 });
    expect(refused.error).toContain('because the files of this call change what it means');
    expect(await step('#eval a\n', id)).toMatchObject({ status: 'success', diagnostics: [{ message: '3' }] });
  });

  it.skipIf(inject('isStandIn'))(
    'Lean is asked about places, and tactics are tried, where files are imported',
    async () => {
      const code = 'import Foo\n\ntheorem t : b + a = 7 := sorry\n';
      const hover = await inspect(server(), { code, files, line: 3, column: 12, what: 'hover' });
      expect(hover.text).toContain('b : Nat');
      const { structuredContent } = await server().call('try-tactics', {
        code,
        files,
        sorry: 1,
        attempts: ['rfl', 'simp'],
      });
      expect(structuredContent).toMatchObject({ attempts: [{ result: 'closed' }, {}] });
      const { session_id: id } = await step('import Foo\n', undefined, files);
      const inSession = await inspect(server(), {
        session_id: id,
        code: '#check b\n',
        line: 1,
        column: 7,
        what: 'hover',
      });
      expect(inSession.text).toContain('b : Nat');
    },
  );
});

it('a call with files makes one sandbox for all of it, and none where nothing is imported of them', async () => {
  await using fresh = await connect({ settings: { POOL_ENABLED: 'false' } });
  await fresh.execute({ code: 'import Foo\n#eval a + b\n', files });
  expect(await containersEverMadeBy(fresh.pid, fresh.startedAt)).toBe(1);
  const id = (await fresh.step({ code: 'import Foo\n#eval a\n', files })).session_id;
  await fresh.step({ code: '#eval a\n', files: { 'Foo/A.lean': 'def a : Nat := 2 + 1\n' } }, id);
  expect(await containersEverMadeBy(fresh.pid, fresh.startedAt)).toBe(2);
});

it('a session’s files are checked with others on top, of which nothing is kept', async () => {
  const { session_id: id } = await server().step({ code: 'import Foo\n#eval a\n', files });
  const check = async (on: Readonly<Record<string, string>>): Promise<unknown> =>
    (await server().call('check-project', { session_id: id, files: on })).structuredContent;
  expect(await check({})).toMatchObject({ accepted: 3, elaborated: 0 });
  const { contents } = await server().client.readResource({ uri: `lean-session://${id}/history.json` });
  expect(JSON.stringify(contents)).toContain('Foo/A.lean');
  expect(
    await check({ 'Foo/B.lean': 'import Foo.A\n\ndef b : Nat := a + 2\n', 'Bar.lean': 'import Foo.A\n' }),
  ).toMatchObject({
    accepted: 3,
    rejected: 1,
    elaborated: 3,
    modules: [{ module: 'Foo', outcome: 'rejected' }],
  });
  expect(await server().step('#eval b\n', id)).toMatchObject({ status: 'success', diagnostics: [{ message: '4' }] });
});

it('files are part of a session that outlives the server', async () => {
  await using folder = await temporaryFolder();
  const settings = { SESSIONS_DIRECTORY: folder.path };
  let id: string;
  {
    await using before = await connect({ settings });
    id = (await before.step({ code: 'import Foo\n#eval a\n', files })).session_id;
    await before.step({ code: '#eval a\n', files: { 'Foo/A.lean': 'def a : Nat := 2 + 1\n' } }, id);
  }
  await using after = await connect({ settings });
  expect(await after.step('#eval a + b\n', id)).toMatchObject({
    status: 'success',
    step: 3,
    diagnostics: [{ message: '7' }],
  });
});

it('the files of a session count towards its text', async () => {
  await using narrow = await connect({ settings: { SESSIONS_MAX_TEXT: '2k' } });
  const large = { 'Large.lean': `def l := 1\n-- ${'x'.repeat(1500)}\n` };
  const { session_id: id } = await narrow.step({ code: 'import Large\n', files: large });
  const again = { 'Large.lean': `def l := 2\n-- ${'x'.repeat(1500)}\n` };
  expect(
    await narrow.refusal('execute-lean-persistent', { code: '#eval l\n', files: again, session_id: id }),
  ).toContain('sessions.max_text');
});

it('imports that neither files nor the image have are refused, and names that no file can have', async () => {
  expect(await server().execute({ code: 'import Bar\n', files })).toMatchObject({
    outcome: 'import-refused',
    error: expect.stringContaining('Bar') as unknown,
  });
  expect(await server().refusal('execute-lean', { code: '', files: { '../A.lean': '' } })).toContain(
    'leads out with ..',
  );
  expect(
    await server().refusal('inspect-lean', { code: 'x', line: 1, column: 0, what: 'hover', files: { '/A.lean': '' } }),
  ).toContain('is absolute');
  const hides = await server().execute({ code: 'import Lean\n', files: { 'Lean.lean': 'def l := 1\n' } });
  expect(hides.diagnostics).toMatchObject([
    { file: 'Lean.lean', message: expect.stringContaining('would hide') as unknown },
  ]);
});
