/*
 * What the engine says of itself, as far as the checks look at it. Engines differ in what they tell (Podman, old Docker),
 * so nothing but the version must be there.
 */
import { z } from 'zod';

const text = z.string().catch('');
const version = z.object({
  Version: text,
  ApiVersion: text,
  Components: z.array(z.object({ Name: text })).catch([]),
});
const info = z.object({
  Name: text,
  OperatingSystem: text,
  OSType: z.string().catch('linux'),
  Architecture: text,
  KernelVersion: text,
  CgroupVersion: text,
  NCPU: z.number().catch(0),
  MemTotal: z.number().catch(0),
  DockerRootDir: text,
  SecurityOptions: z.array(z.string()).catch([]),
  Runtimes: z.record(z.string(), z.unknown()).catch({}),
  DefaultRuntime: text,
  MemoryLimit: z.boolean().catch(false),
  CpuCfsQuota: z.boolean().catch(false),
  PidsLimit: z.boolean().catch(false),
});

/** What the engine tells about its versions. */
export interface EngineVersion {
  readonly server: string;
  /** For instance `1.41`. */
  readonly api: string;
  readonly isPodman: boolean;
}

/** What the engine tells about the machine that it is on and what it can do there. */
export type EngineInfo = z.infer<typeof info>;

/** Reads the answer of `GET /version`; what is not there is empty. */
export function readEngineVersion(answer: unknown): EngineVersion {
  const { Version, ApiVersion, Components } = version.parse(isObject(answer) ? answer : {});
  return { server: Version, api: ApiVersion, isPodman: Components.some(({ Name }) => Name.startsWith('Podman')) };
}

/** Reads the answer of `GET /info`; what is not there is empty, and a limit that is not there is not enforced. */
export function readEngineInfo(answer: unknown): EngineInfo {
  return info.parse(isObject(answer) ? answer : {});
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
