import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../core/ids.ts';
import type { CallEnded, CallText, Telemetry } from '../telemetry/telemetry.ts';
import type { CallEnd, CallSubject } from './call-facts.ts';

const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Who calls, and who hears of it. */
interface Observed {
  readonly telemetry: Telemetry;
  readonly principal: Principal;
}

/**
 * Does a call, and tells observers of it.
 *
 * @param trace the caller's trace as it says; anything that is none is left out
 */
export async function observeCall<Result>(
  tool: string,
  subject: CallSubject,
  { telemetry, principal }: Observed,
  trace: unknown,
  work: (callId: string) => Promise<{ readonly result: Result; readonly end: CallEnd }>,
): Promise<Result> {
  const callId = newCallId();
  const startedAt = new Date();
  const clock = performance.now();
  return await telemetry.within({ call: callId }, async () => {
    telemetry.emit({ kind: 'call-began', callId, tool });
    const { result, end } = await work(callId);
    telemetry.emit({
      kind: 'call-ended',
      callId,
      principal,
      tool,
      startedAt,
      durationMs: performance.now() - clock,
      requestId: telemetry.requestId,
      ...told(subject, end),
      ...(typeof trace === 'string' && traceparent.test(trace) && { traceparent: trace }),
    });
    return result;
  });
}

/** Tells observers of a call that never comes to {@link observeCall}. @param tool one there is, or `unknown` */
export function observeRefusal(tool: string, subject: CallSubject, { telemetry, principal }: Observed): void {
  const callId = newCallId();
  telemetry.emit({ kind: 'call-began', callId, tool });
  const when = { startedAt: new Date(), durationMs: 0 };
  const end: CallEnd = { outcome: 'failed', error: 'usage' };
  const { requestId } = telemetry;
  telemetry.emit({ kind: 'call-ended', callId, requestId, principal, tool, ...when, ...told(subject, end) });
}

function newCallId(): string {
  return randomBytes(8).toString('hex');
}

type Told = Pick<CallEnded, 'outcome' | 'error' | 'texts' | 'sessionId' | 'phases' | 'coldStart'>;

function told({ texts = {}, sessionId: given }: CallSubject, end: CallEnd): Told {
  const base = { outcome: end.outcome, texts: Object.entries(texts).flatMap(hashed) };
  if (end.outcome === 'failed') {
    return { ...base, error: end.error, ...(given !== undefined && { sessionId: given }), coldStart: false };
  }
  const { sessionId = given, timings } = end;
  return {
    ...base,
    ...(sessionId !== undefined && { sessionId }),
    ...(timings && {
      phases: { queue: timings.queue, sandbox: timings.sandbox, elaborate: timings.elaborate, run: timings.run },
    }),
    coldStart: timings?.coldStart === true,
  };
}

function hashed([name, text]: [string, string | readonly string[] | undefined]): CallText[] {
  if (text === undefined) return [];
  if (typeof text !== 'string') return text.flatMap((one, index) => hashed([`${name}[${index}]`, one]));
  return [{ name, sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) }];
}
