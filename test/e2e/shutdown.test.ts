/*
 * Being asked to stop: once, calls under way are finished first; twice, the process ends at once. Over stdio and HTTP.
 */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { json } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { describe, expect, it, vi } from 'vitest';
import { spawningProgram } from '../../src/attacks/lean-programs.ts';
import { containersOf, expectNoContainers, patience, runningContainer } from './support/containers.ts';
import { clientKinds, connectHttp, type ClientKind } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { rawCall } from './support/raw-request.ts';
import { startRaw } from './support/raw-server.ts';

/** Nothing is made ahead, so that a container is a call's; and whoever drains takes as long as the calls do. */
const settings = { POOL_ENABLED: 'false', MAX_CONCURRENT_CALLS: '1', DRAIN_TIMEOUT: '600' };

/** What a program does that says something when a test lets it. */
const untilAllowed = 'echo began; while [ ! -e /tmp/allowed ]; do sleep 0.1; done; echo finished';
const finished = { status: 'success', outcome: 'completed', stdout: 'began\nfinished\n', exit_code: 0 };

interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

function toolCall(name: string, args: readonly string[] = [untilAllowed]): ToolCall {
  return { name, arguments: { code: spawningProgram, args, timeout: 300 } };
}

/** Calls a tool without a client that would read the answer. */
async function post(url: URL, params: ToolCall): Promise<IncomingMessage> {
  const { headers, body } = rawCall(params.name, params.arguments);
  const posted = request(url, { method: 'POST', headers });
  posted.end(body);
  const [response] = (await once(posted, 'response')) as [IncomingMessage];
  return response;
}

async function drains(log: () => string): Promise<void> {
  await vi.waitFor(() => {
    expect(log()).toContain('Shutting down');
  }, patience);
}

async function allow(container: Docker.Container): Promise<void> {
  const command = await container.exec({ Cmd: ['touch', '/tmp/allowed'] });
  await command.start({ Detach: true });
}

describe('asked to stop once, over stdio', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: calls under way and those that wait get their answers, others are refused, and the process ends in order',
    async (signal) => {
      await using server = await startRaw({ settings });
      const underWay = server.request('tools/call', toolCall('execute-lean'));
      const waiting = server.request('tools/call', { name: 'execute-lean', arguments: { code: '#eval 20 + 22' } });
      const container = await runningContainer(server.pid, 'program');
      server.process.kill(signal);
      await drains(server.log);
      const late = await server.request('tools/call', { name: 'execute-lean', arguments: { code: '#eval 1' } });
      expect(late.result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringMatching(/shutting down/) as unknown }],
      });
      await allow(container);
      expect((await underWay).result?.['structuredContent']).toMatchObject(finished);
      expect(JSON.stringify((await waiting).result)).toContain('42');
      expect(await server.ended()).toEqual([0, null]);
      expect(await containersOf(server.pid)).toEqual([]);
    },
  );

  it('a step of a session gets its answer', async () => {
    await using server = await startRaw({ settings });
    const underWay = server.request('tools/call', toolCall('execute-lean-persistent'));
    const container = await runningContainer(server.pid, 'program');
    server.process.kill('SIGTERM');
    await drains(server.log);
    await allow(container);
    expect((await underWay).result?.['structuredContent']).toMatchObject({ ...finished, step: 1 });
    expect(await server.ended()).toEqual([0, null]);
    expect(await containersOf(server.pid)).toEqual([]);
  });
});

describe.each(clientKinds)('asked to stop once, over HTTP, with a %s', (kind: ClientKind) => {
  it('a call under way gets its answer, nobody new is let in, and the process ends in order', async () => {
    await using server = await serveHttp({ settings });
    await using client = await connectHttp(kind, server.url);
    const { name, arguments: args } = toolCall('execute-lean');
    const underWay = client.call(name, args);
    const container = await runningContainer(server.pid, 'program');
    const stopped = server.stop();
    await drains(server.log);
    await expect(connectHttp(kind, server.url)).rejects.toThrow();
    await allow(container);
    expect((await underWay).structured).toMatchObject(finished);
    expect(await stopped).toBe(0);
    expect(await containersOf(server.pid)).toEqual([]);
  });
});

/** Whatever the test's machine is busy with, the call is not done by then. */
const short = { ...settings, DRAIN_TIMEOUT: '1' };
const stopped: unknown = expect.stringMatching(/has stopped this call.*\n.*Call again/);

describe.each(clientKinds)('a call that outlasts the time to finish, over HTTP, with a %s', (kind: ClientKind) => {
  it('is answered that the server stops and that it may be tried again', async () => {
    await using server = await serveHttp({ settings: short });
    await using client = await connectHttp(kind, server.url);
    const { name, arguments: args } = toolCall('execute-lean');
    const [underWay, waiting] = [client.call(name, args), client.call(name, args)];
    await runningContainer(server.pid, 'program');
    expect(await server.stop()).toBe(0);
    expect([await underWay, await waiting]).toMatchObject([
      { isError: true, text: stopped },
      { isError: true, text: stopped },
    ]);
    expect(await containersOf(server.pid)).toEqual([]);
  });
});

it('a call that outlasts the time to finish, over stdio, is answered that the server stops', async () => {
  await using server = await startRaw({ settings: short });
  const underWay = server.request('tools/call', toolCall('execute-lean'));
  await runningContainer(server.pid, 'program');
  server.process.kill('SIGTERM');
  expect((await underWay).result).toMatchObject({ isError: true, content: [{ text: stopped }] });
  expect(await server.ended()).toEqual([0, null]);
  expect(await containersOf(server.pid)).toEqual([]);
});

it('asked to stop once, over HTTP, the process ends when a long answer has been read to its end', async () => {
  await using server = await serveHttp({ settings: { ...settings, OUTPUT_LIMIT: '16m', RESULT_LIMIT: '64m' } });
  // More than the system keeps for a connection.
  const length = 9_000_000;
  const args = [`${untilAllowed}; yes x | head -c ${length}`];
  const posted = post(server.url, toolCall('execute-lean', args));
  const container = await runningContainer(server.pid, 'program');
  const stopped = server.stop();
  await drains(server.log);
  await allow(container);
  const response = await posted;
  // A server that did not wait for its reader would be gone by now.
  await pause(2000);
  const { result } = (await json(response)) as { result: { structuredContent: { stdout: string } } };
  expect(result.structuredContent.stdout).toHaveLength('began\nfinished\n'.length + length);
  expect(await stopped).toBe(0);
  expect(await containersOf(server.pid)).toEqual([]);
});

describe.each([
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
] as const)('asked to stop twice, by %s and %s', (first, second) => {
  it('over stdio, the process ends at once although a call is under way, and its containers with it', async () => {
    await using server = await startRaw({ settings });
    server.send('tools/call', toolCall('execute-lean'));
    await runningContainer(server.pid, 'program');
    server.process.kill(first);
    await drains(server.log);
    server.process.kill(second);
    expect(await server.ended()).toEqual([130, null]);
    await expectNoContainers(server.pid);
  });

  it('over HTTP, too', async () => {
    await using server = await serveHttp({ settings });
    await using client = await connectHttp('new client, 2026', server.url);
    const { name, arguments: args } = toolCall('execute-lean');
    const answer = client.call(name, args);
    answer.catch(() => undefined);
    await runningContainer(server.pid, 'program');
    void server.stop(first);
    await drains(server.log);
    expect(await server.stop(second)).toBe(130);
    await expect(answer).rejects.toThrow();
    await expectNoContainers(server.pid);
  });
});
