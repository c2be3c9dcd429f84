/* Sessions as histories: describe, list, rewind, fork; what can be read of them; what outlives the server. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { programText } from './support/programs.ts';
import { connect, type TestServer } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();

async function session(...codes: readonly string[]): Promise<string> {
  let id: string | undefined;
  for (const code of codes) {
    const result = await server().step(code, id);
    expect(result).toMatchObject({ status: 'success' });
    id = result.session_id;
  }
  return id ?? '';
}

/** What a tool returns that succeeds, as data and as text. */
async function told(
  own: TestServer,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<{ readonly data: Readonly<Record<string, unknown>>; readonly text: string }> {
  const { isError, content, structuredContent } = await own.call(tool, args);
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  expect(isError ?? false, text).toBe(false);
  return { data: structuredContent as Record<string, unknown>, text };
}

async function read(own: TestServer, uri: string): Promise<string> {
  const { contents } = await own.client.readResource({ uri });
  return contents.map((content) => ('text' in content ? content.text : '')).join('');
}

describe.concurrent('a session’s history', () => {
  it('has a numbered step for each accepted call, with its names', async () => {
    const id = await session('def a : Nat := 1\ndef b : Nat := 2\n', 'namespace A.B\ndef c : Nat := 3\nend A.B\n');
    await server().step('def bad : Nat := "x"\n', id);
    const { data, text } = await told(server(), 'describe-session', { session_id: id });
    expect(data).toMatchObject({
      session_id: id,
      step: 2,
      live: true,
      age_seconds: expect.any(Number) as unknown,
      idle_seconds: expect.any(Number) as unknown,
      steps: [
        { step: 1, names: ['a', 'b'], code: 'def a : Nat := 1\ndef b : Nat := 2\n' },
        { step: 2, names: ['A.B.c'] },
      ],
    });
    expect(data['memory_bytes']).toBeGreaterThan(1_000_000);
    expect(data['age_seconds']).toBeGreaterThanOrEqual(data['idle_seconds'] as number);
    expect(text).toMatch(/2 steps, .* old, idle for .*, container up, .* of memory/);
    expect(text).toContain('Step 1 defines a, b:\ndef a : Nat := 1');
    expect(text).toContain('Step 2 defines A.B.c:');
  });

  it('is found with list-sessions', async () => {
    const id = await session('def a : Nat := 1\n');
    const { data, text } = await told(server(), 'list-sessions', {});
    expect(data['sessions']).toContainEqual(expect.objectContaining({ session_id: id, step: 1, live: true }));
    expect(text).toContain(`${id}: 1 step, `);
  });

  it('can be taken back, and its names are free again', async () => {
    const id = await session('def a : Nat := 1\n', 'def b : Nat := 2\n', 'def c : Nat := 3\n');
    const { data, text } = await told(server(), 'rewind-session', { session_id: id, step: 1 });
    expect(data).toMatchObject({ session_id: id, step: 1 });
    expect(text).toMatch(/^Went back\./);
    expect(await server().step('def b : Nat := 20\n#eval a + b\n', id)).toMatchObject({
      status: 'success',
      step: 2,
      diagnostics: [{ message: '21' }],
    });
    expect(await server().step('#eval c\n', id)).toMatchObject({ status: 'error', step: 2 });
  });

  it('is named by the error about a name that is taken, with how to go back', async () => {
    const id = await session('def a : Nat := 1\n', 'def b : Nat := 2\n');
    const { content } = await server().call('execute-lean-persistent', { code: 'def b : Nat := 3\n', session_id: id });
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
    expect(text).toContain('b was defined in step 2 of this session. Use another name, ');
    expect(text).toContain('rewind-session with step 1');
  });

  // The stand-in toolchain knows no such definitions.
  it.skipIf(inject('isStandIn'))('has also the names that Lean’s outline leaves out', async () => {
    const code =
      'namespace A\n\nopen Nat in\ntheorem one : 1 = 1 := rfl\n\nmutual\npartial def even (n : Nat) : Bool := odd n\n' +
      'partial def odd (n : Nat) : Bool := even n\nend\n';
    const id = await session('def a : Nat := 1\n', code);
    const { data } = await told(server(), 'describe-session', { session_id: id });
    const [, step] = data['steps'] as { readonly names?: readonly string[] }[];
    expect(new Set(step?.names)).toEqual(new Set(['A.one', 'A.even', 'A.odd']));
    const again = await server().step('def odd := 1\n', id);
    expect(again.error).toContain('A.odd was defined in step 2 of this session.');
  });

  it('can be branched at any step, and the branches do not meet', async () => {
    const id = await session('def a : Nat := 1\n', 'def b : Nat := 2\n');
    const { data } = await told(server(), 'fork-session', { session_id: id, step: 1 });
    expect(data).toMatchObject({ step: 1, live: false });
    const fork = String(data['session_id']);
    expect(fork).not.toBe(id);
    expect(await server().step('def b : Nat := 20\n#eval b\n', fork)).toMatchObject({
      step: 2,
      diagnostics: [{ message: '20' }],
    });
    expect(await server().step('#eval b\n', id)).toMatchObject({ step: 3, diagnostics: [{ message: '2' }] });
  });
});

describe.concurrent('a step or a session that is not there', () => {
  it.each([
    ['rewind-session', 4],
    ['fork-session', 4],
  ])('%s refuses step %i, and says which there are', async (tool, step) => {
    const id = await session('def a : Nat := 1\n');
    const message = await server().refusal(tool, { session_id: id, step });
    expect(message).toContain(`step is ${step}, but session ${id} has 1 accepted steps`);
    expect(message).toMatch(/from 0 \(none\) to 1; describe-session lists them/);
  });

  it.each([
    ['execute-lean-persistent', { code: '#eval 1' }],
    ['inspect-lean', { line: 1, column: 0, what: 'goal' }],
    ['try-tactics', { sorry: 1, attempts: ['rfl'] }],
    ['describe-session', {}],
    ['rewind-session', { step: 0 }],
    ['fork-session', {}],
  ])('%s says that there is no such session, and what to do', async (tool, args) => {
    const message = await server().refusal(tool, { ...args, session_id: 'not-there' });
    expect(message).toMatch(/^There is no session "not-there"\./);
    expect(message).toMatch(/list-sessions shows what is open/);
  });

  it('cannot be read, either', async () => {
    await expect(read(server(), 'lean-session://not-there/source.lean')).rejects.toThrow(/no session "not-there"/);
  });
});

describe.concurrent('what can be read', () => {
  it('of a session is listed: a text that Lean accepts, and the history', async () => {
    const id = await session('def a : Nat := 1\n', 'def b : Nat := a\n\ndef main : IO Unit := IO.println "ran"\n');
    const { resources } = await server().client.listResources();
    const uris = resources.map(({ uri }) => uri).filter((uri) => uri.includes(id));
    expect(uris.sort()).toEqual([`lean-session://${id}/history.json`, `lean-session://${id}/source.lean`]);
    const source = await read(server(), `lean-session://${id}/source.lean`);
    expect(source).toContain('def b : Nat := a');
    expect(source).not.toContain('main');
    expect(await server().execute(source)).toMatchObject({ status: 'success' });
    expect(JSON.parse(await read(server(), `lean-session://${id}/history.json`))).toMatchObject({
      session_id: id,
      steps: [
        { step: 1, names: ['a'], code: 'def a : Nat := 1\n' },
        { step: 2, names: ['b'] },
      ],
    });
  });

  it('of the installation says which Lean, imports and limits there are', async () => {
    const installation = JSON.parse(await read(server(), 'lean://installation')) as Record<string, unknown>;
    const { lean_version: version } = await server().execute('#eval 1\n');
    expect(JSON.stringify(installation)).toContain(version);
    expect(installation).toMatchObject({ libraries: expect.arrayContaining(['Init', 'Lean']) as unknown });
    expect(JSON.stringify(installation)).toMatch(/timeout/);
  });
});

describe.concurrent('prompts', () => {
  it.each([
    [
      'prove-statement',
      { statement: '1 + 1 = 2' },
      ['1 + 1 = 2', 'sorry', 'goals', 'try-tactics', 'rewind-session', 'verify-lean'],
    ],
    ['fix-file', { code: 'def x := y' }, ['def x := y', 'execute-lean', 'inspect-lean', 'try-tactics', 'sorry']],
  ])('%s teaches the loop', async (name, args, words) => {
    const { messages } = await server().client.getPrompt({ name, arguments: args });
    const text = messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join('\n');
    for (const word of words) expect(text).toContain(word);
    expect(text.length).toBeLessThan(1200);
    const { tools } = await server().client.listTools();
    const known = new Set(tools.map((tool) => tool.name));
    const named = text.match(/\b(?:execute|inspect|try|rewind|fork|list|describe|cleanup)-[a-z-]+/g) ?? [];
    expect(named.filter((tool) => !known.has(tool))).toEqual([]);
  });
});

describe.concurrent('progress', () => {
  it('names the line at which Lean is, and comes at most every quarter of a second', async () => {
    const said: { readonly message: string; readonly at: number }[] = [];
    const onprogress = ({ message = '' }: { readonly message?: string | undefined }): void => {
      said.push({ message, at: performance.now() });
    };
    // An elaborator is known to be at least where its last message came from.
    const code = `def a : Nat := 1\n\n#eval 1\n\n${programText('eval-spin')}`;
    const id = await session('def before : Nat := 1\n\ndef more : Nat := 2\n');
    await server().step({ code, timeout: 3 }, id, { onprogress });
    const line = code.split('\n').findIndex((text) => text.includes('#eval spin')) + 1;
    const lines = said
      .flatMap(({ message }) => /^Lean is elaborating line (\d+)$/.exec(message)?.[1] ?? [])
      .map(Number);
    expect(lines.at(-1)).toBeGreaterThan(1);
    expect(Math.max(...lines)).toBeLessThanOrEqual(line);
    expect(said.length).toBeLessThan(20);
  });
});

describe.concurrent('with a folder for sessions, what was accepted', () => {
  async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
    await using folder = await temporaryFolder();
    await work(path.join(folder.path, 'sessions'));
  }
  const start = (folder: string): Promise<TestServer> =>
    connect({ settings: { SESSIONS_DIRECTORY: folder, POOL_ENABLED: 'false' } });

  /** A session of two steps that a server, now gone, has kept. */
  async function kept(folder: string): Promise<string> {
    await using own = await start(folder);
    const { session_id: id } = await own.step('def a : Nat := 1\n');
    await own.step('def b : Nat := a + 1\n', id);
    return id;
  }

  it('is there again after a restart, and is rebuilt on first use', async () => {
    await withFolder(async (folder) => {
      const id = await kept(folder);
      await using own = await start(folder);
      expect(await own.step('#eval a + b\n', id)).toMatchObject({
        status: 'success',
        step: 3,
        session_rebuilt: true,
        diagnostics: [{ message: '3' }],
      });
    });
  });

  it.each<[string, (file: string) => Promise<void>]>([
    [
      'cut off',
      async (file) => {
        await truncate(file, (await readFile(file)).length - 20);
      },
    ],
    [
      'empty',
      async (file) => {
        await truncate(file, 0);
      },
    ],
    [
      'changed',
      async (file) => {
        await writeFile(file, (await readFile(file, 'utf8')).replace('a + 1', 'a + 2'));
      },
    ],
  ])('is refused as a whole when its file is %s, and the error names the file', async (_, damage) => {
    await withFolder(async (folder) => {
      const id = await kept(folder);
      const name = `${id}.steps.yaml`;
      expect((await readdir(folder)).sort()).toEqual([name, `${id}.yaml`].sort());
      await damage(path.join(folder, name));
      await using own = await start(folder);
      const message = await own.refusal('execute-lean-persistent', { code: '#eval a\n', session_id: id });
      expect(message).toContain(name);
      expect(message).toMatch(/damaged|checksum|whole|shorter/);
      expect((await own.step('def fresh : Nat := 1\n')).status).toBe('success');
    });
  });

  it('is not found under a name that leads elsewhere', async () => {
    await withFolder(async (folder) => {
      await using own = await start(folder);
      for (const id of ['../kept', 'a/b', `${randomUUID()}.yaml`, '\u0000']) {
        expect(await own.refusal('execute-lean-persistent', { code: '#eval 1\n', session_id: id })).toMatch(
          /There is no session/,
        );
      }
    });
  });
});
