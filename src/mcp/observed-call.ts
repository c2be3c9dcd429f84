import { createHash, randomBytes } from 'node:crypto';
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Principal } from '../core/ids.ts';
import { callPhases, type CallEnded, type CallPhase, type Telemetry } from '../telemetry/telemetry.ts';
import { errorCodeKey } from './error-code.ts';
import { withStandard } from './with-standard.ts';

/** What the results of tools have in common, as far as they are about Lean. */
const resultFacts = z.object({
  status: z.string().optional(),
  outcome: z.string().optional(),
  session_id: z.string().optional(),
  timings_ms: z.looseObject({ cold_start: z.boolean().optional() }).optional(),
});
const inputFacts = z.object({ code: z.string().optional(), session_id: z.string().optional() });
const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Who calls, and who hears of it. */
interface Observed {
  readonly telemetry: Telemetry;
  readonly principal: Principal;
}

/** Does a call, and tells observers of it. */
export async function observeCall(
  tool: string,
  input: unknown,
  { telemetry, principal }: Observed,
  context: ServerContext,
  work: (callId: string) => Promise<CallToolResult>,
): Promise<CallToolResult> {
  const callId = newCallId();
  const startedAt = new Date();
  const clock = performance.now();
  return await telemetry.within({ call: callId }, async () => {
    telemetry.emit({ kind: 'call-began', callId, tool });
    const result = await work(callId);
    const trace = context.mcpReq._meta?.['traceparent'];
    telemetry.emit({
      kind: 'call-ended',
      callId,
      principal,
      tool,
      startedAt,
      durationMs: performance.now() - clock,
      requestId: telemetry.requestId,
      ...factsOf(input, result),
      ...(typeof trace === 'string' && traceparent.test(trace) && { traceparent: trace }),
    });
    return result;
  });
}

/** The same schema; observers hear of calls that it refuses, because those never come to {@link observeCall}. */
export function observeRefusals<Input extends z.ZodObject>(
  tool: string,
  schema: Input,
  { telemetry, principal }: Observed,
): Input {
  const standard = schema['~standard'];
  const validate: typeof standard.validate = async (input, options) => {
    const result = await standard.validate(input, options);
    if (result.issues !== undefined) observeRefusal(tool, input, { telemetry, principal });
    return result;
  };
  return withStandard(schema, { ...standard, validate });
}

/** Tells observers of a call that never comes to {@link observeCall}. @param tool one there is, or `unknown` */
export function observeRefusal(tool: string, input: unknown, { telemetry, principal }: Observed): void {
  const callId = newCallId();
  telemetry.emit({ kind: 'call-began', callId, tool });
  const refused: CallToolResult = { isError: true, content: [], _meta: { [errorCodeKey]: 'usage' } };
  const when = { startedAt: new Date(), durationMs: 0 };
  const { requestId } = telemetry;
  telemetry.emit({ kind: 'call-ended', callId, requestId, principal, tool, ...when, ...factsOf(input, refused) });
}

function newCallId(): string {
  return randomBytes(8).toString('hex');
}

type Facts = Pick<CallEnded, 'outcome' | 'error' | 'code' | 'sessionId' | 'phases' | 'coldStart'>;

function factsOf(input: unknown, { isError, structuredContent, _meta: meta }: CallToolResult): Facts {
  const { code, session_id: given } = inputFacts.catch({}).parse(input);
  const {
    status,
    outcome,
    session_id: sessionId = given,
    timings_ms: timings,
  } = resultFacts.catch({}).parse(structuredContent);
  const error = meta?.[errorCodeKey];
  return {
    outcome: isError === true ? 'failed' : outcomeOf(status, outcome),
    ...(typeof error === 'string' && { error }),
    ...(code !== undefined && { code: { sha256: sha256(code), bytes: Buffer.byteLength(code) } }),
    ...(sessionId !== undefined && { sessionId }),
    ...(timings !== undefined && { phases: phasesOf(timings) }),
    coldStart: timings?.cold_start === true,
  };
}

/** Completing says nothing yet: Lean may have rejected the text, or the program failed. */
function outcomeOf(status: string | undefined, outcome: string | undefined): string {
  if (outcome !== undefined && outcome !== 'completed') return outcome;
  return status === 'error' ? 'rejected' : 'success';
}

function phasesOf(timings: Readonly<Record<string, unknown>>): Record<CallPhase, number> {
  const of = (phase: CallPhase): number => (typeof timings[phase] === 'number' ? timings[phase] : 0);
  return Object.fromEntries(callPhases.map((phase) => [phase, of(phase)])) as Record<CallPhase, number>;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
