import { STATUS_CODES } from 'node:http';
import { Transform, type Duplex, type Readable, type TransformCallback } from 'node:stream';

/** An answer as it goes over a connection that is not, or no longer, one of HTTP: 101, or one with a body of JSON. */
export function rawAnswer(status: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const head =
    status === 101
      ? [
          'HTTP/1.1 101 UPGRADED',
          'Content-Type: application/vnd.docker.raw-stream',
          'Connection: Upgrade',
          'Upgrade: tcp',
        ]
      : [
          `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
          'Connection: close',
        ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** What comes over an upgraded connection behind the body of its request, which nobody wants. */
export function withoutBody(connection: Duplex, head: Buffer, contentLength = '0'): Readable {
  let left = Number(contentLength);
  connection.unshift(head);
  const rest = new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      const dropped = Math.min(left, chunk.length);
      left -= dropped;
      done(null, chunk.subarray(dropped));
    },
  });
  return connection.pipe(rest);
}

/**
 * Makes one connection of two. An end in one direction is passed on in that direction only: what a program still says after
 * its input has ended arrives.
 *
 * @param fromClient what the client says
 */
export function joinConnections(fromClient: Readable, client: Duplex, engine: Duplex): void {
  engine.on('error', () => undefined);
  fromClient.pipe(engine);
  engine.pipe(client);
  client.once('close', () => {
    engine.destroy();
  });
  engine.once('close', () => {
    client.end();
    // Nobody reads it any more, and an end that is not read is not noticed.
    fromClient.resume();
  });
}
