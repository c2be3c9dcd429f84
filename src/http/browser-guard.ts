import { localhostAllowedHostnames, validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
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

/** The names by which a server on this machine may be called without any configuration. */
export const localHostnames: readonly string[] = localhostAllowedHostnames();
