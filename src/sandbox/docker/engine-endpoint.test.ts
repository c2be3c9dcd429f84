import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { leaveSocket, writeContexts } from '../../../test/support/docker-contexts.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { chooseEndpoint, describePassedOver, nobodyListens, type ChosenEndpoint } from './engine-endpoint.ts';

/** A home of its own, and a system whose socket is in it. */
async function setUp() {
  const folder = await temporaryFolder();
  const home = folder.path;
  const system = path.join(home, 'system.sock');
  const at = (...parts: readonly string[]): string => path.join(home, ...parts);
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return {
    home,
    system,
    at,
    choose: (env: Readonly<Record<string, string>> = {}): Promise<ChosenEndpoint> => chooseEndpoint(env, home, system),
  };
}

async function listenOn(socketPath: string): Promise<void> {
  await mkdir(path.dirname(socketPath), { recursive: true });
  const server = createServer().listen(socketPath);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
}

describe('the engine', () => {
  it('is the one that DOCKER_HOST names, whatever else there is, and whether it is there or not', async () => {
    const { home, at, choose } = await setUp();
    await listenOn(at('context.sock'));
    await writeContexts(home, [{ name: 'orbstack', host: `unix://${at('context.sock')}` }]);
    const { endpoint } = await choose({ DOCKER_HOST: 'unix:///given.sock', DOCKER_CONTEXT: 'orbstack' });
    expect(endpoint).toMatchObject({ name: 'DOCKER_HOST=unix:///given.sock', socketPath: '/given.sock' });
    expect((await choose({ DOCKER_HOST: 'tcp://far:2375' })).endpoint.socketPath).toBeUndefined();
  });

  it('is the one of the active context, before the usual sockets', async () => {
    const { home, at, system, choose } = await setUp();
    await listenOn(system);
    await listenOn(at('.orbstack', 'run', 'docker.sock'));
    const host = `unix://${at('.orbstack', 'run', 'docker.sock')}`;
    await writeContexts(home, [{ name: 'orbstack', host }]);
    const chosen = await choose();
    expect(chosen.endpoint).toEqual({
      name: `${host} (context orbstack)`,
      chosenBy: 'context',
      socketPath: at('.orbstack', 'run', 'docker.sock'),
      options: { socketPath: at('.orbstack', 'run', 'docker.sock') },
    });
    expect(describePassedOver(chosen)).toBeUndefined();
  });

  it('is the one of the context that DOCKER_CONTEXT names, be it there or not, or the default one', async () => {
    const { home, at, system, choose } = await setUp();
    await listenOn(system);
    await listenOn(at('a.sock'));
    await writeContexts(home, [
      { name: 'a', host: `unix://${at('a.sock')}` },
      { name: 'the other', host: `unix://${at('gone.sock')}` },
    ]);
    expect((await choose({ DOCKER_CONTEXT: 'the other' })).endpoint.socketPath).toBe(at('gone.sock'));
    expect((await choose({ DOCKER_CONTEXT: 'default' })).endpoint.socketPath).toBe(system);
    expect((await choose({ DOCKER_CONTEXT: '' })).endpoint.socketPath).toBe(at('a.sock'));
    await expect(choose({ DOCKER_CONTEXT: 'none such' })).rejects.toMatchObject({
      code: 'config-invalid',
      message: 'DOCKER_CONTEXT names the context "none such", which there is not.',
      hint: expect.stringMatching(/There are: default, (?:a, the other|the other, a)\./) as unknown,
    });
  });

  it('is found by the configuration that DOCKER_CONFIG names', async () => {
    const { home, at, choose } = await setUp();
    await listenOn(at('a.sock'));
    await writeContexts(at('elsewhere'), [{ name: 'a', host: `unix://${at('a.sock')}` }]);
    const { endpoint } = await choose({ DOCKER_CONFIG: path.join(home, 'elsewhere', '.docker') });
    expect(endpoint.socketPath).toBe(at('a.sock'));
  });

  it('is the first at which somebody listens, and what was passed over is told', async () => {
    const { home, at, system, choose } = await setUp();
    await writeContexts(home, [{ name: 'colima', host: `unix://${at('colima.sock')}` }]);
    await leaveSocket(system);
    await listenOn(at('run', 'docker.sock'));
    const chosen = await choose({ XDG_RUNTIME_DIR: at('run') });
    expect(chosen.endpoint).toMatchObject({ name: at('run', 'docker.sock'), chosenBy: 'usual' });
    expect(describePassedOver(chosen)).toBe(
      `Nobody listens at ${system} (ECONNREFUSED); there is nothing at unix://${at('colima.sock')} (context colima).`,
    );
  });

  it('is not missed because of usual places where there is nothing', async () => {
    const { at, choose } = await setUp();
    await listenOn(at('.docker', 'run', 'docker.sock'));
    const chosen = await choose();
    expect(chosen.endpoint.socketPath).toBe(at('.docker', 'run', 'docker.sock'));
    expect(describePassedOver(chosen)).toBeUndefined();
  });

  it.each(['default', '', undefined])('is a usual one when the current context is %j', async (current) => {
    const { home, at, system, choose } = await setUp();
    await listenOn(system);
    await listenOn(at('a.sock'));
    await writeContexts(home, [{ name: 'a', host: `unix://${at('a.sock')}` }], current ?? '');
    expect((await choose()).endpoint.socketPath).toBe(system);
  });

  it.each([
    ['a context that there is not', { currentContext: 'gone' }, 'context gone'],
    ['something that is no JSON', '{', 'config.json (it cannot be read)'],
  ])('is a usual one when the configuration names %s, and that is told', async (_, content, told) => {
    const { at, system, choose } = await setUp();
    await listenOn(system);
    await mkdir(at('.docker'));
    await writeFile(at('.docker', 'config.json'), typeof content === 'string' ? content : JSON.stringify(content));
    const chosen = await choose();
    expect(chosen.endpoint.socketPath).toBe(system);
    expect(describePassedOver(chosen)).toContain(told);
  });
});

