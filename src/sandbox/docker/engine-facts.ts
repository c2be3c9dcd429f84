/*
 * What the engine says of itself, read in this one place. Engines differ in what they tell (Podman, old Docker), so nothing
 * but the version must be there: what is not told is empty, and a limit that is not told is not enforced.
 */
import type Docker from 'dockerode';
import { z } from 'zod';
import { isObject } from '../../core/is-object.ts';
import { toEngineError } from './docker-errors.ts';

const text = z.string().catch('');
const version = z.object({
  Version: text,
  ApiVersion: text,
  Components: z.array(z.object({ Name: text })).catch([]),
});
const info = z.object({
  Name: text,
  ServerVersion: text,
  OperatingSystem: text,
  OSType: z.string().catch('linux'),
  Architecture: text,
  KernelVersion: text,
  CgroupVersion: text,
  NCPU: z.number().catch(0),
  MemTotal: z.number().catch(0),
  DockerRootDir: text,
  SecurityOptions: z.array(z.string()).catch([]),
  Runtimes: z.record(z.string(), z.object({ path: text }).catch({ path: '' })).catch({}),
  DefaultRuntime: z.string().min(1).catch('runc'),
  MemoryLimit: z.boolean().catch(false),
  SwapLimit: z.boolean().catch(false),
  CpuCfsQuota: z.boolean().catch(false),
  PidsLimit: z.boolean().catch(false),
  /** Told by Podman only. */
  BuildahVersion: text,
});

/** What the engine tells about its versions. */
export interface EngineVersion {
  readonly server: string;
  /** For instance `1.41`. */
  readonly api: string;
  readonly isPodman: boolean;
}

/** What the engine tells about the machine that it is on and what it can do there; numbers that it does not tell are 0. */
export type EngineInfo = Readonly<z.infer<typeof info>>;

/** Which runtime containers get, and what is between code in them and the kernel of the engine's machine. */
export interface RuntimeIsolation {
  readonly runtime: string;
  /** `gvisor` and `virtual-machine` (Kata Containers) are kernels of a container's own. */
  readonly kernel: 'shared' | 'gvisor' | 'virtual-machine';
}

/** Reads the answer of `GET /version`. */
export function parseEngineVersion(answer: unknown): EngineVersion {
  const { Version, ApiVersion, Components } = version.parse(isObject(answer) ? answer : {});
  return { server: Version, api: ApiVersion, isPodman: Components.some(({ Name }) => Name.startsWith('Podman')) };
}

/** Reads the answer of `GET /info`. */
export function parseEngineInfo(answer: unknown): EngineInfo {
  return info.parse(isObject(answer) ? answer : {});
}

/** Asks the engine. @throws AppError `engine-unreachable`, `engine-failed` */
export async function readEngineInfo(docker: Docker): Promise<EngineInfo> {
  const answer: unknown = await docker.info().catch((error: unknown) => {
    throw toEngineError(error, 'telling what it is');
  });
  return parseEngineInfo(answer);
}

/** Whether the engine has one of these protections. Options look like `name=seccomp,profile=default`. */
export function hasSecurityOption({ SecurityOptions }: EngineInfo, ...names: readonly string[]): boolean {
  return SecurityOptions.some((option) => names.some((name) => option.split(',').includes(`name=${name}`)));
}

/** What containers get. @param configured the runtime that was chosen; `undefined`: the engine's default */
export function isolationOf({ Runtimes, DefaultRuntime }: EngineInfo, configured?: string): RuntimeIsolation {
  const runtime = configured ?? DefaultRuntime;
  const program = `${runtime} ${Runtimes[runtime]?.path ?? ''}`;
  if (/runsc|gvisor/i.test(program)) return { runtime, kernel: 'gvisor' };
  return { runtime, kernel: /kata/i.test(program) ? 'virtual-machine' : 'shared' };
}
