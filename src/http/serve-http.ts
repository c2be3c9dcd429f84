import { once } from 'node:events';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Principal } from '../core/ids.ts';
import { IdentityProvider } from '../identity/identity-provider.ts';
import { TokenFile } from '../identity/token-file.ts';
import type { ServerIdentity } from '../mcp/create-mcp-server.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import type { Logger, Telemetry } from '../telemetry/telemetry.ts';
import { Authenticator } from './authenticator.ts';
import { localHostnames } from './browser-guard.ts';
import { healthRoutes } from './health.ts';
import { batchRoutes, type BatchDesk } from './batch-routes.ts';
import { createHttpApp, type Routes } from './http-app.ts';
import { HttpServer } from './http-server.ts';
import { formatAddress, isLoopback, type ListenAddress } from '../core/listen-address.ts';
import { McpEndpoint } from './mcp-endpoint.ts';
import { metricsRoutes, type MetricsSource } from './metrics.ts';
import { statusRoutes, type StatusSource } from './status-page.ts';
import { metadataUrl, protectedResourceRoutes, type ProtectedResource } from './protected-resource.ts';

/** As they are configured under `http`. */
export interface HttpSettings {
  readonly allowed_hosts: readonly string[];
  readonly tokens_file: string;
  readonly public_url?: string | undefined;
  readonly oidc_issuer?: string | undefined;
  readonly oidc_audience?: string | undefined;
  readonly oidc_jwks_url?: string | undefined;
  readonly oidc_scope?: string | undefined;
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
  /** How long that may take. */
  readonly drainLimitMs: number;
  readonly settings: HttpSettings;
  /** Where batches are taken in. */
  readonly batches: BatchDesk;
  readonly metrics: MetricsSource;
  readonly status: Omit<StatusSource, 'ready'>;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/** However long the calls took, their callers have this time to read the answers, in milliseconds. */
const leastReadingMs = 1000;

/** The one path of the protocol, for all its revisions. */
const mcpPath = '/mcp';

/**
 * Serves the protocol over HTTP until the signal fires and the calls under way then are done.
 *
 * @throws AppError `usage` when nobody can listen there, or others than this machine could call without a token
 */
export async function serveHttp(options: ServeHttpOptions, signal: AbortSignal): Promise<void> {
  const { identity, address, settings, toolsFor, logger } = options;
  await using endpoint = new McpEndpoint({ identity, toolsFor, maxBodyBytes: settings.max_body_size, logger });
  const mcp: Routes = (app) => {
    app.all(mcpPath, async (context) => await endpoint.handle(context.get('exchange')));
  };
  const { authenticator, resource } = whoMayCall(settings, address, logger);
  const asks = await authenticator.asksForTokens();
  if (!asks && !isLoopback(address.host)) throw nobodyToAsk(address);
  const app = createHttpApp({
    hostnames: asks && settings.allowed_hosts.length === 0 ? undefined : [...localHostnames, ...settings.allowed_hosts],
    authenticator,
    telemetry: options.telemetry,
    maxOpenRequests: Math.ceil(settings.max_connections / 2),
    publicRoutes: [healthRoutes(options), ...(resource ? [protectedResourceRoutes(resource)] : [])],
    // Whatever is for callers with an identity only is added here.
    privateRoutes: [
      mcp,
      batchRoutes(options.batches),
      metricsRoutes(options.metrics),
      statusRoutes({ ...options.status, ready: options.ready }),
    ],
  });
  await using server = await HttpServer.listen({
    fetch: (request, bindings) => app.fetch(request, bindings),
    address,
    maxConnections: settings.max_connections,
  });
  const url = `http://${formatAddress({ host: address.host, port: server.port })}${mcpPath}`;
  logger.info('Serving over HTTP', { url, version: identity.version, tokens: asks ? 'required' : 'none' });
  if (!signal.aborted) await once(signal, 'abort');
  const stoppedAt = performance.now();
  server.stopAccepting();
  await options.drain();
  // Streams of news end with it; answers of calls are complete, and may still be on their way to slow readers.
  await endpoint[Symbol.asyncDispose]();
  const left = options.drainLimitMs - (performance.now() - stoppedAt);
  await server.finishAnswers(Math.max(leastReadingMs, left));
}

function whoMayCall(
  settings: HttpSettings,
  address: ListenAddress,
  logger: Logger,
): { readonly authenticator: Authenticator; readonly resource: ProtectedResource | undefined } {
  const { oidc_issuer: issuer, oidc_jwks_url: keysUrl, oidc_scope: scope } = settings;
  const url = new URL(settings.public_url ?? `http://${formatAddress(address)}${mcpPath}`);
  const audience = settings.oidc_audience ?? url.href;
  const resource = issuer === undefined ? undefined : { url, issuer, scope };
  const authenticator = new Authenticator({
    tokens: new TokenFile(settings.tokens_file),
    provider: issuer === undefined ? undefined : new IdentityProvider({ issuer, audience, keysUrl, scope }),
    issuer,
    metadataUrl: resource && metadataUrl(resource),
    logger,
  });
  return { authenticator, resource };
}

function nobodyToAsk(address: ListenAddress): AppError {
  return new AppError(
    failures.usage.openToOthers,
    `Other machines can reach ${formatAddress(address)}, and nobody there would be asked for a token.`,
  );
}
