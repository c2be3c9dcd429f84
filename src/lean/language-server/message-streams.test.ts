import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createMessageConnection, ResponseError, type MessageConnection } from 'vscode-jsonrpc/node';
import { FrameReader } from './frame-reader.ts';
import { LeanMessageReader, LeanMessageWriter, RequestIds } from './message-streams.ts';

interface WireMessage {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** A connection, and Lean's end of its streams. */
function connect() {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const seen: { output: string; broken: number; oversized: number[] } = { output: '', broken: 0, oversized: [] };
  const ids = new RequestIds();
  const observer = {
    output: (bytes: Buffer) => {
      seen.output += bytes.toString();
    },
    broken: () => {
      seen.broken += 1;
    },
    oversized: (bytes: number) => {
      seen.oversized.push(bytes);
    },
  };
  const connection = createMessageConnection(
    new LeanMessageReader(stdout, ids, observer, 1000),
    new LeanMessageWriter(stdin, ids),
  );
  const received: WireMessage[] = [];
  const ignore = (): void => undefined;
  const frames = new FrameReader(
    { message: (value) => received.push(value as WireMessage), output: ignore, broken: ignore, oversized: ignore },
    1_000_000,
  );
  stdin.on('data', (chunk: Buffer) => {
    frames.push(chunk);
  });
  return {
    connection,
    ids,
    stdin,
    stdout,
    seen,
    received,
    say: (message: object) => {
      say(stdout, message);
    },
  };
}

function say(stdout: PassThrough, message: object): void {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Lets the streams hand on what they have. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Asks Lean something; the answer so far. */
function ask(connection: MessageConnection): { answer?: unknown } {
  const asked: { answer?: unknown } = {};
  connection.sendRequest('question', {}).then(
    (answer) => {
      asked.answer = answer;
    },
    (error: unknown) => {
      asked.answer = error;
    },
  );
  return asked;
}

describe('the ids of requests', () => {
  it('cannot be guessed, and are another for each connection', async () => {
    const ids = [];
    for (let connections = 0; connections < 3; connections += 1) {
      const { connection, received } = connect();
      connection.listen();
      ask(connection);
      await settle();
      ids.push(received[0]?.id);
      connection.dispose();
    }
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}:\d+$/);
  });

  it.each([0, 1, '0', '1', null, 'ffffffffffffffffffffffff:0', ''])('an answer to %j is not taken', async (id) => {
    const { connection, say } = connect();
    connection.listen();
    const asked = ask(connection);
    await settle();
    say({ id, result: 'forged' });
    await settle();
    expect(asked).toEqual({});
    connection.dispose();
  });

  it('bring the answer back to the request that asked for it', async () => {
    const { connection, received, say } = connect();
    connection.listen();
    const [first, second] = [ask(connection), ask(connection)];
    await settle();
    say({ id: received[1]?.id, result: 'second' });
    say({ id: received[0]?.id, error: { code: -32603, message: 'first' } });
    await settle();
    expect(second.answer).toBe('second');
    expect(first.answer).toBeInstanceOf(ResponseError);
    connection.dispose();
  });

  it('are read back only by those who made them', () => {
    const [ours, theirs] = [new RequestIds(), new RequestIds()];
    expect(ours.fromWire(ours.toWire(7))).toBe(7);
    expect(theirs.fromWire(ours.toWire(7))).toBeUndefined();
    for (const id of [undefined, null, 7, '7']) expect(ours.fromWire(id)).toBeUndefined();
  });
});

