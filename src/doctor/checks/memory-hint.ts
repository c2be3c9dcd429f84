import { formatBytes, type Bytes } from '../../core/bytes.ts';
import type { Finding } from '../check.ts';
import { exportCommand } from '../next-step.ts';

/** Sandboxes get as much memory as the image asks for. @param limit what they get */
export function checkMemoryHint(hint: Bytes | undefined, limit: Bytes): Finding {
  if (hint === undefined) return { verdict: 'ok', detail: 'the image asks for no certain amount', value: undefined };
  const wish = `the image asks for ${formatBytes(hint)}`;
  if (hint <= limit) {
    return { verdict: 'ok', detail: `${wish}, sandboxes get ${formatBytes(limit)}`, value: undefined };
  }
  return {
    verdict: 'warning',
    detail: `${wish}, but docker.memory_limit is ${formatBytes(limit)}: its libraries may not load`,
    next: exportCommand('MEMORY_LIMIT', `${Math.ceil(hint / 1024 ** 2)}m`),
    value: undefined,
  };
}
