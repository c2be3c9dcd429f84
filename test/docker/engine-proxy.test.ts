/** `lean-docker-mcp engine-proxy` between a server and the engine, and what somebody gets who has taken over the server. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { containerSpec } from '../../src/sandbox/docker/container-spec.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { DockerDriver } from '../../src/sandbox/docker/docker-driver.ts';
import type { SandboxSpec } from '../../src/sandbox/sandbox.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { runCommand } from '../e2e/support/command.ts';
import { containersOf, engine, expectNoContainers, patience, runningContainer } from '../e2e/support/containers.ts';
import { asVariables, program, programEnvironment, type Variables } from '../e2e/support/environment.ts';
import { connectHttp } from '../e2e/support/http-clients.ts';
import { serveHttp } from '../e2e/support/http-server.ts';
import { someJail } from '../fakes/jail.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { relabelledImage } from './support/relabelled-image.ts';

interface Proxy extends AsyncDisposable {
  readonly socketPath: string;
  readonly host: string;
  readonly log: () => string;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the command. @param at where it listens @param settings as for `asVariables` */
async function startProxy(at?: string, settings: Variables = {}): Promise<Proxy> {
  const folder = await temporaryFolder();
  const socketPath = at ?? path.join(folder.path, 'docker.sock');
  const child = spawn(process.execPath, [program, 'engine-proxy', '--listen', socketPath], {
    env: programEnvironment(asVariables(settings)),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  await vi.waitFor(() => {
    expect(log).toContain('Passing on');
  }, patience);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return (await exited)[0];
  };
  return {
    socketPath,
    host: `unix://${socketPath}`,
    log: () => log,
    end,
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM');
      await folder[Symbol.asyncDispose]();
    },
  };
}

const proxy = shared(() => startProxy());

/** Sends a request as it is. */
async function ask(
  method: string,
  target: string,
  body?: unknown,
  { socketPath }: Pick<Proxy, 'socketPath'> = proxy(),
): Promise<{ status: number; message: string; id: string | undefined }> {
  const sent = request({ socketPath, method, path: target });
  const content = body === undefined ? undefined : JSON.stringify(body);
  if (content !== undefined) {
    sent.setHeader('content-type', 'application/json');
    sent.setHeader('content-length', Buffer.byteLength(content));
  }
  sent.end(content);
  const [answer] = (await once(sent, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
  const answered = JSON.parse((await text(answer)) || '{}') as { message?: string; Id?: string };
  return { status: answer.statusCode, message: answered.message ?? '', id: answered.Id };
}

describe('a server whose engine is the proxy', () => {
  it('runs code and programs, keeps sessions, and leaves nothing behind', async () => {
    await using server = await serveHttp({ env: { DOCKER_HOST: proxy().host } });
    await using client = await connectHttp('new client, 2026', server.url);
    const code = 'example : 1 + 1 = 2 := rfl';
    expect((await client.call('execute-lean', { code })).structured).toMatchObject({ status: 'success' });
    const hello = 'def main : IO Unit := IO.println "Hello from Lean 4!"';
    const ran = await client.call('execute-lean', { code: hello });
    expect(ran.structured).toMatchObject({ status: 'success', stdout: 'Hello from Lean 4!\n' });
    const first = await client.call('execute-lean-persistent', { code: 'def x := 1' });
    const { session_id } = first.structured;
    const second = await client.call('execute-lean-persistent', { code: '#eval x', session_id });
    expect(second.structured).toMatchObject({ status: 'success', step: 2 });
    expect(await server.stop()).toBe(0);
  });

  it('is found to be ready by doctor', async () => {
    const { exitCode, stdout } = await runCommand(['doctor', '--json'], { env: { DOCKER_HOST: proxy().host } });
    const { checks } = JSON.parse(stdout) as { checks: { verdict: string }[] };
    expect({ exitCode, failed: checks.filter(({ verdict }) => verdict === 'failed') }).toEqual({
      exitCode: 0,
      failed: [],
    });
  });

  it('is told how its image is made when that is missing', async () => {
    const env = {
      DOCKER_HOST: proxy().host,
      LEAN_DOCKER_MCP_IMAGE: 'missing:here',
      LEAN_TOOLCHAIN_DIR: inject('toolchainDir'),
    };
    const { exitCode, stderr } = await runCommand(['run', 'examples/hello.lean'], { env });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining('with its own DOCKER_HOST') as string,
    });
  });

  it('loses its sandboxes with the proxy', async () => {
    await using own = await startProxy();
    await using server = await serveHttp({ env: { DOCKER_HOST: own.host } });
    await runningContainer(server.pid, 'lean');
    const before = (await containersOf(server.pid)).filter(({ State }) => State === 'running').map(({ Id }) => Id);
    await own.end('SIGKILL');
    await vi.waitFor(async () => {
      expect((await containersOf(server.pid)).filter(({ Id }) => before.includes(Id))).toEqual([]);
    }, patience);
    // It comes back at the same place, although its socket was left behind.
    await using next = await startProxy(own.socketPath);
    await using client = await connectHttp('new client, 2026', server.url);
    const { structured } = await client.call('execute-lean', { code: 'example : 1 + 1 = 2 := rfl' });
    expect(structured).toMatchObject({ status: 'success' });
    expect(next.socketPath).toBe(own.socketPath);
    // Also what the engine made when nobody could be told any more.
    expect(await server.stop()).toBe(0);
    await expectNoContainers(server.pid);
  });
});

