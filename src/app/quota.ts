import type { Settings } from '../config/schema.ts';
import { localPrincipal, type Principal } from '../core/ids.ts';
import type { CallerQuota } from '../execution/admission.ts';
import type { SessionOwner } from '../sessions/owned-sessions.ts';
import { callsOfCaller } from './auto-settings.ts';

/**
 * How much of what all share one principal may take. Whoever started the program may take all of it.
 *
 * @param calls how many may be executed at once now
 */
export function quotaOf(principal: Principal, http: Settings['http'], calls: () => number): CallerQuota & SessionOwner {
  if (principal === localPrincipal) return { principal };
  return {
    principal,
    get maxCalls() {
      return callsOfCaller(http, calls());
    },
    maxWaiting: http.max_waiting_calls,
    maxSessions: http.max_sessions,
    cpuSecondsPerMinute: http.max_cpu_seconds,
  };
}
