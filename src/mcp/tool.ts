import type { CallToolResult, McpServer, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { BatchService } from '../batches/batch-service.ts';
import { abortable } from '../core/abortable.ts';
import { AppError, messageOf } from '../core/app-error.ts';
import type { Faults } from '../core/faults.ts';
import type { Principal } from '../core/ids.ts';
import { JoinedSignal } from '../core/joined-signal.ts';
import { makeVisible } from '../core/visible-text.ts';
import type { CallContext, ExecutionService } from '../execution/execution-service.ts';
import type { ProofService } from '../execution/proof-service.ts';
import type { SessionService } from '../execution/session-service.ts';
import type { VerifyService } from '../execution/verify-service.ts';
import type { Show, Shown } from '../report/fit-result.ts';
import type { ReportLimits } from '../report/structured-result.ts';
import type { Logger, Telemetry } from '../telemetry/telemetry.ts';
import { announceInput, type AnnouncedSchema } from './announced-schema.ts';
import type { CallEnd, CallFacts, CallSubject } from './call-facts.ts';
import { errorCodeKey } from './error-code.ts';
import type { OwnResults } from './kept-results.ts';
import { observeCall, observeRefusal } from './observed-call.ts';
import { presentResult } from './present-result.ts';
import { withHeartbeat } from './progress.ts';
import { argumentsSchema, resultSchema, takenArguments } from './protocol-schema.ts';

/** What tools work with; the same for every call of a principal. */
export interface ToolEnvironment {
  readonly service: ExecutionService;
  readonly sessions: SessionService;
  readonly proofs: ProofService;
  readonly batches: BatchService;
  readonly verify: VerifyService;
  /** What this installation offers, as data. Throws AppError when there is no engine or no image. */
  readonly installation: () => Promise<Readonly<Record<string, unknown>>>;
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

type Hints = Required<Omit<ToolAnnotations, 'title'>>;

/** Code that reaches other machines may do anything there. */
const hintsWithNetwork: Hints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};

/** A tool: its description for clients, and what it does. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** Whether the fields of its result speak for themselves, so that they need not be announced. */
  readonly plainOutput?: boolean;
  /** Whether code of the caller runs; Lean runs code while it elaborates, too. */
  readonly runsCode: boolean;
  /** What holds while sandboxes have no network. */
  readonly annotations: Hints;
  /** The page in which hosts that can show its results, if there is one. */
  readonly view?: string;
  /** What a call is about; of arguments that are refused, as far as they are as they should be. */
  readonly subject: (input: Partial<z.output<Input>>) => CallSubject;
  /** Failures are thrown as AppError and become tool errors. */
  readonly run: (
    input: z.output<Input>,
    environment: ToolEnvironment,
    context: CallContext,
  ) => Promise<ToolAnswer<z.output<Output>>>;
}

/** What a tool did. */
export interface ToolAnswer<Structured extends Shown['structured']> {
  readonly facts: CallFacts;
  /** Shows it in as much room as it is given. */
  readonly show: Show<{ readonly structured: Structured; readonly text: string }>;
}

/** A tool with its types forgotten, as a list of tools holds it. */
export interface RegisteredDefinition {
  readonly name: string;
  readonly output: z.ZodObject;
  readonly plainOutput?: boolean | undefined;
  readonly register: (server: McpServer, environment: ToolEnvironment, announcement: Announcement) => void;
}

/** How a tool is announced to the client of a connection. */
export interface Announcement {
  /** The form of its results. */
  readonly output: AnnouncedSchema;
  /** Whether the client makes headers of arguments. */
  readonly headers: boolean;
}

/** Prepares a tool for {@link RegisteredDefinition.register}. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: ToolDefinition<Input, Output>,
): RegisteredDefinition {
  const register: RegisteredDefinition['register'] = (server, environment, { output, headers }) => {
    const tellInput = (): AnnouncedSchema => announceInput(tool.input, { headers });
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: argumentsSchema(tool.input, tellInput, (given) => {
          observeRefusal(tool.name, tool.subject(takenArguments(tool.input, given)), environment);
        }),
        outputSchema: resultSchema(tool.output, () => output),
        annotations: announceHints(tool.runsCode && environment.network ? hintsWithNetwork : tool.annotations),
        ...(tool.view !== undefined && { _meta: { ui: { resourceUri: tool.view } } }),
      },
      async (input, context) =>
        await observeCall(
          tool.name,
          tool.subject(input),
          environment,
          context.mcpReq._meta?.['traceparent'],
          (callId) => callTool(tool, input, environment, context, callId),
        ),
    );
  };
  return { name: tool.name, output: tool.output, plainOutput: tool.plainOutput, register };
}

/** What is only read can be read again: the protocol gives the last hint no meaning there. */
function announceHints({ idempotentHint, ...hints }: Hints): ToolAnnotations {
  return hints.readOnlyHint ? hints : { ...hints, idempotentHint };
}

async function callTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: ToolDefinition<Input, Output>,
  input: z.output<Input>,
  environment: ToolEnvironment,
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
    const { structured, text } = presentResult(show, presentation);
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
