import type { Protection } from '../../sandbox/sandbox.ts';
import type { Finding } from '../check.ts';

const levels: Readonly<Record<Protection['level'], string>> = {
  'own-kernel': 'sandboxes have a kernel of their own',
  'shared-kernel': 'sandboxes share the kernel of their machine',
  weakened: 'sandboxes lack what every installation should have',
};

/** What stands between code and the machine, and what does not. */
export function checkProtection({ level, runtime, missing }: Protection): Finding {
  const without = missing.length === 0 ? 'nothing is missing' : `without ${missing.join('; ')}`;
  const detail = `${level}: ${levels[level]} (runtime ${runtime}), ${without}`;
  return { verdict: level === 'weakened' ? 'warning' : 'ok', detail, value: undefined };
}
