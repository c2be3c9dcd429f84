/*
 * What a sandbox sees of its own limits. The engine's word that it can limit memory is not enough: the files of the
 * control groups say what the kernel holds it to. Version 2 has one folder for all, version 1 has one for each controller.
 */
import { formatBytes, type Bytes } from '../core/bytes.ts';
import type { SandboxLimits } from '../sandbox/sandbox.ts';

/** Limits as the kernel has them: infinite where there is none, absent where it cannot be read. */
export interface CgroupReading {
  readonly memory?: Bytes;
  /** Memory and swap together. */
  readonly memoryAndSwap?: Bytes;
  readonly processes?: number;
  readonly cpus?: number;
  /** All memory that the sandbox's kernel has. */
  readonly kernelMemory?: Bytes;
  /** Swap of the machine that the engine is on. */
  readonly machineSwap?: Bytes;
  /** Memory of that machine that could be had now. */
  readonly machineAvailable?: Bytes;
}

const files = [
  'memory.max',
  'memory.swap.max',
  'pids.max',
  'cpu.max',
  'memory/memory.limit_in_bytes',
  'memory/memory.memsw.limit_in_bytes',
  'pids/pids.max',
  'cpu/cpu.cfs_quota_us',
  'cpu/cpu.cfs_period_us',
];

/** Prints the files, one a line, with nothing but what every shell has in it. Constant text. */
export const readCgroupCommand: readonly string[] = [
  '/bin/sh',
  '-c',
  `for file in ${files.join(' ')}; do
  if read -r value 2>/dev/null </sys/fs/cgroup/$file; then echo "$file $value"; fi
done
while read -r name value unit; do
  case $name in MemTotal:|MemAvailable:|SwapTotal:) echo "$name $value" ;; esac
done </proc/meminfo`,
];

/** Version 1 writes the largest number of whole pages where there is no limit. */
const practicallyUnlimited = 2 ** 60;

/** Reads what {@link readCgroupCommand} prints. Lines that say nothing are passed over. */
export function parseCgroupReading(output: string): CgroupReading {
  const values = new Map(
    output.split('\n').flatMap((line) => {
      const [, file, value] = /^(\S+) +(\S.*)$/.exec(line.trim()) ?? [];
      return file === undefined || value === undefined ? [] : [[file, value] as const];
    }),
  );
  const number = (file: string): number | undefined => parseNumber(values.get(file));
  const kibibytes = (name: string): Bytes | undefined => times(number(name), 1024);
  const memory = number('memory.max') ?? number('memory/memory.limit_in_bytes');
  const swap = number('memory.swap.max');
  const memoryAndSwap =
    memory !== undefined && swap !== undefined ? memory + swap : number('memory/memory.memsw.limit_in_bytes');
  const processes = number('pids.max') ?? number('pids/pids.max');
  const cpus =
    parseCpus(values.get('cpu.max')) ??
    parseCpus(`${values.get('cpu/cpu.cfs_quota_us') ?? ''} ${values.get('cpu/cpu.cfs_period_us') ?? ''}`);
  const kernelMemory = kibibytes('MemTotal:');
  const machineSwap = kibibytes('SwapTotal:');
  const machineAvailable = kibibytes('MemAvailable:');
  return {
    ...(memory !== undefined && { memory }),
    ...(memoryAndSwap !== undefined && { memoryAndSwap }),
    ...(processes !== undefined && { processes }),
    ...(cpus !== undefined && { cpus }),
    ...(kernelMemory !== undefined && { kernelMemory }),
    ...(machineSwap !== undefined && { machineSwap }),
    ...(machineAvailable !== undefined && { machineAvailable }),
  };
}

function parseNumber(value: string | undefined): number | undefined {
  if (value === 'max') return Infinity;
  if (value === undefined || !/^\d+$/.test(value)) return undefined;
  const number = Number(value);
  return number >= practicallyUnlimited ? Infinity : number;
}

/** Quota and period, as in `150000 100000`: that is one and a half CPUs. */
function parseCpus(value: string | undefined): number | undefined {
  const [, quota, period] = /^(max|-1|\d+) ([1-9]\d*)$/.exec(value ?? '') ?? [];
  if (quota === undefined || period === undefined) return undefined;
  return quota === 'max' || quota === '-1' ? Infinity : Number(quota) / Number(period);
}

function times(number: number | undefined, factor: number): number | undefined {
  return number === undefined ? undefined : number * factor;
}

/** Memory is limited in pages, which have up to this size. */
const maxPage = 64 * 1024;
/** The CPU quota is in whole microseconds. */
const cpuTolerance = 0.01;

/** Which limits are not those that were asked for, one sentence each. What cannot be read counts as not enforced. */
export function unenforcedLimits(reading: CgroupReading, asked: SandboxLimits): string[] {
  const { memory, processes, cpus } = reading;
  return [
    ...mismatch('memory', asked.memory, memory, maxPage, formatBytes),
    ...mismatch('processes', asked.processes, processes, 0, String),
    ...mismatch('CPUs', asked.cpus, cpus, asked.cpus * cpuTolerance, (count) => String(Math.round(count * 100) / 100)),
  ];
}

/**
 * Why a kernel of the sandbox's own, which shows no control groups, does not keep within the memory that was asked for.
 * It has learned its limit from the control group that it runs in; without one it has all of the machine's memory.
 */
export function memoryProblemOfOwnKernel({ kernelMemory }: CgroupReading, asked: SandboxLimits): string[] {
  return mismatch('memory', asked.memory, kernelMemory, maxPage, formatBytes);
}

function mismatch(
  what: string,
  asked: number,
  found: number | undefined,
  tolerance: number,
  show: (value: number) => string,
): string[] {
  if (found === undefined) return [`the limit of ${what} cannot be read in the sandbox`];
  if (found === Infinity) return [`there is no limit of ${what}, where ${show(asked)} was asked for`];
  if (Math.abs(found - asked) <= tolerance) return [];
  return [`the limit of ${what} is ${show(found)}, where ${show(asked)} was asked for`];
}
