import type { CallToolResult, McpServer, RegisteredTool, ServerContext } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { BatchService } from '../batches/batch-service.ts';
import { abortable } from '../core/abortable.ts';
import { AppError, messageOf } from '../core/app-error.ts';
import type { Faults } from '../core/faults.ts';
import type { Principal } from '../core/ids.ts';
import { JoinedSignal } from '../core/joined-signal.ts';
import { makeVisible } from '../core/visible-text.ts';
import type { CallContext, ExecutionService } from '../execution/execution-service.ts';
import type { FindService } from '../execution/find-service.ts';
import type { ProjectRequest, ProjectService } from '../execution/project-service.ts';
import type { ProofService } from '../execution/proof-service.ts';
import type { SessionService } from '../execution/session-service.ts';
import type { VerifyService } from '../execution/verify-service.ts';
import type { Show, Shown } from '../report/fit-result.ts';
import type { ReportLimits } from '../report/structured-result.ts';
import type { Logger, Telemetry } from '../telemetry/telemetry.ts';
import type { AnnouncedSchema } from './announced-schema.ts';
import type { CallEnd, CallFacts, CallSubject } from './call-facts.ts';
import { errorCodeKey } from './error-code.ts';
import type { OwnResults } from './kept-results.ts';
import { rootsOf } from './client-roots.ts';
import { observeCall, observeRefusal } from './observed-call.ts';
import { presentResult } from './present-result.ts';
import { withHeartbeat } from './progress.ts';
import { argumentsSchema, resultSchema, takenArguments } from './protocol-schema.ts';
import { offerEnvironments } from './environment-input.ts';
import { announceHints, mayDoAnything, type ToolHints } from './tool-hints.ts';

/** Whether a tool that not every image can serve is out; `look` finds out, and never rejects. */
export interface ToolOffer {
  readonly isOut: boolean;
  readonly look: () => Promise<boolean>;
}

/** What tools work with; the same for every call of a principal. */
export interface ToolEnvironment {
  readonly service: ExecutionService;
  readonly sessions: SessionService;
  readonly proofs: ProofService;
  readonly batches: BatchService;
  readonly verify: VerifyService;
  readonly finding: FindService;
  /** Whether it is known that no image can verify. */
  readonly verifyOffer: ToolOffer;
  /** Whether it is known that nothing can be found in any image. */
  readonly findOffer: ToolOffer;
  readonly projects: ProjectService;
  /**
   * Reads a project from a folder of this machine, where a caller may name one. Throws AppError `usage` when it may not name
   * this one.
   *
   * @param clientRoots folders that the client has opened
   */
  readonly readFolder?: (
    folder: string,
    clientRoots: readonly string[],
  ) => Promise<Pick<ProjectRequest, 'files'> & { readonly notes: readonly string[] }>;
  /** What this installation offers, as data. Throws AppError when there is no engine or no image. */
  readonly installation: () => Promise<Readonly<Record<string, unknown>>>;
  /** Where code can run, by name, what is used when none is named first; none when there is only one without a name. */
  readonly environments: readonly string[];
  /** What a caller should know of this server before anything else, when there is something that it was not told yet. */
  readonly news: () => Promise<string | undefined>;
  readonly report: ReportLimits;
  /** Limits that are told in descriptions and checked on arguments. */
  readonly limits: {
    readonly codeBytes: number;
    readonly codeLines: number;
    readonly defaultTimeoutS: number;
    readonly maxTimeoutS: number;
    /** Of a result, as data and text together. */
    readonly resultBytes: number;
  };
  /** Whole results of which something was left out. */
  readonly results: OwnResults;
  /** Whether sandboxes have a network, so that code can act on what is outside. */
  readonly network: boolean;
  /** The page that shows results. Rejects when the program was not built. */
  readonly proofView: () => Promise<string>;
  /** Whose calls these are. */
  readonly principal: Principal;
  /** Fires when calls that are under way have had their time, with the reason that their callers are told. */
  readonly stopping: AbortSignal;
  /** Where faults that nobody caught are put down to calls. */
  readonly faults: Faults;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** The same for one call. */
export interface ToolCallEnvironment extends ToolEnvironment {
  /** Folders that the client says it has opened; none when it does not say, and for clients that cannot be asked. Never rejects. */
  readonly clientRoots: () => Promise<readonly string[]>;
}

/** A tool: its description for clients, and what it does. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** Whether code of the caller runs; Lean runs code while it elaborates, too. */
  readonly runsCode: boolean;
  /** What holds while sandboxes have no network. */
  readonly annotations: ToolHints;
  /** The page in which hosts that can show its results, if there is one. */
  readonly view?: string;
  /** What a call is about; of arguments that are refused, as far as they are as they should be. */
  readonly subject: (input: Partial<z.output<Input>>) => CallSubject;
  /** Failures are thrown as AppError and become tool errors. */
  readonly run: (
    input: z.output<Input>,
    environment: ToolCallEnvironment,
    context: CallContext,
  ) => Promise<ToolAnswer<z.output<Output>>>;
}

