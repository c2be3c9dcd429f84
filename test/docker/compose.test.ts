/** The ready-made deployment, started as its page says, on an engine that has no registry to pull from. */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { describe, expect, inject, it, vi } from 'vitest';
import { neededFolders, type LockedPackage } from '../../scripts/bundled-packages.ts';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import { engine, patience } from '../e2e/support/containers.ts';
import { connectHttp } from '../e2e/support/http-clients.ts';
import { sandboxCounts } from '../e2e/support/http-server.ts';
import { engineSocket } from '../support/engine-socket.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = path.join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

const socket = await engineSocket();
const compose = [['docker', 'compose'], ['docker-compose']].find(answers);
const reason =
  compose === undefined
    ? 'there is no Compose'
    : socket === undefined
      ? 'the engine has no socket that could be mounted'
      : undefined;
const unlessTried = reason === undefined ? '' : ` (not tried: ${reason})`;

function answers([command = '', ...args]: readonly string[]): boolean {
  try {
    execFileSync(command, [...args, 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The last stage of the Dockerfile, with this machine's Node and what is built here in the place of what is downloaded. */
async function buildServerImage(tag: string): Promise<void> {
  await using folder = await temporaryFolder();
  const [, stage = ''] = (await readFile(path.join(root, 'Dockerfile'), 'utf8')).split(/^FROM node:\S+$/m);
  const local = stage.replaceAll('COPY --from=build /build/', 'COPY ');
  const { dependencies, packages } = {
    ...(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { dependencies: object }),
    ...(JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, LockedPackage>;
    }),
  };
  const copied = ['LICENSE', 'package.json', 'dist', ...neededFolders(Object.keys(dependencies), packages)];
  for (const name of copied) {
    await mkdir(path.dirname(path.join(folder.path, name)), { recursive: true });
    await cp(path.join(root, name), path.join(folder.path, name), { recursive: true });
  }
  await cp(process.execPath, path.join(folder.path, 'node'));
  const base = 'FROM debian:bookworm-slim\nCOPY node /usr/local/bin/node\n';
  await writeFile(path.join(folder.path, 'Dockerfile'), `${base}${local}`);
  await run('docker', ['build', '--quiet', '--tag', tag, folder.path]);
}

interface Deployment extends AsyncDisposable {
  /** Runs Compose. @returns what it wrote to stdout */
  readonly compose: (...args: readonly string[]) => Promise<string>;
  readonly container: (service: string) => Promise<Docker.Container>;
  /** The sandboxes of the server, in whatever state. */
  readonly sandboxes: (server: Docker.Container) => Promise<string[]>;
}

async function deploy(): Promise<Deployment> {
  const docker = await engine();
  const name = `lean-test-${randomBytes(4).toString('hex')}`;
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: name,
    SERVER_IMAGE: `${name}:latest`,
    // Any port that is free.
    SERVER_ADDRESS: '127.0.0.1:',
    LEAN_IMAGE: inject('sandboxImage'),
    ENGINE_SOCKET: socket,
  };
  const [command = '', ...first] = compose ?? [];
  const call = async (...args: readonly string[]): Promise<string> =>
    (await run(command, [...first, ...args], { cwd: root, env })).stdout.trim();
  await buildServerImage(env.SERVER_IMAGE);
  return {
    compose: call,
    container: async (service) => {
      const label = [`com.docker.compose.project=${name}`, `com.docker.compose.service=${service}`];
      const [found] = await docker.listContainers({ filters: { label } });
      if (found === undefined) throw new Error(`no container of ${service} runs`);
      return docker.getContainer(found.Id);
    },
    sandboxes: async ({ id }) => {
      const all = await docker.listContainers({ all: true, filters: { label: [containerLabels.owner] } });
      // A server is named by its host, which in a container is the container's short id.
      return all.filter(({ Labels }) => Labels[containerLabels.owner]?.startsWith(id.slice(0, 12))).map(({ Id }) => Id);
    },
    [Symbol.asyncDispose]: async () => {
      await call('down', '--volumes');
      await docker.getImage(env.SERVER_IMAGE).remove({ force: true });
    },
  };
}

describe.skipIf(reason !== undefined)(`compose.yaml${unlessTried}`, () => {
  const deployment = shared(deploy, reason === undefined);

  async function start(): Promise<{ server: Docker.Container; url: URL }> {
    await deployment().compose('up', '--detach');
    for (const service of ['engine', 'server']) {
      const container = await deployment().container(service);
      await vi.waitFor(async () => {
        expect((await container.inspect()).State.Health?.Status).toBe('healthy');
      }, patience);
    }
    const address = await deployment().compose('port', 'server', '8000');
    return { server: await deployment().container('server'), url: new URL(`http://${address}/mcp`) };
  }

  it('serves callers with a token; sandboxes are siblings that end with the server, also when it is killed', async () => {
    const { compose: call, sandboxes } = deployment();
    const token = await call('run', '--rm', '-T', 'server', 'token', 'add', 'ada');
    const { server, url } = await start();
    await using client = await connectHttp('new client, 2026', url, token);
    const { structured } = await client.call('execute-lean-persistent', { code: 'def x := 1' });
    expect(structured).toMatchObject({ status: 'success' });
    const { session_id } = structured;
    const next = await client.call('execute-lean-persistent', { code: '#eval x', session_id });
    expect(next.structured).toMatchObject({ status: 'success', step: 2 });
    expect((await fetch(new URL('/metrics', url))).status).toBe(401);
    expect(await sandboxes(server)).not.toEqual([]);

    await vi.waitFor(async () => {
      // One that was created and not yet started would stay until another server sweeps it up.
      expect(await sandboxCounts(url, token)).toMatchObject({ starting: 0 });
    }, patience);
    await server.kill({ signal: 'SIGKILL' });
    await vi.waitFor(async () => {
      expect(await sandboxes(server)).toEqual([]);
    }, patience);

    const again = await start();
    await using later = await connectHttp('old client', again.url, token);
    expect((await later.call('execute-lean', { code: '#eval 1' })).structured).toMatchObject({ status: 'success' });
    await call('down');
    await vi.waitFor(async () => {
      expect(await sandboxes(again.server)).toEqual([]);
    }, patience);
  });
});