describe('what Lean says', () => {
  it('is heard between other output, which is passed on', async () => {
    const { connection, stdout, seen, say } = connect();
    const heard: unknown[] = [];
    connection.onNotification('news', (params: unknown) => {
      heard.push(params);
    });
    connection.listen();
    stdout.write('hello ');
    say({ method: 'news', params: { a: 1 } });
    stdout.write('world');
    say({ method: 'news', params: { a: 2 } });
    await settle();
    expect(heard).toEqual([{ a: 1 }, { a: 2 }]);
    expect(seen).toEqual({ output: 'hello world', broken: 0, oversized: [] });
    connection.dispose();
  });

  it('is reported when it is broken or too long', async () => {
    const { connection, stdout, seen } = connect();
    connection.listen();
    stdout.write('Content-Length: 7\r\n\r\n{"a":xxContent-Length: 1001\r\n\r\n');
    await settle();
    expect(seen).toMatchObject({ broken: 1, oversized: [1001] });
    connection.dispose();
  });

  it('ends with the stream: what is left is output, and the connection closes', async () => {
    const { connection, stdout, seen } = connect();
    connection.listen();
    const isClosed = new Promise<void>((resolve) => {
      connection.onClose(() => {
        resolve();
      });
    });
    stdout.end('Content-Le');
    await isClosed;
    expect(seen.output).toBe('Content-Le');
  });

  it.each<object>([{}, { method: 5 }, { id: {} }, { result: 1 }, { method: '__proto__' }])(
    'does no harm when it makes no sense: %j',
    async (message) => {
      const { connection, say } = connect();
      const errors: unknown[] = [];
      connection.onError((error) => errors.push(error));
      connection.onUnhandledNotification(() => undefined);
      connection.listen();
      say(message);
      await settle();
      expect(errors).toEqual([]);
      connection.dispose();
    },
  );
});

describe('questions of Lean', () => {
  it('are answered with their own id', async () => {
    const { connection, received, say } = connect();
    connection.onRequest(() => null);
    connection.listen();
    say({ id: 'lean:1', method: 'workspace/semanticTokens/refresh' });
    say({ id: 5, method: 'workspace/inlayHint/refresh' });
    await settle();
    expect(received).toMatchObject([
      { id: 'lean:1', result: null },
      { id: 5, result: null },
    ]);
    connection.dispose();
  });

  it('are not answered without end when nobody reads the answers', async () => {
    const { connection, stdin, say } = connect();
    let questions = 0;
    connection.onRequest(() => {
      questions += 1;
      return null;
    });
    connection.listen();
    stdin.pause();
    for (let id = 0; id < 5000; id += 1) say({ id: `${id} ${'x'.repeat(900)}`, method: 'q' });
    while (questions < 5000) await settle();
    await settle();
    expect(stdin.writableLength + stdin.readableLength).toBeLessThan(2 * 1024 * 1024);
    connection.dispose();
  });
});

describe('a flood of messages', () => {
  it('is not what Lean says one by one, however much that is', async () => {
    const { connection, stdout, say } = connect();
    connection.onUnhandledNotification(() => undefined);
    connection.listen();
    for (let messages = 0; messages < 200; messages += 1) {
      say({ method: 'news' });
      expect(stdout.isPaused()).toBe(false);
      await settle();
    }
    connection.dispose();
  });

  it('has to wait until those before are handled', async () => {
    const { connection, stdout } = connect();
    let heard = 0;
    connection.onNotification('news', () => {
      heard += 1;
    });
    connection.listen();
    const news = 'Content-Length: 33\r\n\r\n{"jsonrpc":"2.0","method":"news"}';
    const perRead = 300;
    const reads = 20;
    let sent = 0;
    let mostWaiting = 0;
    stdout.on('data', () => {
      sent += perRead;
      mostWaiting = Math.max(mostWaiting, sent - heard);
    });
    for (let read = 0; read < reads; read += 1) stdout.write(news.repeat(perRead));
    while (heard < reads * perRead) await settle();
    expect(mostWaiting).toBeLessThanOrEqual(2 * perRead);
    connection.dispose();
  });
});

it('nothing is written once Lean’s input is closed', async () => {
  const { connection, stdin, received } = connect();
  connection.listen();
  stdin.end();
  await connection.sendNotification('news', {});
  await settle();
  expect(received).toEqual([]);
  connection.dispose();
});
