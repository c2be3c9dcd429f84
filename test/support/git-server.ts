import { execFile, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeTree } from './file-tree.ts';
import { temporaryFolder } from './temporary-folder.ts';

const execute = promisify(execFile);

/** How a {@link GitServer} behaves; may be changed between requests. */
interface GitServerBehaviour {
  /** For the next packs, one after the other: break the connection after so many bytes. Other answers are whole. */
  cutAfter: number[];
  /** What answers for a file of Mathlib’s cache: its bytes, `missing`, or `broken`, which breaks the connection. */
  cache: Buffer | 'missing' | 'broken';
}

/** A server on loopback with repositories of git, and with what Mathlib’s cache has. */
export interface GitServer extends AsyncDisposable {
  readonly url: string;
  readonly behaviour: GitServerBehaviour;
  /** Paths that were asked for. */
  readonly requests: string[];
  /** Makes a commit with these files, and tags of it. @returns the commit */
  readonly publish: (name: string, files: Readonly<Record<string, string>>, tags: readonly string[]) => Promise<string>;
}

/** Starts a server on a free port. */
export async function startGitServer(): Promise<GitServer> {
  const folder = await temporaryFolder();
  const behaviour: GitServerBehaviour = { cutAfter: [], cache: Buffer.alloc(64) };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    requests.push(url);
    if (url.includes('/cache/')) answerFromCache(behaviour.cache, response);
    else answerByGit(folder.path, request, response, url.endsWith('/git-upload-pack') ? behaviour.cutAfter : []);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    behaviour,
    requests,
    publish: (name, files, tags) => publish(path.join(folder.path, `${name}.git`), files, tags),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function publish(
  repository: string,
  files: Readonly<Record<string, string>>,
  tags: readonly string[],
): Promise<string> {
  const work = `${repository}.work`;
  const git = async (...args: string[]): Promise<string> =>
    (
      await execute('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
        cwd: work,
        env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      })
    ).stdout.trim();
  await writeTree(work, files);
  await git('init', '-q', '-b', 'main');
  await git('add', '--all');
  await git('commit', '-q', '--allow-empty', '-m', 'files');
  for (const tag of tags) await git('tag', tag);
  await execute('git', ['init', '-q', '--bare', '-b', 'main', repository]);
  await execute('git', ['-C', repository, 'config', 'uploadpack.allowReachableSHA1InWant', 'true']);
  await git('push', '-q', '--tags', repository, 'main');
  return await git('rev-parse', 'HEAD');
}

function answerFromCache(cache: GitServerBehaviour['cache'], response: ServerResponse): void {
  if (cache === 'missing') response.writeHead(404).end();
  else if (cache === 'broken') response.destroy();
  else response.end(cache);
}

/** Lets git answer, by its own program for web servers. */
function answerByGit(root: string, request: IncomingMessage, response: ServerResponse, cuts: number[]): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      // The repositories may belong to somebody else.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: request.headers['git-protocol']?.toString() ?? '',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  let isBody = false;
  let left = Infinity;
  let isPack = false;
  const send = (bytes: Buffer): void => {
    if (!isPack && bytes.includes('packfile')) {
      isPack = true;
      left = cuts.shift() ?? Infinity;
    }
    response.write(bytes.subarray(0, left));
    left -= bytes.length;
    // What was written is to arrive before the connection breaks.
    if (left <= 0) setTimeout(() => response.destroy(), 100);
  };
  child.stdout.on('data', (bytes: Buffer) => {
    if (isBody) {
      if (left > 0) send(bytes);
      return;
    }
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    isBody = true;
    const lines = head.toString('latin1', 0, end).split('\r\n');
    const headers = lines.map((line) => line.split(': ', 2) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    send(head.subarray(end + 4));
  });
  child.stdout.once('end', () => {
    if (left > 0) response.end();
  });
}
