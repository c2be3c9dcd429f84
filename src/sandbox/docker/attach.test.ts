import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import Docker from 'dockerode';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { attach } from './attach.ts';
import { engineStatus } from './docker-errors.ts';

/** An engine that notes what arrives, byte for byte, and answers as it is told. */
async function setUp(answer: string) {
  const folder = await temporaryFolder();
  const socketPath = path.join(folder.path, 'engine.sock');
  const seen = { text: '' };
  const open: Socket[] = [];
  const server = createServer((connection) => {
    open.push(connection);
    connection.on('data', (chunk) => {
      if (seen.text === '') connection.write(answer);
      seen.text += chunk.toString();
    });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const connection of open) connection.destroy();
    server.close();
    await folder[Symbol.asyncDispose]();
  });
  return { docker: new Docker({ socketPath }), seen };
}

it('sends nothing behind the head of its request but what the container is told', async () => {
  const { docker, seen } = await setUp(
    'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst words',
  );
  const attached = await attach(docker, 'abc');
  onTestFinished(() => {
    attached.destroy();
  });
  expect(seen.text).toMatch(
    /^POST \/containers\/abc\/attach\?stream=true&stdin=true&stdout=true&stderr=true HTTP\/1\.1\r\n/,
  );
  expect(seen.text).toMatch(/^connection: upgrade\r\n/im);
  expect(seen.text).not.toMatch(/^(?:transfer-encoding|content-type):/im);
  expect(seen.text.split('\r\n\r\n')[1]).toBe('');
  const [words] = (await once(attached, 'data')) as [Buffer];
  expect(words.toString()).toBe('first words');
  attached.write('input');
  await vi.waitFor(() => {
    expect(seen.text.split('\r\n\r\n')[1]).toBe('input');
  });
});

it('tells what the engine refuses it with', async () => {
  const { docker } = await setUp('HTTP/1.1 404 Not Found\r\nContent-Length: 21\r\n\r\n{"message":"no such"}');
  const error: unknown = await attach(docker, 'abc').catch((thrown: unknown) => thrown);
  expect(engineStatus(error)).toBe(404);
});

it('refuses an engine that leaves the connection as it is', async () => {
  const { docker } = await setUp('HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n');
  await expect(attach(docker, 'abc')).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringContaining('without upgrading') as unknown,
  });
});
