import type { McpServer } from '@modelcontextprotocol/server';
import { announceOutputs } from '../announced-schema.ts';
import type { RegisteredDefinition, ToolEnvironment } from '../tool.ts';
import { checkBatch } from './check-batch.ts';
import { cleanupSession } from './cleanup-session.ts';
import { describeSessionTool } from './describe-session.ts';
import { executeLeanPersistent } from './execute-lean-persistent.ts';
import { executeLean } from './execute-lean.ts';
import { forkSession } from './fork-session.ts';
import { inspectLean } from './inspect-lean.ts';
import { listSessions } from './list-sessions.ts';
import { rewindSession } from './rewind-session.ts';
import { tryTacticsTool } from './try-tactics.ts';
import { verifyLean } from './verify-lean.ts';

/** Every tool, in the order in which clients see them. */
export const allTools: readonly RegisteredDefinition[] = [
  executeLean,
  executeLeanPersistent,
  inspectLean,
  tryTacticsTool,
  checkBatch,
  verifyLean,
  listSessions,
  describeSessionTool,
  rewindSession,
  forkSession,
  cleanupSession,
];

const outputs = announceOutputs(allTools);

/** Gives a server all tools. @param headers whether its clients make headers of arguments */
export function registerTools(server: McpServer, environment: ToolEnvironment, headers: boolean): void {
  for (const [index, tool] of allTools.entries()) {
    tool.register(server, environment, { output: outputs[index] ?? {}, headers });
  }
}
