import type { Attack } from '../attack.ts';
import { isolationAttacks } from './isolation.ts';
import { kernelAttacks } from './kernel.ts';
import { lifeAttacks } from './life.ts';
import { networkAttacks } from './network.ts';
import { protocolAttacks } from './protocol.ts';
import { memoryAttacks } from './resources-memory.ts';
import { outputAttacks } from './resources-output.ts';
import { processAttacks } from './resources-processes.ts';
import { timeAttacks } from './resources-time.ts';

/** Every attack, in the order in which they are carried out. */
export const allAttacks: readonly Attack[] = [
  ...processAttacks,
  ...memoryAttacks,
  ...outputAttacks,
  ...timeAttacks,
  ...isolationAttacks,
  ...networkAttacks,
  ...kernelAttacks,
  ...protocolAttacks,
  ...lifeAttacks,
];
