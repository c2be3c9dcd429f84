import { McpServer, type ProtocolEra } from '@modelcontextprotocol/server';
import { registerPrompts } from './prompts/all-prompts.ts';
import { registerInstallationResource } from './resources/installation-resource.ts';
import { registerProofViewResource } from './resources/proof-view-resource.ts';
import { registerResultResource } from './resources/result-resource.ts';
import { registerSessionResources } from './resources/session-resources.ts';
import { registerSkillResource } from './resources/skill-resource.ts';
import { registerSubscriptions } from './resources/subscriptions.ts';
import type { ToolEnvironment } from './tool.ts';
import { registerTools } from './tools/all-tools.ts';

/** Who we are, as clients see it. */
export interface ServerIdentity {
  readonly name: string;
  readonly version: string;
}

/** What a protocol server is made for. */
export interface Connection {
  readonly era: ProtocolEra;
  /** Whether it stays open for many requests, so that the server can say something by itself. */
  readonly lasts: boolean;
}

/** A protocol server with all tools. Cheap and without state of its own: one is made for each connection. */
export function createMcpServer(
  identity: ServerIdentity,
  environment: ToolEnvironment,
  { era, lasts }: Connection,
): McpServer {
  const server = new McpServer(identity, {
    instructions: instructions(environment),
    // Where connections do not last, those of 2026 have their subscriptions served beside them.
    capabilities: { resources: { subscribe: lasts || era === 'modern' } },
    cacheHints: { 'tools/list': { ttlMs: 3_600_000, cacheScope: 'public' } },
  });
  // Without a connection that stays open it is HTTP, where a proxy can route by the headers.
  registerTools(server, environment, era === 'modern' && !lasts);
  registerSessionResources(server, environment.sessions);
  registerResultResource(server, environment);
  registerInstallationResource(server, environment);
  registerSkillResource(server);
  registerProofViewResource(server, environment);
  if (lasts) registerSubscriptions(server, environment.sessions, era);
  registerPrompts(server);
  return server;
}

function instructions({ limits, network }: ToolEnvironment): string {
  return [
    `Runs Lean 4 in locked-down containers ${network ? 'that have a network' : 'without network'}.`,
    'execute-lean: one self-contained text, nothing kept. execute-lean-persistent: build up definitions and proofs step by step in a session; keep its session_id, and end it with cleanup-session.',
    'Read status first, then outcome and error. Lean’s messages are in diagnostics; a rejected text is a normal result: fix the code at the given line and column and call again. outcome timed-out, out-of-memory or crashed means that nothing is known about the code’s correctness. sorry is only a warning: a proof with sorry is not finished.',
    'Lines count from 1, columns from 0 in Unicode code points, in arguments and in results. What results of several tools have in common (diagnostics, goals, timings_ms) is told by the schema of the first.',
    'A long result is cut: truncated counts what was left out, and full_result is a resource with all of it.',
    `A call may run ${limits.defaultTimeoutS} s, or up to ${limits.maxTimeoutS} s with timeout.`,
  ].join('\n');
}
