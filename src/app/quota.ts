import type { Settings } from '../config/schema.ts';
import { localPrincipal, type Principal } from '../core/ids.ts';
import type { CallerQuota } from '../execution/admission.ts';
import type { SessionOwner } from '../sessions/owned-sessions.ts';

/** How much of what all share one principal may take. Whoever started the program may take all of it. */
export function quotaOf(principal: Principal, http: Settings['http'], concurrency: number): CallerQuota & SessionOwner {
  if (principal === localPrincipal) return { principal };
  return {
    principal,
    maxCalls: http.max_calls === 'auto' ? autoMaxCalls(concurrency) : http.max_calls,
    maxWaiting: http.max_waiting_calls,
    maxSessions: http.max_sessions,
    cpuSecondsPerMinute: http.max_cpu_seconds,
  };
}

/** A part of what runs at once, so that a call of another principal seldom has to wait for one of this to end. */
function autoMaxCalls(concurrency: number): number {
  return Math.max(1, Math.floor((concurrency * 3) / 4));
}
