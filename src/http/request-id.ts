import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Telemetry } from '../telemetry/telemetry.ts';

const header = 'x-request-id';

/**
 * Gives each request an id, which is on every log line that is written for it and in the answer: the one that a proxy has
 * given it already, if it looks like one.
 */
export function requestIds(telemetry: Telemetry): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.header(header);
    const id = given !== undefined && /^[\w.:=+/-]{1,128}$/.test(given) ? given : randomUUID();
    await telemetry.within({ request: id }, next);
    context.header(header, id);
  };
}
