import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { AppError } from '../core/app-error.ts';
import { loadConfig, type ConfigSources, type LoadedConfig } from './load-config.ts';
import { describeOrigin } from './origin.ts';
import { defaultSettings } from './resolve-settings.ts';
import { settingKeys, type SettingName } from './setting-keys.ts';

const homeFile = '/home/ada/.lean-docker-mcp/config.yaml';

/** Loads with these files on the disk and nothing else. */
function load(files: Readonly<Record<string, string>>, sources: Partial<ConfigSources> = {}): Promise<LoadedConfig> {
  const readFile = (path: string): Promise<string> => {
    const text = files[path];
    return text === undefined
      ? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }))
      : Promise.resolve(text);
  };
  return loadConfig({ env: {}, homeDir: '/home/ada', currentDir: '/work', readFile, ...sources });
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'lean-config-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function refusal(
  files: Readonly<Record<string, string>>,
  sources: Partial<ConfigSources> = {},
): Promise<AppError> {
  const outcome = await load(files, sources).catch((error: unknown) => error);
  if (outcome instanceof AppError) return outcome;
  throw new Error(`expected an AppError, got ${String(outcome)}`);
}

async function problems(
  files: Readonly<Record<string, string>>,
  sources: Partial<ConfigSources> = {},
): Promise<string[]> {
  const { code, message } = await refusal(files, sources);
  expect(code).toBe('config-invalid');
  const [heading, ...rest] = message.split('\n- ');
  expect(heading).toBe('The configuration cannot be used:');
  return rest;
}

describe('precedence', () => {
  const files = { [homeFile]: 'docker:\n  timeout: 11\n  pids_limit: 11\n  max_sessions: 11\n' };
  const env = { LEAN_DOCKER_MCP_TIMEOUT: '12', LEAN_DOCKER_MCP_PIDS_LIMIT: '12' };
  const flags = [{ flag: '--timeout', key: 'docker.timeout', value: '13' }] as const;

  it('is flags over environment over file over defaults', async () => {
    const { settings } = await load(files, { env, flags });
    expect(settings.docker).toMatchObject({ timeout: 13, pids_limit: 12, max_sessions: 11, max_timeout: 300 });
  });

  it('can be traced: every setting has an origin', async () => {
    const { origins, file } = await load(files, { env, flags });
    const described = (name: SettingName): string => describeOrigin(origins.get(name) ?? expect.fail(name));
    expect(file).toBe(homeFile);
    expect([...origins.keys()]).toEqual(settingKeys.map(({ name }) => name));
    expect(described('docker.timeout')).toBe('--timeout');
    expect(described('docker.pids_limit')).toBe('LEAN_DOCKER_MCP_PIDS_LIMIT');
    expect(described('docker.max_sessions')).toBe('config.yaml line 4');
    expect(described('docker.max_timeout')).toBe('default');
    expect(described('docker.toolchain_dir')).toBe('default');
  });

  it('replaces lists as a whole, also by an empty one', async () => {
    const { settings } = await load(
      { [homeFile]: 'lean: {allowed_imports: [A, B], blocked_imports: [C]}' },
      { env: { LEAN_DOCKER_MCP_ALLOWED_IMPORTS: '' } },
    );
    expect(settings.lean).toEqual({
      allowed_imports: [],
      blocked_imports: ['C'],
      elaborator: true,
      project_roots: [],
      warm_headers: 'auto',
    });
  });
});

