import { formatBytes } from '../../core/bytes.ts';
import type { Finding } from '../check.ts';
import type { EnforcedLimits } from './cgroup-limits.ts';

/** A sandbox cannot go round its memory limit by swapping. */
export function checkSwap({ asked, reading }: EnforcedLimits): Finding {
  const { memoryAndSwap, machineSwap } = reading;
  if (memoryAndSwap !== undefined && memoryAndSwap <= asked.memory) {
    return { verdict: 'ok', detail: 'a sandbox gets none', value: undefined };
  }
  if (machineSwap === 0) {
    return { verdict: 'ok', detail: 'not limited, but the machine of the engine has none', value: undefined };
  }
  if (memoryAndSwap === undefined && machineSwap === undefined) {
    return { verdict: 'skipped', detail: 'the sandbox sees neither its swap nor that of its machine' };
  }
  const how =
    memoryAndSwap === undefined
      ? 'not limited, because the kernel does not account for it'
      : `memory and swap together are ${memoryAndSwap === Infinity ? 'not limited' : `limited to ${formatBytes(memoryAndSwap)}`}`;
  return {
    verdict: 'warning',
    detail: `${how}: a sandbox at its memory limit gets slow before it is stopped`,
    next: 'sudo swapoff -a  # or start the kernel with cgroup_enable=memory swapaccount=1',
    value: undefined,
  };
}
