import { cors } from 'hono/cors';
import type { Routes } from './http-app.ts';

export interface ProtectedResource {
  /** The address of the protocol as clients know it. */
  readonly url: URL;
  readonly issuer: string;
  readonly scope: string | undefined;
}

const wellKnown = '/.well-known/oauth-protected-resource';

/** Where the document about this resource is (RFC 9728): the path of the resource comes behind the well-known one. */
export function metadataUrl({ url }: ProtectedResource): string {
  return new URL(`${wellKnown}${url.pathname.replace(/\/$/, '')}`, url).href;
}

/** Tells clients who issues tokens for this server, as the protocol's rules on authorization ask for. */
export function protectedResourceRoutes({ url, issuer, scope }: ProtectedResource): Routes {
  const document = {
    resource: url.href,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    resource_name: 'lean-docker-mcp',
    ...(scope !== undefined && { scopes_supported: [scope] }),
  };
  return (app) => {
    for (const path of [wellKnown, `${wellKnown}/*`]) {
      app.use(path, cors({ allowMethods: ['GET'] }));
      app.get(path, (context) => context.json(document));
    }
  };
}