describe('the file', () => {
  it('is not needed: without one, everything has its default', async () => {
    const { settings, file } = await load({});
    expect(settings).toEqual(defaultSettings('/home/ada'));
    expect(settings.docker).not.toHaveProperty('toolchain_dir');
    expect(file).toBeUndefined();
  });

  it('is the one of the flag, else of the environment, else of the home folder', async () => {
    const files = { '/work/a.yaml': 'debug: true', '/home/ada/b.yaml': '', [homeFile]: '' };
    const env = { LEAN_DOCKER_MCP_CONFIG: '~/b.yaml' };
    expect(await load(files, { configPath: 'a.yaml', env })).toMatchObject({
      file: '/work/a.yaml',
      settings: { debug: true },
    });
    expect((await load(files, { env })).file).toBe('/home/ada/b.yaml');
    expect((await load(files)).file).toBe(homeFile);
  });

  it('must be there when it was asked for by name', async () => {
    expect(await problems({ [homeFile]: '' }, { configPath: 'a.yaml' })).toEqual([
      '/work/a.yaml: there is no such file (--config)',
    ]);
    expect(await problems({ [homeFile]: '' }, { env: { LEAN_DOCKER_MCP_CONFIG: '/b.yaml' } })).toEqual([
      '/b.yaml: there is no such file (LEAN_DOCKER_MCP_CONFIG)',
    ]);
  });

  it('must have a name when it was asked for', async () => {
    expect(await problems({}, { env: { LEAN_DOCKER_MCP_CONFIG: '' } })).toEqual([
      'LEAN_DOCKER_MCP_CONFIG: expected the path of a file, got ""',
    ]);
    expect(await problems({}, { configPath: '' })).toEqual(['--config: expected the path of a file, got ""']);
  });

  it('is read from the disk, where a folder in its place is told as such', async () => {
    await using home = await temporaryFolder();
    const homeDir = home.path;
    const path = join(homeDir, '.lean-docker-mcp', 'config.yaml');
    expect((await loadConfig({ env: {}, homeDir })).file).toBeUndefined();
    await mkdir(path, { recursive: true });
    await expect(loadConfig({ env: {}, homeDir })).rejects.toThrow(`${path}: cannot be read: EISDIR`);
    await rm(path, { recursive: true });
    await writeFile(path, 'docker: {timeout: 7}');
    expect((await loadConfig({ env: {}, homeDir })).settings.docker.timeout).toBe(7);
  });
});

describe('a value that cannot be used', () => {
  it.each([
    [
      { env: { LEAN_DOCKER_MCP_TIMEOUT: 'abc' } },
      'docker.timeout: expected seconds from 1 to 300, got "abc" (LEAN_DOCKER_MCP_TIMEOUT). docker.max_timeout is 300 (default)',
    ],
    [
      { env: { LEAN_DOCKER_MCP_MAX_TIMEOUT: '20' } },
      'docker.timeout: expected seconds from 1 to 20, got 30 (default). docker.max_timeout is 20 (LEAN_DOCKER_MCP_MAX_TIMEOUT)',
    ],
    [
      { env: { LEAN_DOCKER_MCP_MAX_TIMEOUT: 'long' } },
      'docker.max_timeout: expected seconds from 1 to 86400, got "long" (LEAN_DOCKER_MCP_MAX_TIMEOUT)',
    ],
    [
      { env: { LEAN_DOCKER_MCP_CPU_LIMIT: '' } },
      'docker.cpu_limit: expected a number of CPUs, 0.01 or more, got "" (LEAN_DOCKER_MCP_CPU_LIMIT)',
    ],
    [{ env: { LEAN_DOCKER_MCP_DEBUG: 'maybe' } }, 'debug: expected true or false, got "maybe" (LEAN_DOCKER_MCP_DEBUG)'],
    [
      { env: { LEAN_DOCKER_MCP_ALLOWED_IMPORTS: 'Lean,,Std' } },
      'lean.allowed_imports: expected auto, or a list of module names, such as [Lean, Mathlib.Data], got "" in the list (LEAN_DOCKER_MCP_ALLOWED_IMPORTS)',
    ],
    [
      { env: { LEAN_DOCKER_MCP_WARM_HEADERS: 'Lean,2 3' } },
      'lean.warm_headers: expected auto, or a list of headers, each the modules to import, separated by spaces, such as ["", Mathlib, Lean Std.Data], got "2 3" in the list (LEAN_DOCKER_MCP_WARM_HEADERS)',
    ],
    [
      { env: { LEAN_DOCKER_MCP_POOL_SIZE: '64' } },
      'docker.pool_size: expected auto, or a whole number from 0 to 32, got 64 (LEAN_DOCKER_MCP_POOL_SIZE)',
    ],
    [
      { flags: [{ flag: '--base', key: 'docker.base_image', value: '-v' }] },
      'docker.base_image: expected the name of an image, such as lean-docker-mcp:latest, got "-v" (--base)',
    ],
  ] as const)('is told with key, value and source: %j', async (sources, problem) => {
    expect(await problems({}, sources)).toEqual([problem]);
  });

  it('is told with its line when it is in the file, where text is not taken for a number or a switch', async () => {
    const text = 'docker:\n  timeout: "30"\n  read_only: no\n  memory_limit: 1 gig\n  cpu_limit: {a: 1}\n';
    expect(await problems({ [homeFile]: text })).toEqual([
      'docker.timeout: expected seconds from 1 to 300, got "30" (config.yaml line 2). docker.max_timeout is 300 (default)',
      'docker.read_only: expected true or false, got "no" (config.yaml line 3)',
      'docker.memory_limit: expected auto, or a size of 6m or more, such as 64m or 1g, got "1 gig" (config.yaml line 4)',
      'docker.cpu_limit: expected a number of CPUs, 0.01 or more, got {"a":1} (config.yaml line 5)',
    ]);
  });

  it('is told also where another source overrides it', async () => {
    const text = 'docker:\n  timeout: soon\n';
    const found = await problems({ [homeFile]: text }, { env: { LEAN_DOCKER_MCP_TIMEOUT: '10' } });
    expect(found).toEqual([expect.stringContaining('got "soon" (config.yaml line 2)')]);
  });
});