describe('what a container says', () => {
  it('arrives in full after its input has ended', async () => {
    const driver = new DockerDriver({
      connect: () => connectEngine({ ...process.env }).then((client) => viaProxy(client)),
      maxConcurrentCreations: 1,
      logger: silentLogger,
    });
    try {
      const count = 'cat | tail -c 5; i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; echo end >&2';
      await using sandbox = await driver.start({ ...sandboxSpec(), command: ['/bin/sh', '-c', count] });
      sandbox.stdin.end(`${'x'.repeat(300_000)}last\n`);
      const [out, err, exit] = await Promise.all([text(sandbox.stdout), text(sandbox.stderr), sandbox.exited]);
      expect(exit).toMatchObject({ exitCode: 0 });
      expect(out.startsWith('last\nline 0\n')).toBe(true);
      expect(out.endsWith('line 19999\n')).toBe(true);
      expect(err).toBe('end\n');
    } finally {
      await driver[Symbol.asyncDispose]();
    }
    await expectNoContainers(process.pid);
  });
});

/** The engine's client, at the proxy. */
function viaProxy(client: Docker): Docker {
  Object.assign(client.modem as object, {
    socketPath: proxy().socketPath,
    host: undefined,
    socketPathCache: undefined,
  });
  return client;
}

/** A sandbox that may be had. */
function sandboxSpec(memory = 64 * 1024 ** 2): SandboxSpec {
  return {
    image: inject('sandboxImage'),
    command: ['/bin/sh'],
    env: {},
    jail: { ...someJail, limits: { ...someJail.limits, memory } },
    purpose: 'probe',
  };
}

