import { randomUUID } from 'node:crypto';
import type { ContainerCreateOptions } from 'dockerode';
import { formatBytes } from '../../core/bytes.ts';
import { sandboxUserId, type Jail, type SandboxSpec } from '../sandbox.ts';
import { containerLabels } from './labels.ts';
import { seccompProfile } from './seccomp-profile.ts';

/** The engine's names of the states in which nothing runs in a container, nor will by itself. */
export const statesAtRest: ReadonlySet<string> = new Set(['created', 'exited', 'dead']);

/** Hidden: what tells about the host or other tenants. The engine's own list is replaced by this one, so it repeats it. */
const maskedPaths = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kallsyms',
  '/proc/kcore',
  '/proc/keys',
  '/proc/key-users',
  '/proc/latency_stats',
  '/proc/modules',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];

const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Who makes a container, so that operators and the orphan sweep can tell. */
export interface ContainerOwner {
  /** Host and process of the server. */
  readonly owner: string;
  /** One run of the server. */
  readonly instance: string;
  /** The server's process, as other processes on its machine can find it; see core/process-name.ts. */
  readonly process: string | undefined;
}

/**
 * The engine's create request for a sandbox. Nothing in it comes from tenant code but the program's arguments, which are
 * an argument list that no shell reads.
 */
export function containerSpec(
  spec: SandboxSpec,
  owner: ContainerOwner,
): ContainerCreateOptions & {
  Labels: Record<typeof containerLabels.creation, string>;
  HostConfig: { CgroupnsMode: string };
} {
  const { workingDir, limits, networkDisabled, readOnly, runtime, cgroupParent } = spec.jail;
  const profile = seccompProfile({ network: !networkDisabled });
  const folder = `rw,nosuid,nodev,noexec,size=${limits.folderSize},nr_inodes=16k`;
  return {
    Image: spec.image,
    Cmd: [...spec.command],
    Entrypoint: [],
    Env: Object.entries({ HOME: workingDir, TMPDIR: '/tmp', LANG: 'C.UTF-8', ...spec.env }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    User: `${sandboxUserId}:${sandboxUserId}`,
    WorkingDir: workingDir,
    Hostname: 'sandbox',
    Labels: {
      [containerLabels.owner]: owner.owner,
      [containerLabels.instance]: owner.instance,
      ...(owner.process !== undefined && { [containerLabels.process]: owner.process }),
      [containerLabels.purpose]: spec.purpose,
      [containerLabels.created]: new Date().toISOString(),
      [containerLabels.creation]: randomUUID(),
    },
    Tty: false,
    OpenStdin: true,
    // With AutoRemove: when our end of stdin closes, for instance because we died, the process ends and the container goes.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    StopSignal: 'SIGKILL',
    StopTimeout: 0,
    Healthcheck: { Test: ['NONE'] },
    NetworkDisabled: networkDisabled,
    HostConfig: {
      AutoRemove: true,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'none', Config: {} },
      NetworkMode: networkDisabled ? 'none' : 'default',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true', `seccomp=${JSON.stringify(profile)}`],
      MaskedPaths: [...maskedPaths],
      ReadonlyPaths: [...readonlyPaths],
      ReadonlyRootfs: readOnly,
      Tmpfs: {
        '/tmp': `${folder},mode=1777`,
        [workingDir]: `${folder},uid=${sandboxUserId},gid=${sandboxUserId},mode=0700`,
      },
      IpcMode: 'none',
      CgroupnsMode: 'private',
      Memory: limits.memory,
      MemorySwap: limits.memory,
      NanoCpus: Math.round(limits.cpus * 1e9),
      PidsLimit: limits.processes,
      OomScoreAdj: 500,
      ...(runtime !== undefined && { Runtime: runtime }),
      ...(cgroupParent !== undefined && { CgroupParent: cgroupParent }),
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'nofile', Soft: 1024, Hard: 4096 },
        { Name: 'memlock', Soft: 0, Hard: 0 },
        { Name: 'msgqueue', Soft: 0, Hard: 0 },
        { Name: 'rtprio', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: limits.folderSize, Hard: limits.folderSize },
      ],
    },
  };
}

/** One line on the jail, for logs. */
export function describeLimits({ limits, networkDisabled }: Jail): string {
  const { memory, cpus, processes } = limits;
  return `${formatBytes(memory)} memory, ${cpus} CPU, ${processes} processes, network ${networkDisabled ? 'off' : 'ON'}`;
}
