import type { Dispatcher, Response } from 'undici';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';

/** Headers of a request, names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** Reads from web servers, through the user's proxy where there is one. Disposing closes its connections. */
export interface HttpClient extends AsyncDisposable {
  /**
   * Sends a GET request.
   *
   * @param options.redirect `follow` unless said otherwise; `manual` gives the redirect itself
   * @returns the answer, whatever its status; rejects when there is none
   */
  get(
    url: string,
    options: { headers?: RequestHeaders; redirect?: 'follow' | 'manual'; signal?: AbortSignal | undefined },
  ): Promise<Response>;
}

/** How long a server may be silent before the connection counts as broken. */
const silenceMs = 60_000;
const connectMs = 20_000;

/**
 * Opens a client that respects HTTPS_PROXY, HTTP_PROXY and NO_PROXY of `env`, in either case.
 *
 * @throws AppError `download-failed` when one of them is no address
 */
export async function openHttpClient(env: NodeJS.ProcessEnv): Promise<HttpClient> {
  const dispatcher = await openDispatcher(env);
  // On demand: only downloads need it, and Node's own fetch knows no proxy.
  const { fetch } = await import('undici');
  return {
    get: (url, { headers, redirect, signal }) =>
      fetch(url, {
        dispatcher,
        headers: { 'user-agent': 'lean-docker-mcp', ...headers },
        redirect: redirect ?? 'follow',
        ...(signal && { signal }),
      }),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

async function openDispatcher(env: NodeJS.ProcessEnv): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  // An empty text, unlike an absent one, keeps the library from looking into the environment of the process.
  const httpProxy = env['http_proxy'] ?? env['HTTP_PROXY'] ?? '';
  const httpsProxy = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '';
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  try {
    return new EnvHttpProxyAgent({
      httpProxy,
      httpsProxy,
      noProxy,
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      connect: { timeout: connectMs },
    });
  } catch (error) {
    throw new AppError(
      failures['download-failed'].proxyUnusable,
      `HTTPS_PROXY or HTTP_PROXY cannot be used: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}
