/* Real sockets to a real server, whose answers the tests give. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { HttpServer } from './http-server.ts';

interface Begun {
  readonly path: string;
  readonly answer: (response: Response) => void;
  closed: boolean;
}

async function setUp() {
  const begun: Begun[] = [];
  const server = await HttpServer.listen({
    address: { host: '127.0.0.1', port: 0 },
    maxConnections: 10,
    fetch: ({ url }, { closed }) =>
      new Promise((answer) => {
        const entry: Begun = { path: new URL(url).pathname, answer, closed: false };
        begun.push(entry);
        void closed.then(() => (entry.closed = true));
      }),
  });
  const open = async (): Promise<{ socket: Socket; received: () => string; closed: Promise<void> }> => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        resolve();
      });
    });
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    await once(socket, 'connect');
    return { socket, received: () => received, closed };
  };
  return { server, begun, open, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

it('a request that is sent before the answer to another begins when that is answered, and is answered behind it', async () => {
  await using test = await setUp();
  const { socket, received } = await test.open();
  socket.write(get('/1') + get('/2') + get('/3'));
  for (const number of [1, 2, 3]) {
    await vi.waitFor(() => {
      expect(test.begun.map(({ path }) => path)).toEqual(['/1', '/2', '/3'].slice(0, number));
    });
    test.begun.at(-1)?.answer(new Response(`answer ${number}`));
  }
  await vi.waitFor(() => {
    expect(received().match(/answer \d/g)).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });
  socket.destroy();
});

it('requests that wait behind another are forgotten when their connection is reset, and nobody waits for them', async () => {
  await using test = await setUp();
  const { socket } = await test.open();
  socket.write(get('/1') + get('/2') + get('/3'));
  await vi.waitFor(() => {
    expect(test.begun).toHaveLength(1);
  });
  socket.resetAndDestroy();
  await vi.waitFor(() => {
    expect(test.begun).toMatchObject([{ path: '/1', closed: true }]);
  });
  test.begun[0]?.answer(new Response('late'));
  await test.server.finishAnswers(2 ** 31 - 1);
  expect(test.begun).toHaveLength(1);
});

it('a connection on which very many wait is closed', async () => {
  await using test = await setUp();
  const { socket, closed } = await test.open();
  socket.write(get('/many').repeat(2000));
  await closed;
  expect(test.begun).toHaveLength(1);
  await vi.waitFor(() => {
    expect(test.begun[0]?.closed).toBe(true);
  });
});

it('connections that send nothing make room for new ones', async () => {
  await using test = await setUp();
  const quiet = await Promise.all(Array.from({ length: 30 }, () => test.open()));
  const { socket, received } = await test.open();
  socket.write(get('/'));
  await vi.waitFor(() => {
    expect(test.begun).toHaveLength(1);
  });
  test.begun[0]?.answer(new Response('served'));
  await vi.waitFor(() => {
    expect(received()).toContain('served');
  });
  for (const one of [...quiet, { socket }]) one.socket.destroy();
});
