import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a {@link ReleaseServer} behaves; may be changed between requests. */
export interface ReleaseServerBehaviour {
  /** The version that `/latest` leads to. */
  latest: string;
  /** What `/download/…` serves, by the part of the address behind it. */
  files: Record<string, Buffer>;
  /** Entity tag of all files; `undefined`: none. */
  etag: string | undefined;
  /** Digests that the API publishes, by file name. */
  digests: Record<string, string>;
  /** For the next requests of files, one after the other: break the connection after so many bytes. */
  cutAfter: number[];
  /** For the next requests of files, one after the other: answer with this status instead. */
  statuses: number[];
}

/** What was asked for. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** A server on loopback that serves releases as GitHub does: `/latest`, `/download/TAG/FILE`, and the API in `/api`. */
export interface ReleaseServer extends AsyncDisposable {
  readonly releasesUrl: string;
  readonly apiUrl: string;
  readonly behaviour: ReleaseServerBehaviour;
  readonly requests: SeenRequest[];
}

/** Starts a server on a free port. */
export async function startReleaseServer(behaviour: Partial<ReleaseServerBehaviour> = {}): Promise<ReleaseServer> {
  const now: ReleaseServerBehaviour = {
    latest: '4.27.0',
    files: {},
    etag: '"one"',
    digests: {},
    cutAfter: [],
    statuses: [],
    ...behaviour,
  };
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    requests.push({ path: pathname, range: request.headers.range, ifRange: headerOf(request, 'if-range') });
    answer(pathname, request, response, now);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    releasesUrl: `${origin}/releases`,
    apiUrl: `${origin}/api`,
    behaviour: now,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(path: string, request: IncomingMessage, response: ServerResponse, now: ReleaseServerBehaviour): void {
  if (path === '/releases/latest') {
    response.writeHead(302, { location: `http://127.0.0.1/releases/tag/v${now.latest}` }).end();
  } else if (path.startsWith('/api/tags/')) {
    const assets = Object.entries(now.digests).map(([name, digest]) => ({ name, digest }));
    response.writeHead(assets.length === 0 ? 403 : 200).end(JSON.stringify({ assets }));
  } else {
    const file = now.files[path.replace('/releases/download/', '')];
    if (file === undefined) response.writeHead(404).end('Not Found');
    else serveFile(file, request, response, now);
  }
}

function serveFile(
  file: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
  now: ReleaseServerBehaviour,
): void {
  const status = now.statuses.shift();
  if (status !== undefined) {
    response.writeHead(status).end();
    return;
  }
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const same = start > 0 && headerOf(request, 'if-range') === now.etag;
  const body = same ? file.subarray(start) : file;
  const validator = now.etag === undefined ? {} : { etag: now.etag };
  if (same && start >= file.length) {
    response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
    return;
  }
  const range = same ? { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` } : {};
  response.writeHead(same ? 206 : 200, { ...validator, ...range, 'content-length': body.length });
  const cut = now.cutAfter.shift();
  if (cut === undefined) response.end(body);
  else response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
