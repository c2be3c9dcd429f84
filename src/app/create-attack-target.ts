/* Wires what is attacked: the program as every call uses it, with limits that are small enough to be reached soon. */
import { hostname } from 'node:os';
import type Docker from 'dockerode';
import type { AttackSetting } from '../attacks/attack.ts';
import type { AttackTarget } from '../attacks/carry-out.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Settings } from '../config/schema.ts';
import { verifierMissing } from '../lean/toolchain.ts';
import { isolationOf, readEngineInfo } from '../sandbox/docker/engine-facts.ts';
import { connectEngine } from '../sandbox/docker/engine.ts';
import { countOwnContainers } from '../sandbox/docker/own-containers.ts';
import { sandboxMemory } from './auto-settings.ts';
import { configuredEnvironments } from './configured-environments.ts';
import { wireApp } from './wire-app.ts';

const mebibyte = 1024 * 1024;
const most = {
  memory_limit: 512 * mebibyte,
  pids_limit: 128,
  tmpfs_size: 32 * mebibyte,
  max_output: 8 * mebibyte,
  output_limit: 16 * 1024,
} as const;
/** Enough for every attack, whatever calls may ask for. */
const maxTimeoutS = 300;

/** A target, and what it can do. Disposing removes what is left of it. */
export interface ReadyTarget extends AttackTarget, AsyncDisposable {
  /** Whether its image can verify proofs. Makes the image when it is missing. */
  readonly canVerify: () => Promise<boolean>;
}

/**
 * The installation that is attacked. Disposing removes what is left of it.
 *
 * @param connect gives the engine's client
 * @throws AppError when there is no engine
 */
export async function createAttackTarget(
  config: LoadedConfig,
  connect: () => Promise<Docker> = () => connectEngine(process.env),
): Promise<ReadyTarget> {
  // The first environment is attacked: what keeps code in is the same in all.
  const [{ docker: configured, lean }] = configuredEnvironments(config);
  const docker = withSmallLimits(configured);
  const settings = { ...config.settings, docker, lean, environments: undefined };
  const app = wireApp({ ...config, settings }, { purpose: 'command', connect });
  const engine = await app.connect();
  const { kernel } = isolationOf(await readEngineInfo(engine), docker.runtime);
  return {
    service: app.service,
    sessions: app.sessions,
    verify: app.verify,
    projects: app.projects,
    report: app.report,
    setting: attackSetting(docker, kernel !== 'shared'),
    countContainers: () => countOwnContainers(engine),
    canVerify: async () => {
      await app.installation();
      const launch = await app.findImage();
      return launch !== undefined && verifierMissing(launch.toolchain) === undefined;
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

type SmallLimits = Record<keyof typeof most, number>;

function withSmallLimits(docker: Settings['docker']): Settings['docker'] & SmallLimits {
  const configured = { ...docker, memory_limit: sandboxMemory(docker) };
  const limits = Object.entries(most).map(([name, limit]) => [
    name,
    Math.min(limit, configured[name as keyof typeof most]),
  ]);
  return { ...docker, ...(Object.fromEntries(limits) as SmallLimits), max_timeout: maxTimeoutS };
}

function attackSetting(docker: Settings['docker'] & SmallLimits, hasOwnKernel: boolean): AttackSetting {
  return {
    memory: docker.memory_limit,
    cpus: docker.cpu_limit,
    processes: docker.pids_limit,
    folderSize: docker.tmpfs_size,
    maxKeptOutput: docker.output_limit,
    hasOwnKernel,
    secrets: secrets(process.env),
  };
}

/** What sandboxes get on purpose, or what is the same on every machine. */
const known = new Set([
  'PATH',
  'HOME',
  'PWD',
  'OLDPWD',
  'LANG',
  'TERM',
  'SHELL',
  'USER',
  'LOGNAME',
  'SHLVL',
  'TMPDIR',
  '_',
]);
/** Shorter texts are found by chance. */
const shortestSecret = 8;

function secrets(env: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(env).flatMap(([name, value = '']) => (known.has(name) ? [] : [value]));
  const name = hostname();
  return [
    ...values.filter((value) => value.length >= shortestSecret && value !== name),
    ...(name.length < 4 ? [] : [name]),
  ];
}
