/*
 * Several environments in one server: two images, of different Leans where a second one can be made. Which Lean a call had,
 * its result tells by the version, the environment and, where both are of one version, the limits.
 */
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { readImage } from '../../src/image/read-image.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { batchClient } from './support/batch-client.ts';
import { runCommand } from './support/command.ts';
import { containersOf, engine, patience } from './support/containers.ts';
import { root } from './support/environment.ts';
import { serveHttp } from './support/http-server.ts';
import { inspect, tryTactics } from './support/proofs.ts';
import { connect, type ServerOptions, type TestServer } from './support/server.ts';

const repository = 'lean-docker-mcp:test-environments';
const oldImage = `${repository}-old`;
let oldToolchain: Awaited<ReturnType<typeof temporaryFolder>>;
let versions: Readonly<Record<'new' | 'old', string>>;

/** Two environments, the first of which is the image of the tests. */
function environments(changes: object = {}): string {
  const old = { image: oldImage, memory_limit: '700m', blocked_imports: ['Std'] };
  return JSON.stringify({ new: { image: inject('sandboxImage') }, old: { ...old, ...changes } });
}

async function serverWith(options: ServerOptions = {}): Promise<TestServer> {
  const settings = { ENVIRONMENTS: environments(), POOL_SIZE: '2', ...options.settings };
  return await connect({ ...options, settings });
}

/** What identifies the Lean of a call. */
const ranIn = (environment: 'new' | 'old') => ({ environment, lean_version: versions[environment] });

async function versionOf(image: string): Promise<string> {
  return (await readImage(await engine(), image))?.toolchain.version ?? 'no image';
}

beforeAll(async () => {
  oldToolchain = await temporaryFolder();
  let dir = inject('toolchainDir');
  if (inject('isStandIn')) {
    dir = oldToolchain.path;
    const script = path.join(root, 'test/stand-in/make-toolchain.mjs');
    await promisify(execFile)(process.execPath, [script, dir, '--says', '4.9.0']);
  }
  const settings = { ENVIRONMENTS: environments({ toolchain_dir: dir }) };
  const built = await runCommand(['image', 'build', '--name', 'old'], { settings });
  expect(built, built.stderr).toMatchObject({ exitCode: 0 });
  expect(built.stderr).toContain(`Built ${oldImage}`);
  versions = { new: await versionOf(inject('sandboxImage')), old: await versionOf(oldImage) };
});
afterAll(async () => {
  await (await engine()).getImage(oldImage).remove({ force: true });
  await oldToolchain[Symbol.asyncDispose]();
});

/** The server of tests that need nothing else; the image is there by then. */
const sharedServer = shared(() => serverWith());

const taking = [
  'execute-lean',
  'execute-lean-persistent',
  'inspect-lean',
  'try-tactics',
  'find-declarations',
  'check-batch',
  'check-project',
  'verify-lean',
];

describe.each([
  ['2025', {}],
  ['2026', { versionNegotiation: { mode: { pin: '2026-07-28' } } }],
])('for a client of %s', (_, client) => {
  it('tools offer the environments by name where there are several, and say nothing of them elsewhere', async () => {
    await using several = await serverWith({ client });
    await using one = await connect({ client });
    const offered = async ({ client: asking }: TestServer): Promise<[string, unknown][]> =>
      (await asking.listTools()).tools.flatMap(({ name, inputSchema: { properties } }) => {
        const field: unknown = properties?.['environment'];
        return field === undefined ? [] : [[name, field]];
      });
    expect(await offered(one)).toEqual([]);
    const field = { type: 'string', enum: ['new', 'old'] };
    const [first, ...others] = await offered(several);
    expect(first).toEqual([taking[0], { ...field, description: 'Which Lean; default new' }]);
    expect(others).toEqual(taking.slice(1).map((name) => [name, field]));
  });

  it('code runs in the first environment unless another is named, and the result says where', async () => {
    await using server = await serverWith({ client });
    expect(await server.execute('#eval 1 + 1')).toMatchObject({ status: 'success', ...ranIn('new') });
    const { content, structuredContent } = await server.call('execute-lean', {
      code: '#eval 1 + 1',
      environment: 'old',
    });
    expect(structuredContent).toMatchObject({ status: 'success', ...ranIn('old') });
    expect(content).toMatchObject([{ text: expect.stringContaining(`Lean ${versions.old} in old`) as unknown }]);
    // Its own settings are in force there, and the common ones elsewhere.
    const importing = { code: 'import Std\n#eval 1 + 1' };
    expect((await server.call('execute-lean', importing)).structuredContent).toMatchObject({ status: 'success' });
    expect((await server.call('execute-lean', { ...importing, environment: 'old' })).structuredContent).toMatchObject({
      outcome: 'import-refused',
      environment: 'old',
    });
  });
});

