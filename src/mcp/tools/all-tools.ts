import type { McpServer, RegisteredTool } from '@modelcontextprotocol/server';
import { announceInputs, announceOutputs, withoutHeaders } from '../announced-schema.ts';
import { announceEnvironments, offerEnvironments, takesEnvironment } from '../environment-input.ts';
import type { RegisteredDefinition, ToolEnvironment, ToolOffer } from '../tool.ts';
import { checkBatch } from './check-batch.ts';
import { checkProject } from './check-project.ts';
import { cleanupSession } from './cleanup-session.ts';
import { describeSessionTool } from './describe-session.ts';
import { executeLeanPersistent } from './execute-lean-persistent.ts';
import { executeLean } from './execute-lean.ts';
import { findDeclarations } from './find-declarations.ts';
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
  findDeclarations,
  checkBatch,
  checkProject,
  verifyLean,
  listSessions,
  describeSessionTool,
  rewindSession,
  forkSession,
  cleanupSession,
];

const outputs = announceOutputs(allTools);
const withoutEnvironment = allTools.map(({ input }) => ({ input: offerEnvironments(input, []) }));
const inputsWithHeaders = announceInputs(withoutEnvironment);
const inputs = inputsWithHeaders.map(withoutHeaders);
/** What other tools take as well is told by the first. */
const firstWithEnvironment = allTools.findIndex(({ input }) => takesEnvironment(input));

/** Gives a server all tools. @param headers whether its clients make headers of arguments */
export function registerTools(server: McpServer, environment: ToolEnvironment, headers: boolean): void {
  const announced = headers ? inputsWithHeaders : inputs;
  const { environments } = environment;
  for (const [index, tool] of allTools.entries()) {
    const usual = announced[index] ?? {};
    const offers = environments.length > 1 && takesEnvironment(tool.input);
    const input = offers ? announceEnvironments(usual, environments, index > firstWithEnvironment) : usual;
    const registered = tool.register(server, environment, { input, output: outputs[index] ?? {} });
    if (tool === verifyLean) offer(registered, environment.verifyOffer);
    if (tool === findDeclarations) offer(registered, environment.findOffer);
  }
}

/** Takes a tool back where no image can serve it: at once when that is known, and otherwise, with a word to the client, when it is. */
function offer(registered: RegisteredTool, { isOut, look }: ToolOffer): void {
  if (isOut) registered.disable();
  void look().then((isOutNow) => {
    if (isOutNow && registered.enabled) registered.disable();
  });
}
