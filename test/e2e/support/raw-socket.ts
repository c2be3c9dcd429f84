/** Bytes to a server over HTTP and from it, without a client that would not send or do such a thing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RawRequest } from './raw-request.ts';

/** A connection. Disposing resets it. */
export interface RawSocket extends Disposable {
  readonly socket: Socket;
  /** What has been answered so far. */
  readonly answered: () => string;
  /** Waits until the server has closed the connection. */
  closed(): Promise<void>;
  /** Waits until the bytes are on their way. */
  write(bytes: string | Buffer): Promise<void>;
}

/** Connects to the server at this address. */
export async function openSocket(url: URL): Promise<RawSocket> {
  const socket = connect({ port: Number(url.port), host: url.hostname, allowHalfOpen: true });
  let answered = '';
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  socket.on('data', (chunk: Buffer) => (answered += chunk.toString('latin1')));
  await once(socket, 'connect');
  // A server may well close or reset it.
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  return {
    socket,
    answered: () => answered,
    closed: () => closed,
    write: async (bytes) => {
      if (socket.destroyed) return;
      await Promise.race([new Promise((resolve) => socket.write(bytes, resolve)), closed]);
    },
    [Symbol.dispose]: () => {
      socket.resetAndDestroy();
    },
  };
}

/** A request as its bytes. */
export function asBytes(
  path: string,
  { headers, body }: RawRequest,
  more: Readonly<Record<string, string>> = {},
): string {
  const all = { host: 'localhost', ...headers, ...more, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