/** What a tool did. */
export interface ToolAnswer<Structured extends Shown['structured']> {
  readonly facts: CallFacts;
  /** Shows it in as much room as it is given. */
  readonly show: Show<{ readonly structured: Structured; readonly text: string }>;
}

/** An answer that is data, and text made of the same data. */
export function answer<Structured extends Shown['structured']>(
  facts: CallFacts,
  structure: (limits: ReportLimits) => Structured,
  render: (structured: Structured) => string,
): ToolAnswer<Structured> {
  return {
    facts,
    show: (limits) => {
      const structured = structure(limits);
      return { structured, text: render(structured) };
    },
  };
}

/** A tool with its types forgotten, as a list of tools holds it. */
export interface RegisteredDefinition {
  readonly name: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly register: (server: McpServer, environment: ToolEnvironment, announcement: Announcement) => RegisteredTool;
}

/** How a tool is announced to the client of a connection. */
export interface Announcement {
  /** The form of its arguments. */
  readonly input: AnnouncedSchema;
  /** The form of its results. */
  readonly output: AnnouncedSchema;
}

/** Prepares a tool for {@link RegisteredDefinition.register}. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: ToolDefinition<Input, Output>,
): RegisteredDefinition {
  const register: RegisteredDefinition['register'] = (server, environment, announced) => {
    const takes = offerEnvironments(tool.input, environment.environments);
    return server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: argumentsSchema(takes, announced.input, (given) => {
          observeRefusal(tool.name, tool.subject(takenArguments(tool.input, given)), environment);
        }),
        outputSchema: resultSchema(tool.output, announced.output),
        annotations: announceHints(tool.runsCode && environment.network ? mayDoAnything : tool.annotations),
        ...(tool.view !== undefined && { _meta: { ui: { resourceUri: tool.view } } }),
      },
      async (input, context) =>
        await observeCall(
          tool.name,
          tool.subject(input),
          environment,
          context.mcpReq._meta?.['traceparent'],
          (callId) => callTool(tool, input, { ...environment, clientRoots: () => rootsOf(context) }, context, callId),
        ),
    );
  };
  return { name: tool.name, input: tool.input, output: tool.output, register };
}

async function callTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: ToolDefinition<Input, Output>,
  input: z.output<Input>,
  environment: ToolCallEnvironment,
  context: ServerContext,
  callId: string,
): Promise<{ readonly result: CallToolResult; readonly end: CallEnd }> {
  using watched = environment.faults.watch(callId);
  try {
    const { show, facts } = await withHeartbeat(context, (callContext) =>
      untilStopped([environment.stopping, watched.signal], callContext, (stoppable) =>
        tool.run(input, environment, stoppable),
      ),
    );
    const { report, limits, results } = environment;
    const presentation = { report, resultBytes: limits.resultBytes, results, news: await environment.news() };
    const { structured, text } = await presentResult(show, presentation);
    return { result: { content: [{ type: 'text', text }], structuredContent: structured }, end: facts };
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('internal', messageOf(error), { cause: error });
    environment.logger.warn('A tool call failed', { tool: tool.name, code: known.code, error: known.message });
    return { result: toolError(known), end: { outcome: 'failed', error: known.code } };
  }
}

/** Does work until a signal fires; then rejects with the reason for that, whatever the work makes of its cancellation. */
async function untilStopped<Value>(
  stops: readonly AbortSignal[],
  context: CallContext,
  work: (context: CallContext) => Promise<Value>,
): Promise<Value> {
  for (const stop of stops) stop.throwIfAborted();
  using stop = new JoinedSignal(stops);
  using any = new JoinedSignal([context.signal, ...stops]);
  return await abortable(work({ ...context, signal: any.signal }), stop.signal);
}

function toolError(known: AppError): CallToolResult {
  // No structuredContent: clients may hold it against the tool's output schema, and then show that instead of this.
  return {
    isError: true,
    content: [{ type: 'text', text: makeVisible(known.advice) }],
    _meta: {
      [errorCodeKey]: known.code,
      ...(known.retryAfterS !== undefined && { 'io.github.lean-docker-mcp/retry-after-seconds': known.retryAfterS }),
    },
  };
}
