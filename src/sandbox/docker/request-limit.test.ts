import { createServer, type RequestListener } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Docker from 'dockerode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { attach } from './attach.ts';
import { limitRequests } from './request-limit.ts';

const limitMs = 200;

/** A client of an engine that answers as it is told. */
async function clientOf(answer: RequestListener): Promise<Docker> {
  const folder = await temporaryFolder();
  const socketPath = path.join(folder.path, 'engine.sock');
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await folder[Symbol.asyncDispose]();
  });
  return limitRequests(new Docker({ socketPath }), limitMs);
}

const silence: RequestListener = () => undefined;

describe('a request to the engine', () => {
  it('fails when no answer comes, and says which it was and what to do', async () => {
    const docker = await clientOf(silence);
    await expect(docker.getContainer('abc').start()).rejects.toMatchObject({
      code: 'engine-failed',
      message: 'The Docker engine did not answer within 0.2 s (POST /containers/abc/start).',
      hint: expect.stringContaining('restart the engine') as unknown,
    });
  });

  it('fails when the answer begins and does not end', async () => {
    const docker = await clientOf((_, response) => response.writeHead(200).write('{'));
    await expect(docker.info()).rejects.toMatchObject({ code: 'engine-failed' });
  });

  it('fails when a connection is to become a stream and does not', async () => {
    const docker = await clientOf(silence);
    const attaching = attach(docker, 'abc');
    await expect(attaching).rejects.toMatchObject({ code: 'engine-failed' });
  });

  it('may be a stream for as long as it likes once it has begun', async () => {
    const docker = await clientOf((_, response) => {
      response.writeHead(200).write('one');
      setTimeout(() => response.end('two'), 3 * limitMs);
    });
    const events = await docker.getEvents();
    let text = '';
    for await (const chunk of events) text += String(chunk);
    expect(text).toBe('onetwo');
  });

  it('is as it was when the engine answers', async () => {
    const docker = await clientOf((_, response) => response.writeHead(200).end('{"NCPU":2}'));
    expect(await docker.info()).toEqual({ NCPU: 2 });
    await pause(2 * limitMs);
    expect(await docker.info()).toEqual({ NCPU: 2 });
  });

  it('keeps what its caller says about giving up', async () => {
    const docker = await clientOf(silence);
    const controller = new AbortController();
    const creating = docker.createContainer({ Image: 'x', abortSignal: controller.signal });
    controller.abort();
    await expect(creating).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is not limited while a container is waited for, or an image is made of one', async () => {
    const docker = await clientOf((request, response) => {
      request.resume();
      setTimeout(() => response.writeHead(200).end('{"StatusCode":3,"Id":"x"}'), 3 * limitMs);
    });
    const container = docker.getContainer('abc');
    expect(await container.wait({ condition: 'not-running' })).toMatchObject({ StatusCode: 3 });
    expect(await container.commit({ repo: 'a', tag: 'b' })).toMatchObject({ Id: 'x' });
  });

  it('is not limited while an image is built', async () => {
    const docker = await clientOf((request, response) => {
      request.resume();
      setTimeout(() => response.writeHead(200).end('built'), 3 * limitMs);
    });
    const building = await docker.buildImage('/dev/null', { t: 'x' });
    let text = '';
    for await (const chunk of building) text += String(chunk);
    expect(text).toBe('built');
  });
});
