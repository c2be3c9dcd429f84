/*
 * What is answered at which address. Requests get an id, and pass, in this order: the addresses that anybody may ask, the guard against
 * foreign web pages, the check of who is calling. Everything behind that knows its principal.
 */
import { Hono } from 'hono';
import { refuseForeignPage, serveAllowedPages } from './browser-guard.ts';
import { OpenRequests } from './open-requests.ts';
import { hungUp, type Exchange } from './exchange.ts';
import type { Authenticator } from './authenticator.ts';
import type { RequestBindings } from './http-server.ts';
import type { Principal } from '../core/ids.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { requestIds } from './request-id.ts';

/** What handlers of requests find in their context. */
export interface HttpEnvironment {
  readonly Bindings: RequestBindings;
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
  app.use(serveAllowedPages());
  app.use(async (context, next) => {
    const { req, env } = context;
    const caller = await authenticator.authenticate(req.raw);
    if (req.raw.signal.aborted) return hungUp();
    if ('refusal' in caller) return refused(caller.refusal);
    env.callerIsKnown();
    const { principal } = caller;
    const place = openRequests.add(principal, env.closed);
    if ('refusal' in place) return refused(place.refusal, principal);
    const { closed, bodyMayLast } = env;
    context.set('exchange', { request: req.raw, principal, closed, bodyMayLast, keepPlaceUntil: place.keepUntil });
    await next();
    return undefined;
  });
  for (const add of privateRoutes) add(app);
  return app;
}