it('a result tells of no environment where there is only one', async () => {
  await using server = await connect({ settings: { POOL_ENABLED: 'false' } });
  expect(await server.execute('#eval 1 + 1')).not.toHaveProperty('environment');
  expect(await server.refusal('execute-lean', { code: '#eval 1 + 1', environment: 'old' })).toContain('environment');
});

it('an environment that is not there is refused with the names of those that are, by every tool', async () => {
  const server = sharedServer();
  const others: Readonly<Record<string, object>> = {
    'inspect-lean': { line: 1, column: 0, what: 'hover' },
    'try-tactics': { sorry: 1, attempts: ['rfl'] },
    'find-declarations': { code: undefined, query: 'Nat' },
    'check-project': { code: undefined, files: { 'A.lean': 'def a := 1' } },
    'check-batch': { code: undefined, items: [{ code: '#eval 1 + 1' }] },
    'verify-lean': {
      code: undefined,
      statement: 'theorem t : True := sorry',
      submission: 'theorem t : True := trivial',
    },
  };
  for (const tool of taking) {
    const args = { code: '#eval 1 + 1', ...others[tool], environment: 'newer' };
    const refusal = await server.refusal(tool, args);
    expect(refusal, tool).toContain('There is no environment "newer".');
    expect(refusal, tool).toContain('There is new (used when none is named), old.');
  }
});

describe('a session', () => {
  it('stays in its environment, beside sessions in others, and so does what is forked from it', async () => {
    const server = sharedServer();
    const open = async (environment: 'new' | 'old', value: number) => {
      const code = `def here : Nat := ${value}`;
      const { structuredContent } = await server.call('execute-lean-persistent', { code, environment });
      expect(structuredContent).toMatchObject({ status: 'success', step: 1, ...ranIn(environment) });
      return (structuredContent as { session_id: string }).session_id;
    };
    const [inNew, inOld] = await Promise.all([open('new', 1), open('old', 2)]);
    expect(await server.step('#eval here', inOld)).toMatchObject({ status: 'success', ...ranIn('old') });
    expect(await server.step('#eval here', inNew)).toMatchObject({ status: 'success', ...ranIn('new') });
    const named = { session_id: inOld, code: '#eval here' };
    expect(
      (await server.call('execute-lean-persistent', { ...named, environment: 'old' })).structuredContent,
    ).toMatchObject(ranIn('old'));
    const refusal = await server.refusal('execute-lean-persistent', { ...named, environment: 'new' });
    expect(refusal).toContain(`Session ${inOld} is in the environment old, and cannot go on in new.`);
    const forked = (await server.call('fork-session', { session_id: inOld })).structuredContent as Record<
      string,
      string
    >;
    expect(forked).toMatchObject({ environment: 'old' });
    expect(await server.step('#eval here', forked['session_id'])).toMatchObject(ranIn('old'));
    const { structuredContent: listed } = await server.call('list-sessions', {});
    const { sessions } = listed as { sessions: { session_id: string; environment: string }[] };
    expect(Object.fromEntries(sessions.map((one) => [one.session_id, one.environment]))).toMatchObject({
      [inNew]: 'new',
      [inOld]: 'old',
      [forked['session_id'] ?? '']: 'old',
    });
  });

  it('is asked about, and verified, where it is', async () => {
    const server = sharedServer();
    const { structuredContent } = await server.call('execute-lean-persistent', {
      code: 'def here : Nat := 1',
      environment: 'old',
    });
    const { session_id } = structuredContent as { session_id: string };
    const place = { session_id, line: 1, column: 4 };
    expect(await inspect(server, { ...place, what: 'hover' })).toMatchObject(ranIn('old'));
    const refusal = await server.refusal('inspect-lean', { ...place, what: 'hover', environment: 'new' });
    expect(refusal).toContain('cannot go on in new');
    const statement = 'theorem t : True := by\n  sorry\n';
    const verifying = await server.refusal('verify-lean', { statement, session_id, environment: 'new' });
    expect(verifying).toContain('cannot go on in new');
  });

  it('has its environment in its file, goes on in it after a restart, and not where that is no longer configured', async () => {
    await using folder = await temporaryFolder();
    const settings = { SESSIONS_DIRECTORY: folder.path, POOL_ENABLED: 'false' };
    let sessionId: string;
    {
      await using server = await serverWith({ settings });
      const args = { code: 'def kept : Nat := 7', environment: 'old' };
      const { structuredContent } = await server.call('execute-lean-persistent', args);
      sessionId = (structuredContent as { session_id: string }).session_id;
    }
    const heads = readdirSync(folder.path).map((file) => readFileSync(path.join(folder.path, file), 'utf8'));
    expect(heads.filter((text) => text.includes('environment: old\n'))).toHaveLength(1);
    {
      await using server = await serverWith({ settings });
      expect(await server.step('#eval kept', sessionId)).toMatchObject({
        status: 'success',
        session_rebuilt: true,
        ...ranIn('old'),
      });
    }
    await using server = await connect({ settings });
    const args = { code: '#eval kept', session_id: sessionId };
    const refusal = await server.refusal('execute-lean-persistent', args);
    expect(refusal).toContain(`Session ${sessionId} is in the environment old, which is not configured.`);
    // Nothing is lost.
    const { structuredContent } = await server.call('describe-session', { session_id: sessionId });
    expect(structuredContent).toMatchObject({ environment: 'old', steps: [{ names: ['kept'] }, { step: 2 }] });
  });

  it('of before there were several goes on in the first', async () => {
    await using folder = await temporaryFolder();
    const settings = { SESSIONS_DIRECTORY: folder.path, POOL_ENABLED: 'false' };
    let sessionId: string;
    {
      await using server = await connect({ settings });
      ({ session_id: sessionId } = await server.step('def kept : Nat := 7'));
    }
    await using server = await serverWith({ settings });
    expect(await server.step('#eval kept', sessionId)).toMatchObject({ status: 'success', ...ranIn('new') });
  });
});

