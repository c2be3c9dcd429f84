import { formatBytes } from '../../core/bytes.ts';
import type { Finding } from '../check.ts';
import type { EngineInfo } from '../../sandbox/docker/engine-facts.ts';
import { exportCommand } from '../next-step.ts';
import type { Demand } from '../surroundings.ts';
import type { EnforcedLimits } from './cgroup-limits.ts';

const mebibyte = 1024 ** 2;

/** The machine has the memory that sandboxes may use. */
export function checkMemory({ asked, reading }: EnforcedLimits, info: EngineInfo, demand: Demand): Finding {
  const available = reading.machineAvailable;
  if (available === undefined) {
    return { verdict: 'skipped', detail: 'the sandbox did not see how much memory its machine has' };
  }
  const each = formatBytes(asked.memory);
  const free = `${formatBytes(available)} of ${formatBytes(info.MemTotal)} are available to the engine`;
  const { calls, sandboxes } = demand;
  if (sandboxes * asked.memory <= available) {
    const room = Math.floor(available / asked.memory);
    const atOnce = calls === 1 ? '1 call is' : `${calls} calls are`;
    const detail = `${free}: room for ${room} sandboxes of ${each}; ${atOnce} executed at a time`;
    return { verdict: 'ok', detail, value: undefined };
  }
  return {
    verdict: 'warning',
    detail: `${free}, but ${sandboxes} sandboxes may use ${each} each; when they do, the machine runs out of memory`,
    next: exportCommand('MEMORY_LIMIT', `${Math.max(6, Math.floor(available / sandboxes / mebibyte))}m`),
    value: undefined,
  };
}