describe('the message', () => {
  it('lists everything that is wrong, whatever the source', async () => {
    const found = await problems(
      { [homeFile]: 'docker:\n  memry_limit: 1g\n  timeout: 400\n' },
      {
        env: { LEAN_DOCKER_MCP_TIEMOUT: '3', LEAN_DOCKER_MCP_READ_ONLY: 'x' },
        flags: [{ flag: '--debug', key: 'debug', value: 'x' }],
      },
    );
    expect(found).toEqual([
      'docker.memry_limit: unknown key (config.yaml line 2). Did you mean docker.memory_limit?',
      'LEAN_DOCKER_MCP_TIEMOUT: unknown environment variable. Did you mean LEAN_DOCKER_MCP_TIMEOUT?',
      'docker.read_only: expected true or false, got "x" (LEAN_DOCKER_MCP_READ_ONLY)',
      'debug: expected true or false, got "x" (--debug)',
      'docker.timeout: expected seconds from 1 to 300, got 400 (config.yaml line 3). docker.max_timeout is 300 (default)',
    ]);
  });

  it('says which file it is about and where the keys are explained', async () => {
    expect((await refusal({ [homeFile]: 'x: 1' })).hint).toBe(
      `The file is ${homeFile}. Every key is explained in docs/configuration.md.`,
    );
    expect((await refusal({}, { env: { LEAN_DOCKER_MCP_X: '' } })).hint).toBe(
      'Every key is explained in docs/configuration.md.',
    );
  });
});

describe('a path of this machine', () => {
  it.each([
    ['~/lean', '/home/ada/lean'],
    ['/opt/lean', '/opt/lean'],
    ['toolchains/lean', '/etc/team/toolchains/lean'],
    ['~lean', '/etc/team/~lean'],
  ])('starts, in a file, from the folder of the file: %s', async (written, path) => {
    const text = stringify({ docker: { toolchain_dir: written } });
    const { settings } = await load({ '/etc/team/c.yaml': text }, { configPath: '/etc/team/c.yaml' });
    expect(settings.docker.toolchain_dir).toBe(path);
  });

  it('starts, elsewhere, from the current folder', async () => {
    const { settings } = await load({ [homeFile]: '' }, { env: { LEAN_TOOLCHAIN_DIR: '../lean' } });
    expect(settings.docker.toolchain_dir).toBe('/lean');
  });

  const ofPaths = settingKeys.filter(({ expected }) => /^(?:none, or )?the path of a (?:file|folder)$/.test(expected));

  it('is, besides the toolchain, where sessions, keys, tokens, what NATS asks for and the audit are', () => {
    expect(ofPaths.map(({ name, expected }) => [name, expected])).toEqual([
      ['docker.toolchain_dir', 'the path of a folder'],
      ['sessions.directory', 'none, or the path of a folder'],
      ['verify.signing_key', 'the path of a file'],
      ['http.tokens_file', 'the path of a file'],
      ['nats.credentials_file', 'the path of a file'],
      ['nats.ca_file', 'the path of a file'],
      ['telemetry.audit_file', 'the path of a file'],
    ]);
  });

  it.each(ofPaths)('is absolute in every setting, wherever it is given: $name', async (key) => {
    const { section = '', shortName, name, variable } = key;
    const valueIn = ({ settings }: LoadedConfig): unknown => {
      const inSection: unknown = Reflect.get(settings, section);
      return (inSection as Readonly<Record<string, unknown>>)[shortName];
    };
    const inFile = stringify({ [section]: { [shortName]: '~/there' } });
    expect(valueIn(await load({ [homeFile]: inFile }))).toBe('/home/ada/there');
    expect(valueIn(await load({}, { env: { [variable]: 'there' } }))).toBe('/work/there');
    expect(valueIn(await load({}, { flags: [{ flag: '--there', key: name, value: '~' }] }))).toBe('/home/ada');
  });
});

