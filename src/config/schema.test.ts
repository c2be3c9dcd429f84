import { describe, expect, it } from 'vitest';
import { defaultSettings } from './resolve-settings.ts';
import { settingsSchema } from './schema.ts';
import { settingKeys, type SettingName } from './setting-keys.ts';

/** What the setting becomes when the file gives it this value; `undefined` when it is refused. */
function read(name: SettingName, value: unknown): unknown {
  const key = settingKeys.find((candidate) => candidate.name === name);
  return key?.schema.safeParse(value).data;
}

describe('the defaults', () => {
  it('are those that the documentation of the predecessor or of this program promises', () => {
    expect(defaultSettings('/home/ada')).toEqual({
      batches: { keep_hours: 6, max_items: 1_000_000, max_results: 1024 ** 3, max_waiting: 1000 },
      nats: { prefix: 'lean', replicas: 'auto', lease: 30, max_taken: 1000, max_share: 0.75 },
      debug: false,
      docker: {
        image: 'lean-docker-mcp:latest',
        base_image: 'debian:bookworm-slim',
        working_dir: '/home/leanuser/project',
        memory_limit: 'auto',
        cpu_limit: 1,
        pids_limit: 256,
        tmpfs_size: 128 * 1024 ** 2,
        timeout: 30,
        max_timeout: 300,
        drain_timeout: 5,
        network_disabled: true,
        read_only: true,
        output_limit: 64 * 1024,
        max_output: 64 * 1024 ** 2,
        message_limit: 16_000,
        max_code_size: 1024 ** 2,
        session_idle_timeout: 1800,
        max_sessions: 32,
        pool_enabled: true,
        pool_size: 'auto',
        pool_max_age: 300,
        idle_timeout: 600,
        result_limit: 20_000,
        max_concurrent_creations: 'auto',
        max_concurrent_calls: 'auto',
        max_waiting_calls: 256,
      },
      lean: {
        allowed_imports: 'auto',
        blocked_imports: [],
        elaborator: true,
        project_roots: [],
        warm_headers: 'auto',
      },
      sessions: { keep_days: 30, max_text: 1024 ** 2 },
      verify: { max_export: 24 * 1024 ** 2, trust_unsound_kernels: true, ready: 2 },
      http: {
        tokens_file: '/home/ada/.lean-docker-mcp/tokens.json',
        allowed_hosts: [],
        max_calls: 'auto',
        max_waiting_calls: 64,
        max_sessions: 8,
        max_body_size: 4 * 1024 ** 2,
        max_connections: 1024,
      },
      telemetry: {},
    });
  });

  it('are accepted in the form in which they are documented', () => {
    for (const { name, written } of settingKeys)
      if (written !== undefined) expect(read(name, written), name).toBeDefined();
  });
});

describe('a value that is accepted', () => {
  it.each<[SettingName, unknown, unknown]>([
    ['docker.image', 'registry.example:5000/team/Lean:v4.27.0', 'registry.example:5000/team/Lean:v4.27.0'],
    ['docker.image', 'sha256:0123abcd', 'sha256:0123abcd'],
    ['docker.working_dir', '/work/', '/work'],
    ['docker.memory_limit', 'auto', 'auto'],
    ['docker.memory_limit', '6m', 6 * 1024 ** 2],
    ['docker.memory_limit', '1.5g', 1.5 * 1024 ** 3],
    ['docker.memory_limit', 8_388_608, 8_388_608],
    ['docker.cpu_limit', 0.5, 0.5],
    ['docker.timeout', 2.5, 2.5],
    ['docker.pool_size', 0, 0],
    ['lean.warm_headers', 'auto', 'auto'],
    ['lean.warm_headers', ['', 'Lean Std'], ['', 'Lean Std']],
    ['docker.pool_size', 32, 32],
    ['lean.allowed_imports', 'auto', 'auto'],
    ['lean.allowed_imports', [], []],
    ['lean.allowed_imports', ['Mathlib.«odd, name».A_1', 'Ünï.Δ₁'], ['Mathlib.«odd, name».A_1', 'Ünï.Δ₁']],
  ])('%s: %j means %j', (name, written, value) => {
    expect(read(name, written)).toEqual(value);
  });
});

