import { formatBytes } from '../../core/bytes.ts';
import type { Finding } from '../check.ts';
import type { EngineInfo } from '../engine-facts.ts';
import { exportCommand } from '../next-step.ts';
import type { EnforcedLimits } from './cgroup-limits.ts';

const mebibyte = 1024 ** 2;

/** The machine has the memory that sandboxes may use. @param expected how many there may be at a time */
export function checkMemory({ asked, reading }: EnforcedLimits, info: EngineInfo, expected: number): Finding {
  const available = reading.machineAvailable;
  if (available === undefined) {
    return { verdict: 'skipped', detail: 'the sandbox did not see how much memory its machine has' };
  }
  const each = formatBytes(asked.memory);
  const free = `${formatBytes(available)} of ${formatBytes(info.MemTotal)} are available to the engine`;
  const needed = expected * asked.memory;
  if (needed <= available) {
    const room = Math.floor(available / asked.memory);
    return { verdict: 'ok', detail: `${free}: room for ${room} sandboxes of ${each}`, value: undefined };
  }
  return {
    verdict: 'warning',
    detail: `${free}, but ${expected} sandboxes may use ${each} each; when they do, the machine runs out of memory`,
    next: exportCommand('MEMORY_LIMIT', `${Math.max(6, Math.floor(available / expected / mebibyte))}m`),
    value: undefined,
  };
}
