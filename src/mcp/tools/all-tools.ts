import type { RegisteredDefinition } from '../tool.ts';
import { cleanupSession } from './cleanup-session.ts';
import { executeLeanPersistent } from './execute-lean-persistent.ts';
import { executeLean } from './execute-lean.ts';

/** Every tool, in the order in which clients see them. */
export const allTools: readonly RegisteredDefinition[] = [executeLean, executeLeanPersistent, cleanupSession];
