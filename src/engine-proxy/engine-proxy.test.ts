/* The proxy between a client and an engine of the test's own, which answers when the test lets it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { recordingLogger } from '../../test/fakes/recording-logger.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { containerLabels } from '../sandbox/docker/labels.ts';
import { EngineProxy } from './engine-proxy.ts';

const id = 'a'.repeat(64);
const patience = { timeout: 60_000, interval: 5 };
/** A question that is not held back. */
const none = /(?!)/;

/** An engine with one container of ours. */
class TestEngine {
  /** Requests that are not answered for now. */
  held = none;
  /** How many were not answered. */
  waiting = 0;
  /** The engine's sides of attachments. */
  readonly attached: Duplex[] = [];
  status = 'created';
  readonly server = createServer((asked, answer) => {
    this.#answer(asked, () => {
      const { url = '' } = asked;
      if (url.startsWith('/events')) {
        answer.writeHead(200).flushHeaders();
        return;
      }
      const container = { Config: { Labels: { [containerLabels.instance]: 'x' } }, State: { Status: this.status } };
      answer.end(JSON.stringify(container));
    });
  });

  constructor() {
    this.server.on('upgrade', (asked: IncomingMessage, connection: Duplex) => {
      connection.on('error', () => undefined).resume();
      this.#answer(asked, () => {
        connection.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
        this.attached.push(connection);
      });
    });
  }

  #answer({ url = '' }: IncomingMessage, answer: () => void): void {
    if (this.held.test(url)) this.waiting += 1;
    else answer();
  }
}

async function setUp(limits: { readonly answerLimitMs?: number; readonly lookAgainMs?: number } = {}) {
  const folder = await temporaryFolder();
  const engineSocket = path.join(folder.path, 'engine.sock');
  const socketPath = path.join(folder.path, 'proxy.sock');
  const engine = new TestEngine();
  engine.server.listen(engineSocket);
  await once(engine.server, 'listening');
  // An engine cannot tell a connection that is closed from one on which nothing more will be said.
  const connections: Socket[] = [];
  const onConnection = (message: unknown): void => {
    connections.push((message as { socket: Socket }).socket);
  };
  subscribe('net.client.socket', onConnection);
  const logger = recordingLogger();
  const proxy = await EngineProxy.listen({
    ...limits,
    engineSocket,
    socketPath,
    mode: 0o600,
    jailFor: () => ({
      workingDir: '/w',
      limits: { memory: 1, cpus: 1, processes: 1, folderSize: 1 },
      networkDisabled: true,
      readOnly: true,
      runtime: undefined,
      cgroupParent: undefined,
    }),
    logger,
  });
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    unsubscribe('net.client.socket', onConnection);
    engine.server.close();
    await folder[Symbol.asyncDispose]();
  });
  const send = (method: string, target: string, headers: Readonly<Record<string, string>> = {}): ClientRequest => {
    const sent = request({ socketPath, method, path: target, headers, agent: false });
    sent.on('error', () => undefined);
    sent.end();
    return sent;
  };
  const attach = (): ClientRequest =>
    send('POST', `/containers/${id}/attach?stream=1&stdin=1&stdout=1`, { connection: 'Upgrade', upgrade: 'tcp' });
  /** Connections of clients to the proxy, and of the proxy to the engine. */
  const open = (): number => connections.filter(({ destroyed }) => !destroyed).length;
  const expectNothingOpen = async (): Promise<void> => {
    await vi.waitFor(() => {
      expect(open()).toBe(0);
    }, patience);
  };
  return { engine, logger, send, attach, open, expectNothingOpen };
}

type Setting = Awaited<ReturnType<typeof setUp>>;

async function attached({ attach, engine }: Setting): Promise<{ client: Duplex; side: Duplex }> {
  const [, client] = (await once(attach(), 'upgrade')) as [IncomingMessage, Duplex];
  const [side] = engine.attached;
  if (side === undefined) throw new Error('nobody attached');
  return { client, side };
}