it('questions, attempts and batches take an environment', async () => {
  const server = sharedServer();
  const code = 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n';
  expect(await inspect(server, { code, line: 1, column: 9, what: 'hover', environment: 'old' })).toMatchObject(
    ranIn('old'),
  );
  expect(
    await tryTactics(server, { code, sorry: 1, attempts: ['exact ⟨h.right, h.left⟩'], environment: 'old' }),
  ).toMatchObject(ranIn('old'));
  const { structuredContent } = await server.call('check-batch', {
    items: [{ code: '#eval 1 + 1' }, { code: 'def here : Nat := 1' }],
    environment: 'old',
  });
  expect(structuredContent).toMatchObject({ status: 'success', accepted: 2, ...ranIn('old') });
});

it('the installation tells what each environment has, and which bugs its kernel is known to have', async () => {
  await using server = await serverWith({
    settings: { ENVIRONMENTS: environments({ image: 'lean-docker-mcp:test-not-there' }) },
  });
  const read = async ({ client }: TestServer): Promise<Record<string, unknown>> => {
    const { contents } = await client.readResource({ uri: 'lean://installation' });
    return JSON.parse((contents[0] as { text: string }).text) as Record<string, unknown>;
  };
  const bugs = expect.arrayContaining([expect.objectContaining({ number: '#14577', first_good: '4.32.2' })]) as unknown;
  const first = { lean_version: versions.new, known_soundness_bugs: bugs };
  expect(await read(sharedServer())).toMatchObject({
    ...first,
    environments: [
      { name: 'new', used_when_none_is_named: true, image: inject('sandboxImage'), ...first },
      {
        name: 'old',
        image: oldImage,
        lean_version: versions.old,
        blocked_imports: ['Std'],
        limits: { memory_bytes: 700 * 1024 ** 2 },
      },
    ],
  });
  expect((await read(server))['environments']).toMatchObject([
    first,
    { name: 'old', missing: expect.stringContaining('builds it') as unknown },
  ]);
});

