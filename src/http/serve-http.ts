import type { Bytes } from '../core/bytes.ts';
import type { Principal } from '../core/ids.ts';
import type { ServerIdentity } from '../mcp/create-mcp-server.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { trustEverybody } from './authenticator.ts';
import { localHostnames } from './browser-guard.ts';
import { healthRoutes } from './health.ts';
import { createHttpApp, type Routes } from './http-app.ts';
import { HttpServer } from './http-server.ts';
import { formatAddress, type ListenAddress } from '../core/listen-address.ts';
import { McpEndpoint } from './mcp-endpoint.ts';

/** As they are configured under `http`. */
export interface HttpSettings {
  readonly allowed_hosts: readonly string[];
  readonly max_body_size: Bytes;
  readonly max_connections: number;
}

export interface ServeHttpOptions {
  readonly identity: ServerIdentity;
  readonly address: ListenAddress;
  /** The tools as a principal has them. */
  readonly toolsFor: (principal: Principal) => ToolEnvironment;
  /** Throws AppError when calls could not be served now. */
  readonly ready: () => Promise<void>;
  /** Admits no more calls; resolves when those under way are done, or have had their time. */
  readonly drain: () => Promise<void>;
  readonly settings: HttpSettings;
  readonly logger: Logger;
}

/** The one path of the protocol, for all its revisions. */
const mcpPath = '/mcp';

/**
 * Serves the protocol over HTTP until the signal fires and the calls under way then are done.
 *
 * @throws AppError `usage` when nobody can listen there
 */
export async function serveHttp(options: ServeHttpOptions, signal: AbortSignal): Promise<void> {
  const { identity, address, settings, toolsFor, logger } = options;
  await using endpoint = new McpEndpoint({ identity, toolsFor, maxBodyBytes: settings.max_body_size, logger });
  const mcp: Routes = (app) => {
    app.all(mcpPath, async (context) => await endpoint.handle(context.get('exchange')));
  };
  const app = createHttpApp({
    hostnames: [...localHostnames, ...settings.allowed_hosts],
    authenticator: trustEverybody,
    publicRoutes: [healthRoutes(options)],
    // Whatever is for callers with an identity only is added here.
    privateRoutes: [mcp],
  });
  await using server = await HttpServer.listen({
    fetch: (request, bindings) => app.fetch(request, bindings),
    address,
    maxConnections: settings.max_connections,
  });
  const url = `http://${formatAddress({ host: address.host, port: server.port })}${mcpPath}`;
  logger.info('Serving over HTTP', { url, version: identity.version });
  await fired(signal);
  server.stopAccepting();
  await options.drain();
}

async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
