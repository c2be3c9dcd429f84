/*
 * What is answered at which address. Requests get an id, and pass, in this order: the addresses that anybody may ask, the guard against
 * foreign web pages, the check of who is calling. Everything behind that knows its principal.
 */
import { Hono } from 'hono';
import type { HttpBindings } from '@hono/node-server';
import { refuseForeignPage } from './browser-guard.ts';
import { OpenRequests } from './open-requests.ts';
import type { Exchange } from './exchange.ts';
import type { Authenticator } from './authenticator.ts';
import type { Principal } from '../core/ids.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { requestIds } from './request-id.ts';

/** What handlers of requests find in their context. */
export interface HttpEnvironment {
  readonly Bindings: HttpBindings;
  readonly Variables: { exchange: Exchange };
}

/** Adds addresses to the server. */
export type Routes = (app: Hono<HttpEnvironment>) => void;

export interface HttpAppOptions {
  /** Names by which the server may be called; `undefined`: any. */
  readonly hostnames: readonly string[] | undefined;
  readonly authenticator: Authenticator;
  readonly telemetry: Telemetry;
  /** Requests of one principal that may be open at a time, streams included. */
  readonly maxOpenRequests: number;
  /** What anybody may ask. */
  readonly publicRoutes: readonly Routes[];
  /** What only callers with an identity may ask: `context.get('exchange').principal` says who it is. */
  readonly privateRoutes: readonly Routes[];
}

/** Puts the routes behind what guards them. */
export function createHttpApp(options: HttpAppOptions): Hono<HttpEnvironment> {
  const { hostnames, authenticator, telemetry, publicRoutes, privateRoutes } = options;
  const openRequests = new OpenRequests(options.maxOpenRequests);
  const refused = (refusal: Response, principal?: Principal): Response => {
    const { requestId } = telemetry;
    telemetry.emit({ kind: 'request-refused', requestId, principal, status: refusal.status, at: new Date() });
    return refusal;
  };
  const app = new Hono<HttpEnvironment>();
  app.use(requestIds(telemetry));
  for (const add of publicRoutes) add(app);
  app.use(async (context, next) => {
    const refusal = refuseForeignPage(context.req.raw, hostnames);
    if (refusal !== undefined) return refused(refusal);
    await next();
    return undefined;
  });
  app.use(async (context, next) => {
    const caller = await authenticator.authenticate(context.req.raw);
    if ('refusal' in caller) return refused(caller.refusal);
    const { principal } = caller;
    const closed = new Promise<void>((resolve) => {
      context.env.outgoing.once('close', () => {
        resolve();
      });
    });
    context.set('exchange', { request: context.req.raw, principal, closed });
    const refusal = openRequests.add(principal, closed);
    if (refusal !== undefined) return refused(refusal, principal);
    await next();
    return undefined;
  });
  for (const add of privateRoutes) add(app);
  return app;
}