it('settings that are written in the file, in the environment or after flags mean the same', async () => {
  const sizes = fc.constantFrom('6m', '64m', '1.5g', '8388608', '2GiB');
  const moduleNames = fc.array(fc.constantFrom('Lean', 'Mathlib.Data', 'A_1.«b, c»', 'Ünï'), { maxLength: 4 });
  const written = fc.record(
    {
      debug: fc.boolean(),
      'docker.image': fc.constantFrom('lean:4', 'host:5000/a/b@sha256:00'),
      'docker.working_dir': fc.constantFrom('/w', '/home/a b/'),
      'docker.memory_limit': fc.oneof(fc.constant('auto'), sizes),
      'docker.max_output': sizes,
      'docker.cpu_limit': fc.integer({ min: 1, max: 6400 }).map((hundredths) => hundredths / 100),
      'docker.timeout': fc.integer({ min: 1, max: 300 }),
      'docker.max_timeout': fc.integer({ min: 300, max: 86_400 }),
      'docker.read_only': fc.boolean(),
      'docker.pool_size': fc.oneof(fc.constant('auto'), fc.integer({ min: 0, max: 32 })),
      'lean.warm_headers': fc.oneof(fc.constant('auto'), fc.constantFrom<string[]>([''], ['Lean', 'Std A.B'])),
      'lean.allowed_imports': fc.oneof(fc.constant('auto'), moduleNames),
      'lean.blocked_imports': moduleNames,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(written, async (values) => {
      const given = settingKeys.flatMap((key) => {
        const value = new Map<string, string | number | boolean | string[]>(Object.entries(values)).get(key.name);
        return value === undefined
          ? []
          : [{ key, value, text: Array.isArray(value) ? value.join(',') : String(value) }];
      });
      const inSection = (section?: string) =>
        Object.fromEntries(
          given.filter(({ key }) => key.section === section).map(({ key, value }) => [key.shortName, value]),
        );
      const file = stringify({ ...inSection(), docker: inSection('docker'), lean: inSection('lean') });

      const fromFile = await load({ [homeFile]: file });
      const fromEnv = await load({}, { env: Object.fromEntries(given.map(({ key, text }) => [key.variable, text])) });
      const flags = given.map(({ key, text }) => ({ flag: `--${key.shortName}`, key: key.name, value: text }));
      const fromFlags = await load({}, { flags });

      expect(fromEnv.settings).toEqual(fromFile.settings);
      expect(fromFlags.settings).toEqual(fromFile.settings);
      for (const key of settingKeys) {
        const source = given.some((one) => one.key === key) ? 'file' : 'default';
        expect(fromFile.origins.get(key.name)?.source).toBe(source);
      }
    }),
    { numRuns: 200 },
  );
});

it('settings can be written out and read back unchanged', async () => {
  const pick = fc.record({
    bytes: fc.integer({ min: 6 * 1024 ** 2, max: 2 ** 50 }),
    seconds: fc.integer({ min: 1, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(pick, async ({ bytes, seconds }) => {
      const { docker, ...rest } = defaultSettings('/etc');
      const settings = {
        ...rest,
        docker: { ...docker, memory_limit: bytes, tmpfs_size: bytes, timeout: seconds },
      };
      expect((await load({ [homeFile]: stringify(settings) })).settings).toEqual(settings);
    }),
  );
});
