/*
 * The engine stops, crashes, comes back, hangs or runs out of disk while calls are under way: every call ends and says whose
 * fault it was, and everything works again as soon as the engine does. On an engine of this test's own.
 */
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import Docker from 'dockerode';
import { beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { wireApp, type WiredApp } from '../../src/app/wire-app.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { AppError } from '../../src/core/app-error.ts';
import type { ExecutionResult } from '../../src/execution/execution-service.ts';
import { limitRequests } from '../../src/sandbox/docker/request-limit.ts';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import { patience, sandboxesOfProgram } from '../e2e/support/containers.ts';
import { programText } from '../e2e/support/programs.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startPrivateEngine, whyNoPrivateEngine } from './support/private-engine.ts';

const reason = whyNoPrivateEngine();
const unlessTried = reason === undefined ? '' : ` (not tried: ${reason})`;
const context = { signal: new AbortController().signal, onProgress: () => undefined };

const engine = shared(() => startPrivateEngine(inject('sandboxImage')), reason === undefined);
beforeEach(async () => {
  if (reason === undefined) await engine().start();
});

/** The program, wired in this process to an engine. */
async function openApp(
  settings: Readonly<Record<string, string>> = {},
  connect: () => Promise<Docker> = () =>
    Promise.resolve(limitRequests(new Docker({ socketPath: engine().socketPath }))),
): Promise<WiredApp> {
  const config = await loadConfig({
    configPath: path.join(import.meta.dirname, '..', 'e2e', 'support', 'empty.yaml'),
    env: { LEAN_DOCKER_MCP_IMAGE: inject('sandboxImage'), LEAN_DOCKER_MCP_POOL_SIZE: '2', ...settings },
    homeDir: homedir(),
    flags: [],
  });
  const app = wireApp(config, { purpose: 'server', connect });
  onTestFinished(() => app[Symbol.asyncDispose]());
  return app;
}

const call = (app: WiredApp, code: string, timeoutMs = 60_000): Promise<ExecutionResult> =>
  app.service.runCode({ code, args: [], stdin: '', timeoutMs }, context);

/** How a call ended: its outcome, or the code of the error that it threw. */
async function endOf(result: Promise<ExecutionResult>): Promise<string> {
  try {
    const { outcome, ...rest } = await result;
    return outcome === 'crashed' && 'lost' in rest ? 'lost' : outcome;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

async function runningContainers(): Promise<Docker.ContainerInfo[]> {
  return await engine().docker.listContainers({ filters: { label: [containerLabels.instance] } });
}

/** The engine's fault, and worth another try. */
const retryable = /^(?:lost|engine-failed|engine-unreachable)$/;

describe.skipIf(reason !== undefined)(`an engine${unlessTried}`, () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'that ends with %s takes the calls with it, and all is well when it is back',
    async (signal) => {
      const app = await openApp();
      await app.prepare('all');
      const first = await app.service.runInSession({ code: 'def kept := 41', args: [], stdin: '' }, context);
      const sessionId = first.session?.sessionId;
      const ends = ['eval-spin', 'main-spin'].map((name) => endOf(call(app, programText(name))));
      await vi.waitFor(async () => {
        expect((await runningContainers()).length).toBeGreaterThanOrEqual(4);
      }, patience);

      await engine().end(signal);
      for (const end of await Promise.all(ends)) expect(end).toMatch(retryable);
      expect(await endOf(call(app, '#eval 1'))).toMatch(retryable);

      await engine().start();
      expect(await call(app, '#eval 1 + 1')).toMatchObject({ outcome: 'completed', diagnostics: [{ message: '2' }] });
      const next = await app.service.runInSession(
        { code: '#eval kept + 1', args: [], stdin: '', ...(sessionId && { sessionId }) },
        context,
      );
      expect(next).toMatchObject({
        outcome: 'completed',
        diagnostics: [{ message: '42' }],
        session: { rebuilt: true },
      });
      // The pool makes sandboxes ahead again; calls without a pause would take each before it is ready.
      await vi.waitFor(
        async () => {
          expect((await call(app, '#eval 1')).timings.coldStart).toBeUndefined();
        },
        { ...patience, interval: 2000 },
      );
    },
  );

  it('that is restarted in the middle of a call lets the call be tried once more', async () => {
    const app = await openApp({ LEAN_DOCKER_MCP_POOL_ENABLED: 'false' });
    const slow = endOf(call(app, programText('main-sleep'), 8000));
    await vi.waitFor(async () => {
      expect(await runningContainers()).toHaveLength(sandboxesOfProgram());
    }, patience);
    await engine().end('SIGKILL');
    await engine().start();
    // Lost the first time; the second time it sleeps until its time limit.
    expect(await slow).toBe('timed-out');
  });

  it('that nobody was found at is looked for again by the next call', async () => {
    let looks = 0;
    const app = await openApp({ LEAN_DOCKER_MCP_POOL_ENABLED: 'false' }, () => {
      looks += 1;
      if (looks === 1) return Promise.reject(new AppError('engine-unreachable', 'No Docker engine answers.'));
      return Promise.resolve(limitRequests(new Docker({ socketPath: engine().socketPath })));
    });
    expect(await endOf(call(app, '#eval 1'))).toBe('engine-unreachable');
    expect(await call(app, '#eval 1')).toMatchObject({ outcome: 'completed' });
    expect(looks).toBe(2);
  });

  it('that has no disk left says so, and the next call works when it has', async () => {
    const app = await openApp({ LEAN_DOCKER_MCP_POOL_ENABLED: 'false' }, () => {
      const docker = new Docker({ socketPath: engine().socketPath });
      let isFull = true;
      const create = docker.createContainer.bind(docker) as (
        options: Docker.ContainerCreateOptions,
      ) => Promise<Docker.Container>;
      docker.createContainer = ((options: Docker.ContainerCreateOptions) => {
        if (!isFull) return create(options);
        isFull = false;
        const full = {
          statusCode: 500,
          json: { message: 'mkdir /var/lib/docker/overlay2/x: no space left on device' },
        };
        return Promise.reject(Object.assign(new Error('(HTTP code 500)'), full));
      }) as Docker['createContainer'];
      return Promise.resolve(docker);
    });
    await expect(call(app, '#eval 1')).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('no space left on device') as unknown,
    });
    expect(await call(app, '#eval 1')).toMatchObject({ outcome: 'completed' });
  });
});

