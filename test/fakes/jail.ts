import type { Jail } from '../../src/sandbox/sandbox.ts';

/** A jail as it is unless configured otherwise, and small. */
export const someJail: Jail = {
  workingDir: '/home/leanuser/project',
  limits: { memory: 512 * 1024 ** 2, cpus: 1, processes: 64, folderSize: 16 * 1024 ** 2 },
  networkDisabled: true,
  readOnly: true,
  runtime: undefined,
  cgroupParent: undefined,
};
