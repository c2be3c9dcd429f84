import { z } from 'zod';
import type { SessionOverview } from '../../execution/session-service.ts';

/** A session in a few words, as tools return it. */
export const sessionOverview = z.looseObject({
  session_id: z.string(),
  step: z.int().min(0).max(1e6).describe('How many calls the session has accepted'),
  created: z.string(),
  idle_seconds: z.number().min(0).max(1e9),
  live: z.boolean().describe('Whether its container is up; otherwise the next call replays the accepted text first'),
});

/** The same as data. */
export function toSessionOverview(session: SessionOverview): z.output<typeof sessionOverview> {
  return {
    session_id: session.sessionId,
    step: session.steps,
    created: session.createdAt.toISOString(),
    idle_seconds: Math.max(0, Math.round((Date.now() - session.lastUsedAt.getTime()) / 1000)),
    live: session.hasServer,
  };
}

/** The same as a line of text. */
export function describeSession(session: SessionOverview): string {
  const { step, idle_seconds: idle, live } = toSessionOverview(session);
  return `${session.sessionId}: step ${step}, idle for ${idle} s, ${live ? 'container up' : 'no container, replayed when used'}`;
}