/** In front of the engine; holds back the requests that it is told to, until it is told otherwise, and passes on all others. */
async function openProxy(): Promise<{ socketPath: string; hold: (pattern: RegExp | undefined) => void }> {
  const folder = await temporaryFolder();
  const socketPath = path.join(folder.path, 'proxy.sock');
  let held: RegExp | undefined;
  const kept = new Set<IncomingMessage>();
  const isHeld = (request: IncomingMessage): boolean => {
    const { method = '', url = '' } = request;
    if (held?.test(`${method} ${url}`) !== true) return false;
    kept.add(request);
    return true;
  };
  const server: Server = createServer((request, response) => {
    if (isHeld(request)) return;
    const { method, url, headers } = request;
    const passed = httpRequest({ socketPath: engine().socketPath, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  server.on('upgrade', (request: IncomingMessage, client, head) => {
    if (isHeld(request)) return;
    const upstream = connectSocket(engine().socketPath);
    const lines = request.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ''}`] : [],
    );
    // In one piece: what comes after the header would be input of the container.
    const header = `${request.method ?? ''} ${request.url ?? ''} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
    upstream.write(Buffer.concat([Buffer.from(header), head]));
    client.pipe(upstream).pipe(client);
    for (const stream of [client, upstream])
      stream.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await folder[Symbol.asyncDispose]();
  });
  return {
    socketPath,
    hold: (pattern) => {
      held = pattern;
      for (const request of kept) request.socket.destroy();
      kept.clear();
    },
  };
}

describe.skipIf(reason !== undefined)(`an engine that does not answer${unlessTried}`, () => {
  /** What a busy engine does not need for what it does answer. */
  const limitMs = 8000;

  it.each([
    ['where it looks for the image', /^GET .*\/images\//],
    ['about itself', /^GET .*\/info/],
    ['with its events', /^GET .*\/events/],
    ['when a container is created', /^POST .*\/containers\/create/],
    ['when a container is attached to', /^POST .*\/attach/],
    ['when a container is started', /^POST .*\/start/],
  ])('%s fails the call in time, and does not harm the next', async (_, pattern) => {
    const { socketPath, hold } = await openProxy();
    const app = await openApp({ LEAN_DOCKER_MCP_POOL_ENABLED: 'false' }, () =>
      Promise.resolve(limitRequests(new Docker({ socketPath }), limitMs)),
    );
    hold(pattern);
    await expect(call(app, '#eval 1')).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('did not answer within 8 s') as unknown,
    });
    hold(undefined);
    expect(await call(app, '#eval 1')).toMatchObject({ outcome: 'completed' });
  });

  it('when a container is removed does not keep the caller waiting, nor the end of the program', async () => {
    const { socketPath, hold } = await openProxy();
    const app = await openApp({ LEAN_DOCKER_MCP_POOL_ENABLED: 'false' }, () =>
      Promise.resolve(limitRequests(new Docker({ socketPath }), limitMs)),
    );
    hold(/^DELETE /);
    expect(await call(app, '#eval 1')).toMatchObject({ outcome: 'completed' });
    await app[Symbol.asyncDispose]();
    await vi.waitFor(async () => {
      expect(await runningContainers()).toEqual([]);
    }, patience);
  });

  it('lets a caller give up while it does not', async () => {
    const { socketPath, hold } = await openProxy();
    const app = await openApp({ LEAN_DOCKER_MCP_POOL_ENABLED: 'false' }, () =>
      Promise.resolve(limitRequests(new Docker({ socketPath }), 600_000)),
    );
    hold(/^POST .*\/start/);
    const controller = new AbortController();
    const request = { code: '#eval 1', args: [], stdin: '' };
    const calling = app.service.runCode(request, { ...context, signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 500);
    expect(await endOf(calling)).toBe('cancelled');
    hold(undefined);
  });
});
