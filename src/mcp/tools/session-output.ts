import { z } from 'zod';
import { counted } from '../../core/counted.ts';
import type { SessionOverview } from '../../execution/session-service.ts';

/** The handle of a session, as an argument. Over HTTP it is also sent as a header, so that a proxy can route by it. */
export function sessionIdInput(description = 'The session'): z.ZodString {
  return z.string().max(200).meta({ description, 'x-mcp-header': 'Session' });
}

/** A session in a few words, as tools return it. */
export const sessionOverview = z.looseObject({
  session_id: z.string(),
  environment: z.string().optional(),
  step: z.int().min(0).max(1e6).describe('Its last one'),
  created: z.string(),
  age_seconds: z.number().min(0).max(1e10),
  idle_seconds: z.number().min(0).max(1e10).describe('Since its last call'),
  live: z.boolean().describe('Its container is up'),
});

/** The same as data. */
export function toSessionOverview(session: SessionOverview): z.output<typeof sessionOverview> {
  return {
    session_id: session.sessionId,
    ...(session.environment !== undefined && { environment: session.environment }),
    step: session.steps,
    created: session.createdAt.toISOString(),
    age_seconds: secondsSince(session.createdAt),
    idle_seconds: secondsSince(session.lastUsedAt),
    live: session.hasServer,
  };
}

/** The same as a line of text. */
export function describeSession(session: SessionOverview): string {
  const { session_id: id, environment, step, age_seconds: age, idle_seconds: idle, live } = toSessionOverview(session);
  const container = live ? 'container up' : 'no container: the next call replays the steps in a new one';
  const where = environment === undefined ? '' : `in ${environment}, `;
  return `${id}: ${where}${counted(step, 'step')}, ${showSeconds(age)} old, idle for ${showSeconds(idle)}, ${container}`;
}

function showSeconds(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function secondsSince(date: Date): number {
  return Math.max(0, Math.round((Date.now() - date.getTime()) / 1000));
}
