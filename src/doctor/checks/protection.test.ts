import { expect, it } from 'vitest';
import { checkProtection } from './protection.ts';

it.each([
  [
    { level: 'own-kernel', runtime: 'runsc', missing: [] },
    'ok',
    'own-kernel: sandboxes have a kernel of their own (runtime runsc), nothing is missing',
  ],
  [
    { level: 'shared-kernel', runtime: 'runc', missing: ['a limit on swap', 'AppArmor or SELinux'] },
    'ok',
    'shared-kernel: sandboxes share the kernel of their machine (runtime runc), without a limit on swap; AppArmor or SELinux',
  ],
  [
    { level: 'weakened', runtime: 'runc', missing: ['isolation from the network'] },
    'warning',
    'weakened: sandboxes lack what every installation should have (runtime runc), without isolation from the network',
  ],
] as const)('tells the level and what is missing (%#)', (protection, verdict, detail) => {
  expect(checkProtection(protection)).toMatchObject({ verdict, detail });
});