describe('an engine that is not there', () => {
  it('is an error that says what was tried', async () => {
    const { home, at, system, choose } = await setUp();
    await writeContexts(home, [{ name: 'colima', host: `unix://${at('colima.sock')}` }]);
    await leaveSocket(system);
    await expect(choose()).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringMatching(
        /^No Docker engine answers\. Nobody listens at \S+system\.sock \(ECONNREFUSED\); there is nothing at unix:\S+ \(context colima\), \S+docker\.sock.*\.$/,
      ) as unknown,
      hint: expect.stringContaining('docker context use') as unknown,
    });
  });

  it('is told from one that may not be used', () => {
    const absent = { name: '/a.sock', why: 'ENOENT', isChosen: true };
    const denied = { name: '/b.sock', why: 'EACCES', isChosen: false };
    expect(nobodyListens([absent, denied])).toMatchObject({
      code: 'engine-unreachable',
      message: 'Access to the Docker engine at /b.sock was denied (EACCES).',
      cause: { code: 'EACCES' },
    });
  });
});

describe('a context of another machine', () => {
  const options = async (host: string, more: object = {}, env = {}): Promise<unknown> => {
    const { home, choose } = await setUp();
    await writeContexts(home, [{ name: 'far', host, ...more }]);
    return (await choose(env)).endpoint.options;
  };

  it('is taken without a look', async () => {
    expect(await options('tcp://far.example:2375')).toEqual({ host: 'far.example', port: 2375, protocol: 'http' });
    expect(await options('tcp://far.example')).toMatchObject({ port: 2375 });
  });

  it('is spoken to with its own TLS files', async () => {
    const tls = { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' };
    const found = await options('tcp://far.example:2376', { tls });
    expect(found).toMatchObject({ host: 'far.example', port: 2376, protocol: 'https' });
    const pem = (text: string): Buffer => Buffer.from(text);
    expect(found).toMatchObject({
      agent: { options: { ca: pem('CA'), cert: pem('CERT'), key: pem('KEY'), rejectUnauthorized: true } },
    });
    const trusting = await options('tcp://far.example:2376', { tls, skipTlsVerify: true });
    expect(trusting).toMatchObject({ agent: { options: { rejectUnauthorized: false } } });
  });

  it('is spoken to over ssh, as whom it says, with the keys of the agent', async () => {
    expect(await options('ssh://ada@far.example:2222', {}, { SSH_AUTH_SOCK: '/agent' })).toEqual({
      protocol: 'ssh',
      host: 'far.example',
      port: 2222,
      username: 'ada',
      sshOptions: { agent: '/agent' },
    });
    expect(await options('ssh://far.example', {}, { USER: 'bob' })).toEqual({
      protocol: 'ssh',
      host: 'far.example',
      username: 'bob',
    });
  });

  it('is refused when nobody knows how to speak to it', async () => {
    await expect(options('quic://far.example')).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('quic://far.example') as unknown,
    });
  });
});
