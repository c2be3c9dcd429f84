import {
  beginCall,
  callText,
  toldTimes,
  type CallOrigin,
  type CallReport,
  type CallText,
} from '../telemetry/telemetry.ts';
import type { CallEnd, CallSubject } from './call-facts.ts';

const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Does a call, and tells observers of it.
 *
 * @param trace the caller's trace as it says; anything that is none is left out
 */
export async function observeCall<Result>(
  tool: string,
  subject: CallSubject,
  origin: CallOrigin,
  trace: unknown,
  work: (callId: string) => Promise<{ readonly result: Result; readonly end: CallEnd }>,
): Promise<Result> {
  const { callId, ended } = beginCall(tool, origin);
  return await origin.telemetry.within({ call: callId }, async () => {
    const { result, end } = await work(callId);
    const told = reportOf(subject, end);
    ended({ ...told, ...(typeof trace === 'string' && traceparent.test(trace) && { traceparent: trace }) });
    return result;
  });
}

/** Tells observers of a call that never comes to {@link observeCall}. @param tool one there is, or `unknown` */
export function observeRefusal(tool: string, subject: CallSubject, origin: CallOrigin): void {
  beginCall(tool, origin).ended(reportOf(subject, { outcome: 'failed', error: 'usage' }));
}

function reportOf({ texts = {}, sessionId: given }: CallSubject, end: CallEnd): CallReport {
  const base = { outcome: end.outcome, texts: Object.entries(texts).flatMap(hashed), coldStart: false };
  if (end.outcome === 'failed') {
    return { ...base, error: end.error, ...(given !== undefined && { sessionId: given }) };
  }
  const { sessionId = given, environment, timings } = end;
  return {
    ...base,
    ...(sessionId !== undefined && { sessionId }),
    ...(environment !== undefined && { environment }),
    ...(timings && toldTimes(timings)),
  };
}

function hashed([name, text]: [string, string | readonly string[] | undefined]): CallText[] {
  if (text === undefined) return [];
  if (typeof text !== 'string') return text.flatMap((one, index) => hashed([`${name}[${index}]`, one]));
  return [callText(name, text)];
}
