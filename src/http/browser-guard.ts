import { localhostAllowedHostnames, validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { rpcError } from './rpc-error.ts';

/**
 * Keeps web pages out that make a person's browser talk to this server. A page that has its own name point to this machine
 * sends that name as Host; any other page sends its Origin. Programs send no Origin.
 *
 * @param hostnames by which this server may be called, without ports; IPv6 in brackets. `undefined`: by any
 * @returns the refusal, if it is one
 */
export function refuseForeignPage(request: Request, hostnames: readonly string[] | undefined): Response | undefined {
  const host = hostnames && validateHostHeader(request.headers.get('host'), [...hostnames]);
  if (host?.ok === false) return rpcError(403, -32_000, `${host.message} (http.allowed_hosts)`);
  const origin = validateOriginHeader(request.headers.get('origin'), [...(hostnames ?? [])]);
  return origin.ok ? undefined : rpcError(403, -32_000, `${origin.message} (http.allowed_hosts)`);
}

/**
 * Lets pages that were not refused call from a browser: answers what the browser asks before it sends a request with headers
 * of the protocol, and lets pages read those of the answer. Nothing is changed for programs, which send no Origin.
 */
export function serveAllowedPages(): MiddlewareHandler {
  const share = cors({
    origin: (origin) => origin,
    allowMethods: ['GET', 'POST', 'DELETE'],
    exposeHeaders: ['Mcp-Session-Id', 'WWW-Authenticate', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
  return async (context, next) => {
    if (context.req.header('origin') === undefined) await next();
    else return await share(context, next);
    return undefined;
  };
}

/** The names by which a server on this machine may be called without any configuration. */
export const localHostnames: readonly string[] = localhostAllowedHostnames();