describe('somebody who has taken over the server', () => {
  const base = 'debian:bookworm-slim';
  let stranger: Docker.Container;
  beforeAll(async () => {
    stranger = await (await engine()).createContainer({ Image: base, Cmd: ['sleep', '600'], Labels: { other: 'yes' } });
  });
  afterAll(() => stranger.remove({ force: true }));

  const owner = { owner: 'x:1', instance: randomUUID(), process: undefined };
  const creation = (changes: object = {}): Record<string, unknown> => {
    const { HostConfig, ...rest } = containerSpec(sandboxSpec(), owner);
    return { ...rest, HostConfig: { ...HostConfig, ...changes } };
  };

  it('cannot mount the machine, be privileged, or leave the sandbox in another way', async () => {
    for (const way of [{ Binds: ['/:/host'] }, { Privileged: true }, { PidMode: 'host' }, { NetworkMode: 'host' }]) {
      const { status, message } = await ask('POST', '/containers/create', creation(way));
      expect({ status, message }).toEqual({ status: 403, message: expect.stringContaining('is no sandbox') as string });
    }
    await vi.waitFor(() => {
      expect(proxy().log()).toContain('"reason":"it is no sandbox: HostConfig.Binds is not what it would be"');
    }, patience);
  });

  it('cannot make a sandbox of an image that is not for sandboxes, or one that is larger than allowed', async () => {
    expect(await ask('POST', '/containers/create', { ...creation(), Image: base })).toMatchObject({ status: 403 });
    const huge = await ask('POST', '/containers/create', containerSpec(sandboxSpec(64 * 1024 ** 4), owner));
    expect(huge.message).toContain('its limit memory');
  });

  it('cannot have more memory than was configured, though the image asks for more', async () => {
    await using image = await relabelledImage(await engine(), (facts) => ({ ...facts, memoryHint: 1024 ** 3 }));
    await using strict = await startProxy(undefined, { MEMORY_LIMIT: '256m' });
    await using generous = await startProxy();
    const create = async (at: Proxy, memory: number): Promise<number> => {
      const spec = { ...sandboxSpec(memory), image: image.name };
      const { status, id } = await ask('POST', '/containers/create', containerSpec(spec, owner), at);
      if (id !== undefined) await (await engine()).getContainer(id).remove({ force: true });
      return status;
    };
    expect(await create(strict, 256 * 1024 ** 2)).toBe(201);
    expect(await create(strict, 512 * 1024 ** 2)).toBe(403);
    expect(await create(generous, 1024 ** 3)).toBe(201);
    expect(await create(generous, 1024 ** 3 + 1)).toBe(403);
  });

  it('cannot do anything with containers of others, or see them', async () => {
    for (const [method, rest] of [
      ['GET', '/json'],
      ['GET', '/stats?stream=false'],
      ['POST', '/start'],
      ['DELETE', '?force=true&v=true'],
    ] as const) {
      const { status, message } = await ask(method, `/containers/${stranger.id}${rest}`);
      expect({ status, message }).toEqual({ status: 403, message: expect.stringContaining('no sandbox') as string });
    }
    expect((await ask('GET', '/containers/json?all=true')).status).toBe(403);
    expect((await stranger.inspect()).State.Status).toBe('created');
  });

  it('cannot attach to them', async () => {
    const sent = request({
      socketPath: proxy().socketPath,
      method: 'POST',
      path: `/containers/${stranger.id}/attach?stream=true&stdin=true&stdout=true`,
      headers: { connection: 'Upgrade', upgrade: 'tcp' },
    });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
    expect(answer.statusCode).toBe(403);
    expect(await text(answer)).toContain('no sandbox');
  });

  it('cannot ask for anything else', async () => {
    const others: (readonly [string, string])[] = [
      ['POST', `/containers/${stranger.id}/exec`],
      ['GET', `/containers/${stranger.id}/archive?path=/`],
      ['POST', '/build'],
      ['POST', '/images/create?fromImage=debian'],
      ['GET', `/images/${base}/json`],
      ['POST', '/volumes/create'],
      ['POST', '/networks/create'],
      ['POST', '/swarm/init'],
      ['GET', '/v1.41/info'],
    ];
    for (const [method, target] of others) expect((await ask(method, target)).status, `${method} ${target}`).toBe(403);
  });
});

it('says what is wrong when nobody can listen there, or the engine has no socket', async () => {
  const nowhere = await runCommand(['engine-proxy', '--listen', '/nonexistent/docker.sock']);
  expect(nowhere).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('/nonexistent/docker.sock') as string });
  const distant = await runCommand(['engine-proxy', '--listen', '/tmp/x.sock'], {
    env: { DOCKER_HOST: 'tcp://127.0.0.1:2375' },
  });
  expect(distant).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Unix socket') as string });
});
