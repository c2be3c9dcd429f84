/*
 * Proxies, other engines and ssh may pass on what comes behind the head of a request when the engine has already begun to
 * take it for the input of the container. Nothing of ours may come there.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { expect, inject, it, onTestFinished } from 'vitest';
import { DockerDriver } from '../../src/sandbox/docker/docker-driver.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { engineSocket } from '../support/engine-socket.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { someJail } from '../fakes/jail.ts';

const endOfHead = '\r\n\r\n';

/** In front of the engine; passes on the head of a request to attach, and what is behind it when the engine has answered. */
async function splittingProxy(): Promise<string> {
  const folder = await temporaryFolder();
  const socketPath = path.join(folder.path, 'proxy.sock');
  const open = new Set<Socket>();
  const real = (await engineSocket()) ?? '';
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: real, allowHalfOpen: true });
    for (const socket of [client, engine]) {
      open.add(socket);
      socket.on('error', () => {
        client.destroy();
        engine.destroy();
      });
    }
    engine.pipe(client);
    const onData = (chunk: Buffer): void => {
      const request = chunk.toString('latin1');
      if (!/^POST \S+\/attach\?/.test(request)) {
        engine.write(chunk);
        return;
      }
      client.off('data', onData).pause();
      const headBytes = request.indexOf(endOfHead) + endOfHead.length;
      engine.write(chunk.subarray(0, headBytes));
      engine.once('data', () => {
        engine.write(chunk.subarray(headBytes));
        client.pipe(engine);
      });
    };
    client.on('data', onData);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await folder[Symbol.asyncDispose]();
  });
  return socketPath;
}

it('a container reads what it is told and nothing else, also when the request to attach arrives in pieces', async () => {
  const socketPath = await splittingProxy();
  const driver = new DockerDriver({
    connect: () => Promise.resolve(new Docker({ socketPath })),
    maxConcurrentCreations: 1,
    logger: silentLogger,
  });
  onTestFinished(() => driver[Symbol.asyncDispose]());
  await using sandbox = await driver.start({
    image: inject('sandboxImage'),
    command: ['/bin/sh', '-c', 'cat'],
    env: {},
    jail: { ...someJail, limits: { memory: 64 * 1024 ** 2, cpus: 0.5, processes: 32, folderSize: 4 * 1024 ** 2 } },
    purpose: 'probe',
  });
  sandbox.stdin.end('what it is told\n');
  const [out] = await Promise.all([text(sandbox.stdout), text(sandbox.stderr), sandbox.exited]);
  expect(out).toBe('what it is told\n');
});
