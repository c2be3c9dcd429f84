/* The last line of a result's text: what it took to get it. */
import type { z } from 'zod';
import { callPhases, type CallPhase } from '../telemetry/telemetry.ts';
import { describeLean, type LeanFields, type timingsSchema } from './result-parts.ts';

/** What is told there of a call; its step only where there is one. */
interface FootedCall extends LeanFields {
  readonly timings_ms: z.infer<typeof timingsSchema>;
  readonly session_id?: string | undefined;
  readonly step?: number | undefined;
  readonly session_rebuilt?: boolean | undefined;
}

/** Puts facts on the last line. */
export function renderFooter(facts: readonly string[]): string {
  return `[${facts.join('; ')}]`;
}

/** The last line about a call. @param phases those that such a call has */
export function renderCallFooter(call: FootedCall, phases: readonly CallPhase[] = callPhases): string {
  const { timings_ms: timings, session_id: id, step } = call;
  return renderFooter([
    ...(id === undefined ? [] : [`session_id ${id}${step === undefined ? '' : `, step ${step}`}`]),
    ...(call.session_rebuilt === true ? ['session rebuilt after its container was lost'] : []),
    ...describeLean(call),
    ...(timings.cold_start === true ? ['cold start'] : []),
    `${timings.total} ms (${phases.map((phase) => `${phase} ${timings[phase]}`).join(', ')})`,
  ]);
}