it('sandboxes are kept ready for each environment that is used', async () => {
  await using server = await serverWith({ settings: { POOL_SIZE: '4', WARM_HEADERS: '' } });
  const memoryOf = async (): Promise<Set<number>> => {
    const docker = await engine();
    const found = await containersOf(server.pid);
    const inspected = await Promise.all(
      found.map(({ Id }) =>
        docker
          .getContainer(Id)
          .inspect()
          .catch(() => undefined),
      ),
    );
    return new Set(inspected.flatMap((one) => one?.HostConfig.Memory ?? []));
  };
  await server.execute('#eval 1 + 1');
  await server.call('execute-lean', { code: '#eval 1 + 1', environment: 'old' });
  await vi.waitUntil(async () => {
    const memory = await memoryOf();
    return memory.size === 2 && memory.has(700 * 1024 ** 2);
  }, patience);
});

describe('from a shell', () => {
  it('run, check and verify take an environment', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.lean');
    writeFileSync(file, '#eval 1 + 1\n');
    const settings = { ENVIRONMENTS: environments() };
    const ran = await runCommand(['run', file, '--json', '--environment', 'old'], { settings });
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'success', ...ranIn('old') });
    const out = ['--out', '-'];
    const checked = await runCommand(['check', file, ...out, '--environment', 'old'], { settings });
    expect(JSON.parse(checked.stdout)).toMatchObject({ verdict: 'accepted', lean_version: versions.old });
    for (const args of [
      ['run', file],
      ['check', file],
      ['verify', file, file],
      ['image', 'build'],
    ]) {
      const flag = args[0] === 'image' ? '--name' : '--environment';
      const { exitCode, stderr } = await runCommand([...args, flag, 'newer'], { settings });
      expect([args[0], exitCode, stderr]).toEqual([
        args[0],
        2,
        expect.stringContaining('There is new (used when none is named), old.'),
      ]);
    }
  });

  it('doctor examines every environment, and tells how to build an image that is missing', async () => {
    const well = await runCommand(['doctor', '--json'], { settings: { ENVIRONMENTS: environments() } });
    const { checks } = JSON.parse(well.stdout) as { checks: { name: string; verdict: string; detail: string }[] };
    const verdicts = new Map(checks.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts.get('image')).toBe('ok');
    for (const name of ['image.old', 'toolchain.old', 'trial-run.old']) {
      expect(['ok', 'warning'], name).toContain(verdicts.get(name));
    }
    const missing = environments({ image: 'lean-docker-mcp:test-not-there' });
    const ill = await runCommand(['doctor'], { settings: { ENVIRONMENTS: missing } });
    expect(ill.stdout).toContain('image build --name old');
    expect(ill.exitCode).not.toBe(0);
  });

  it('says which part of the environments cannot be used', async () => {
    const given = JSON.stringify({ core: { memory_limit: 'much', imag: 'x' }, 'a b': {}, old: 7 });
    const { exitCode, stderr } = await runCommand(['run', '-'], { settings: { ENVIRONMENTS: given } });
    expect(exitCode).toBe(2);
    const where = '(LEAN_DOCKER_MCP_ENVIRONMENTS)';
    expect(stderr).toContain(`- environments.core.memory_limit: expected auto, or a size of 6m or more`);
    expect(stderr).toContain(`got "much" ${where}`);
    expect(stderr).toContain('- environments.core.imag: unknown key. An environment takes image, base_image,');
    expect(stderr).toContain('- environments.a b: expected a name');
    expect(stderr).toContain(`- environments.old: expected keys below it, got 7 ${where}`);
  });
});

it('batches over HTTP take an environment, and metrics tell it', async () => {
  await using server = await serveHttp({ settings: { ENVIRONMENTS: environments() } });
  const client = batchClient(server.origin);
  {
    await using unknown = await client.post('/batches?environment=newer', [{ code: '#eval 1 + 1' }]);
    expect(unknown.status).toBe(400);
    expect(JSON.stringify(await unknown.rest())).toContain('There is new (used when none is named), old.');
  }
  await using sent = await client.post('/batches?environment=old', [{ code: '#eval 1 + 1' }]);
  const [head] = await sent.rest();
  await using results = await client.get(String(head?.['results']));
  expect((await results.rest())[0]).toMatchObject({ verdict: 'accepted', lean_version: versions.old });
  const metrics = await (await fetch(`${server.origin}/metrics`)).text();
  expect(metrics).toMatch(/lean_docker_mcp_calls_total\{.*tool="batch-item".*environment="old".*\} 1/);
});
