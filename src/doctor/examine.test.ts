/* The whole examination against an engine and sandboxes made by hand: what depends on what, and that nothing passes unseen. */
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { someJail } from '../../test/fakes/jail.ts';
import { AppError } from '../core/app-error.ts';
import type { SandboxId } from '../core/ids.ts';
import type { ExecutionResult } from '../execution/execution-service.ts';
import { toLabels } from '../image/image-labels.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Toolchain } from '../lean/toolchain.ts';
import type { Sandbox, SandboxDriver, SandboxSpec } from '../sandbox/sandbox.ts';
import type { CheckResult } from './check.ts';
import { examine } from './examine.ts';
import type { ConfiguredProgram, Surroundings } from './surroundings.ts';

const gibibyte = 1024 ** 3;
const limits = { memory: gibibyte, cpus: 1, processes: 256, folderSize: 1024 ** 2 };
const jail = { ...someJail, limits };
const versionLine = 'Lean (version 4.27.0, Release)';
const toolchain: Toolchain = {
  version: '4.27.0',
  versionLine,
  worker: true,
  serverOptions: [],
  libraries: ['Init', 'Lean'],
};
const labels = toLabels({ toolchain, toolchainSize: 1, base: 'debian', created: '2026-01-02T03:04:05Z' });
const launch: LeanLaunch = { image: 'sha256:abc', toolchain, jail };

const enforced = `memory.max ${gibibyte}
memory.swap.max 0
pids.max 256
cpu.max 100000 100000
MemAvailable: 8388608
SwapTotal: 0
`;

/** What differs from a machine on which all is well. */
interface Changes {
  readonly info?: Readonly<Record<string, unknown>>;
  readonly apiVersion?: string;
  /** Images that the engine has. */
  readonly images?: readonly string[];
  readonly cgroup?: string;
  readonly exitCode?: number;
  readonly lean?: string;
  readonly configError?: AppError;
  /** Engines that do not answer, in words. */
  readonly passedOver?: string;
}

const healthyInfo = {
  Name: 'elsewhere',
  OSType: 'linux',
  NCPU: 2,
  MemTotal: 16 * gibibyte,
  DockerRootDir: '/var/lib/docker',
  SecurityOptions: ['name=seccomp,profile=builtin'],
  MemoryLimit: true,
  CpuCfsQuota: true,
  PidsLimit: true,
};

function fakeDocker({ info = {}, apiVersion = '1.52', images = ['lean', 'debian'] }: Changes): Docker {
  const docker = {
    version: () => Promise.resolve({ Version: '29.1.0', ApiVersion: apiVersion }),
    info: () => Promise.resolve({ ...healthyInfo, ...info }),
    getImage: (name: string) => ({
      inspect: () =>
        images.includes(name)
          ? Promise.resolve({ Id: 'sha256:abc', RepoTags: [name], Size: 1, Config: { Labels: labels } })
          : Promise.reject(Object.assign(new Error('no such image'), { statusCode: 404 })),
    }),
  };
  return docker as unknown as Docker;
}