it.each([
  ['it is asked whose the container is', /\/json$/],
  ['the engine attaches', /\/attach/],
])('leaves nothing open at the engine for a client that goes while %s', async (_, held) => {
  const setting = await setUp();
  const { engine, attach, open, expectNothingOpen } = setting;
  engine.held = held;
  const sent = attach();
  await vi.waitFor(() => {
    expect(engine.waiting).toBe(1);
  }, patience);
  sent.destroy();
  await expectNothingOpen();
  engine.held = none;
  await attached(setting);
  expect(open()).toBe(2);
});

it('closes at the engine what a client asked for that has gone, whether it was answered or not', async () => {
  const { engine, send, open, expectNothingOpen } = await setUp();
  const filters = encodeURIComponent(JSON.stringify({ label: [`${containerLabels.instance}=x`] }));
  const events = send('GET', `/events?filters=${filters}`);
  await once(events, 'response');
  engine.held = /info/;
  const unanswered = send('GET', '/info');
  await vi.waitFor(() => {
    expect(engine.waiting).toBe(1);
  }, patience);
  expect(open()).toBe(4);
  events.destroy();
  unanswered.destroy();
  await expectNothingOpen();
});

it.each(['created', 'exited'])(
  'closes the attachment of a container that is %s and has said nothing when its client has gone',
  async (status) => {
    const setting = await setUp({ lookAgainMs: 10 });
    setting.engine.status = status;
    const { client } = await attached(setting);
    client.destroy();
    await setting.expectNothingOpen();
  },
);

it('lets a container that runs say what it has to say after its input has ended', async () => {
  const setting = await setUp({ lookAgainMs: 10 });
  setting.engine.status = 'running';
  const { client, side } = await attached(setting);
  client.end('input');
  await once(side, 'end');
  const looked = vi.fn();
  setting.engine.server.on('request', looked);
  await vi.waitFor(() => {
    expect(looked.mock.calls.length).toBeGreaterThan(2);
  }, patience);
  side.write('one ');
  await once(client, 'readable');
  // It has ended meanwhile, and the rest is still on its way.
  setting.engine.status = 'exited';
  side.end('two');
  expect(await text(client)).toBe('one two');
});

it.each([
  ['GET', '/info', /info/],
  ['POST', `/containers/${id}/start`, /\/json$/],
  ['POST', `/containers/${id}/start`, /\/start/],
])('does not wait for ever for an engine that does not answer: %s %s, held %s', async (method, target, held) => {
  const { engine, send, logger, expectNothingOpen } = await setUp({ answerLimitMs: 50 });
  engine.held = held;
  const [answer] = (await once(send(method, target), 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(502);
  expect(await text(answer)).toContain('did not answer within 0.05 s');
  expect(logger.lines).toMatchObject([{ level: 'error', message: 'A request failed' }]);
  await expectNothingOpen();
});

it('does not wait for ever to attach', async () => {
  const { engine, attach, expectNothingOpen } = await setUp({ answerLimitMs: 50 });
  engine.held = /attach/;
  const [answer] = (await once(attach(), 'response')) as [IncomingMessage];
  expect([answer.statusCode, await text(answer)]).toEqual([502, expect.stringContaining('did not answer')]);
  await expectNothingOpen();
});

it('gives events and attachments as long as they take once they have begun', async () => {
  const setting = await setUp({ answerLimitMs: 20 });
  const filters = encodeURIComponent(JSON.stringify({ label: [`${containerLabels.instance}=x`] }));
  const [events] = (await once(setting.send('GET', `/events?filters=${filters}`), 'response')) as [IncomingMessage];
  const { client } = await attached(setting);
  // Later requests end at the limit; those have not.
  setting.engine.held = /info/;
  for (let count = 0; count < 3; count += 1) {
    const [answer] = (await once(setting.send('GET', '/info'), 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(502);
  }
  expect([events.destroyed, client.destroyed]).toEqual([false, false]);
});