describe('a value that is refused', () => {
  it.each<[SettingName, unknown]>([
    ['debug', 'true'],
    ['debug', 1],
    ['docker.image', ''],
    ['docker.image', 'two words'],
    ['docker.image', '--privileged'],
    ['docker.base_image', 12],
    ['docker.toolchain_dir', ''],
    ['docker.working_dir', 'home/leanuser'],
    ['docker.working_dir', '/'],
    ['docker.working_dir', '//'],
    ['docker.working_dir', '/.'],
    ['docker.working_dir', '/home/../etc'],
    ['docker.working_dir', '/home/..'],
    ['docker.working_dir', '/home\n/x'],
    ['docker.memory_limit', '5m'],
    ['docker.memory_limit', '1 gigabyte'],
    ['docker.memory_limit', -1],
    ['docker.memory_limit', 8_388_608.5],
    ['docker.memory_limit', '99999999999t'],
    ['docker.cpu_limit', 0],
    ['docker.cpu_limit', -0.5],
    ['docker.cpu_limit', '1'],
    ['docker.cpu_limit', Number.POSITIVE_INFINITY],
    ['docker.cpu_limit', Number.NaN],
    ['docker.pids_limit', 7],
    ['docker.pids_limit', 64.5],
    ['docker.tmpfs_size', '1k'],
    ['docker.timeout', 0],
    ['docker.timeout', '30'],
    ['docker.max_timeout', 86_401],
    ['docker.network_disabled', 'yes'],
    ['docker.read_only', 0],
    ['docker.output_limit', 'none'],
    ['docker.max_output', '1'],
    ['docker.message_limit', 99],
    ['docker.max_code_size', 0],
    ['docker.session_idle_timeout', true],
    ['docker.max_sessions', 0],
    ['docker.pool_enabled', 'auto'],
    ['docker.pool_size', 33],
    ['docker.pool_size', -1],
    ['docker.pool_size', 'all'],
    ['docker.pool_max_age', 0],
    ['docker.max_concurrent_creations', 0],
    ['lean.allowed_imports', 'Lean'],
    ['lean.allowed_imports', ['Lean', 3]],
    ['lean.allowed_imports', ['Lean.']],
    ['lean.allowed_imports', ['.Lean']],
    ['lean.allowed_imports', ['Lean..Elab']],
    ['lean.allowed_imports', ['Lean.*']],
    ['lean.allowed_imports', ['']],
    ['lean.blocked_imports', ['«open']],
    ['lean.blocked_imports', ['1Lean']],
  ])('%s: %j', (name, written) => {
    expect(read(name, written)).toBeUndefined();
  });

  it('is also an absent one, in every setting', () => {
    const nullable = settingKeys.filter(({ schema }) => schema.safeParse(null).success);
    expect(nullable).toEqual([]);
  });
});

describe('the schema as a whole', () => {
  it('refuses keys and sections that it does not know', () => {
    expect(settingsSchema.safeParse({ docker: { memry_limit: '1g' } }).success).toBe(false);
    expect(settingsSchema.safeParse({ lean: { timeout: 3 } }).success).toBe(false);
    expect(settingsSchema.safeParse({ dokcer: {} }).success).toBe(false);
  });

  it('refuses a time limit above the longest that a call may ask for, whatever else is wrong', () => {
    const tooLong = settingsSchema.safeParse({ docker: { timeout: 61, max_timeout: 60, cpu_limit: 'many' } });
    const paths = tooLong.error?.issues.map(({ path }) => path.join('.'));
    expect(paths).toEqual(['docker.cpu_limit', 'docker.timeout']);
    expect(settingsSchema.safeParse({ docker: { timeout: 60, max_timeout: 60 } }).success).toBe(true);
  });
});