/** Sandboxes that answer what they are asked, and are written down. */
function fakeDriver(
  { cgroup = enforced, lean = versionLine, exitCode = 0 }: Changes,
  started: SandboxSpec[],
): SandboxDriver {
  return {
    start: (spec) => {
      started.push(spec);
      return Promise.resolve(sandboxThatPrints(spec.command.includes('--version') ? lean : cgroup, exitCode));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function sandboxThatPrints(output: string, exitCode: number): Sandbox {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdout.end(output);
  stderr.end();
  stdin.resume();
  const sandbox: Partial<Sandbox> = {
    id: 'one' as SandboxId,
    stdin,
    stdout,
    stderr,
    exited: Promise.resolve({ exitCode, outOfMemory: false }),
    outOfMemory: false,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return sandbox as Sandbox;
}

function completed(): ExecutionResult {
  const position = { line: 1, column: 0 };
  const none = { text: '', omittedBytes: 0 };
  return {
    outcome: 'completed',
    diagnostics: [{ severity: 'information', message: '2', start: position, end: position }],
    stdout: none,
    stderr: none,
    timings: { queue: 0, sandbox: 1, elaborate: 1, run: 0, total: 2 },
  };
}

async function examineWith(changes: Changes): Promise<{ checks: readonly CheckResult[]; started: SandboxSpec[] }> {
  const started: SandboxSpec[] = [];
  const { images = ['lean', 'debian'], configError } = changes;
  const program: ConfiguredProgram = {
    file: undefined,
    given: [],
    image: 'lean',
    base: { image: 'debian', jail },
    others: [],
    demand: () => ({ calls: 1, sandboxes: 2 }),
    driver: fakeDriver(changes, started),
    service: { runCode: () => Promise.resolve(completed()) },
    protection: () => ({ level: 'shared-kernel', runtime: 'runc', missing: [] }),
    findLaunch: () => Promise.resolve(images.includes('lean') ? launch : undefined),
  };
  const surroundings: Surroundings = {
    env: {},
    platform: 'linux',
    hostname: 'here',
    configure: () => (configError === undefined ? Promise.resolve(program) : Promise.reject(configError)),
    connect: () =>
      Promise.resolve({
        docker: fakeDocker(changes),
        endpoint: { name: '/run/docker.sock', isSocket: true, passedOver: changes.passedOver },
      }),
    buildCommand: 'build it',
  };
  const signal = new AbortController().signal;
  const checks = await examine(surroundings, { signal, onStart: () => undefined, onResult: () => undefined });
  return { checks, started };
}

/** Names of the checks with a verdict. */
function namesWith(checks: readonly CheckResult[], verdict: CheckResult['verdict']): string[] {
  return checks.filter((check) => check.verdict === verdict).map(({ name }) => name);
}

test('where all is well, all checks pass but those that do not apply', async () => {
  const { checks } = await examineWith({});
  expect(namesWith(checks, 'ok')).toEqual([
    'configuration',
    'engine',
    'api-version',
    'platform',
    'protection',
    'image',
    'limits',
    'swap',
    'toolchain',
    'trial-run',
    'memory',
    'memory-hint',
  ]);
  expect(namesWith(checks, 'skipped')).toEqual(['disk']);
});

test('the sandbox that reads its limits has the jail of a call', async () => {
  const { started } = await examineWith({});
  expect(started[0]).toMatchObject({ image: 'sha256:abc', jail, purpose: 'probe' });
});

test('without the image the limits are read on its base, and Lean is not tried', async () => {
  const { checks, started } = await examineWith({ images: ['debian'] });
  expect(namesWith(checks, 'failed')).toEqual(['image']);
  expect(namesWith(checks, 'skipped')).toEqual(['toolchain', 'trial-run', 'memory-hint', 'disk']);
  expect(started.map(({ image }) => image)).toEqual(['debian']);
});

test('without any image the limits are not known, and nothing that needs them passes', async () => {
  const { checks, started } = await examineWith({ images: [] });
  expect(namesWith(checks, 'ok')).toEqual(['configuration', 'engine', 'api-version', 'platform', 'protection']);
  expect(started).toEqual([]);
});

describe('limits that are not enforced', () => {
  test.each<[string, Changes]>([
    ['the sandbox reads no limit', { cgroup: enforced.replace(String(gibibyte), 'max') }],
    ['the sandbox cannot read its limits', { cgroup: '' }],
    ['the sandbox breaks off', { exitCode: 2 }],
    ['the engine says it cannot limit memory', { info: { MemoryLimit: false } }],
    ['the engine does not say whether it can limit processes', { info: { PidsLimit: undefined } }],
    ['the engine has fewer CPUs than are asked for', { info: { NCPU: 0.5 } }],
  ])('%s: no code is run', async (_, changes) => {
    const { checks } = await examineWith(changes);
    expect(namesWith(checks, 'failed')).toEqual(['limits']);
    expect(namesWith(checks, 'skipped')).toEqual(['swap', 'toolchain', 'trial-run', 'memory', 'disk']);
  });
});

test('a configuration that cannot be used leaves the checks of the engine', async () => {
  const configError = new AppError({ code: 'config-invalid', hint: 'set it right' }, 'wrong');
  const { checks } = await examineWith({ configError });
  expect(checks[0]).toEqual({ name: 'configuration', verdict: 'failed', detail: 'wrong', next: 'set it right' });
  expect(namesWith(checks, 'ok')).toEqual(['engine', 'api-version', 'platform']);
});

test('an engine that is not the one that is expected is used, with a warning', async () => {
  const { checks } = await examineWith({ passedOver: 'There is nothing at unix:///a (context orbstack).' });
  expect(namesWith(checks, 'failed')).toEqual([]);
  expect(checks.find(({ name }) => name === 'engine')).toMatchObject({
    verdict: 'warning',
    detail: 'Docker 29.1.0 at /run/docker.sock. There is nothing at unix:///a (context orbstack).',
    next: expect.stringContaining('docker context use') as string,
  });
});

test('an engine that is too old is not used', async () => {
  const { checks, started } = await examineWith({ apiVersion: '1.40' });
  expect(namesWith(checks, 'failed')).toEqual(['api-version']);
  expect(started).toEqual([]);
});

test('a toolchain that is not the one of the labels is not tried', async () => {
  const { checks } = await examineWith({ lean: 'Lean (version 4.0.0)' });
  expect(namesWith(checks, 'failed')).toEqual(['toolchain']);
  expect(namesWith(checks, 'skipped')).toEqual(['trial-run', 'disk']);
});
