import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { frame } from '../../../test/fakes/lean-worker.ts';
import { ReadingTurns } from '../../core/reading-turns.ts';
import { FrameReader } from './frame-reader.ts';
import { LeanConnection } from './lean-connection.ts';

interface WireMessage {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: unknown;
}

/** A connection, and Lean's end of its streams. */
function connect(messageLimit = 100_000) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const seen = { output: '', broken: 0, overdrawn: [] as string[], ended: 0, reports: 0, progress: 0 };
  const connection = new LeanConnection({
    stdin,
    stdout,
    messageLimit,
    turns: new ReadingTurns(),
    listener: {
      output: (bytes) => {
        seen.output += bytes.toString();
      },
      broken: () => {
        seen.broken += 1;
      },
      overdrawn: (why) => {
        seen.overdrawn.push(why);
      },
      ended: () => {
        seen.ended += 1;
      },
      diagnostics: () => {
        seen.reports += 1;
        return Promise.resolve();
      },
      progress: () => {
        seen.progress += 1;
      },
    },
  });
  onTestFinished(() => {
    connection[Symbol.dispose]();
  });
  const received: WireMessage[] = [];
  const frames = new FrameReader(1_000_000);
  stdin.on('data', (chunk: Buffer) => {
    frames.append(chunk);
    for (let piece = frames.next(); piece !== undefined; piece = frames.next()) {
      if (piece.kind === 'body') received.push(JSON.parse(piece.bytes.toString()) as WireMessage);
    }
  });
  const say = (message: object): void => void stdout.write(frame(message));
  return { connection, stdin, stdout, seen, received, say };
}

/** Lets the streams hand on what they have. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Asks Lean something; the answer so far. */
function ask(connection: LeanConnection): { answer?: unknown } {
  const asked: { answer?: unknown } = {};
  connection.request('question', {}).then(
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
      ask(connection);
      await settle();
      ids.push(received[0]?.id);
    }
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}:\d+$/);
  });

  it.each([0, 1, '0', '1', null, 'ffffffffffffffffffffffff:1', ''])('an answer to %j is not taken', async (id) => {
    const { connection, say } = connect();
    const asked = ask(connection);
    await settle();
    say({ id, result: 'forged' });
    await settle();
    expect(asked).toEqual({});
  });

  it('bring the answer back to the request that asked for it, once', async () => {
    const { connection, received, say } = connect();
    const [first, second] = [ask(connection), ask(connection)];
    await settle();
    say({ id: received[1]?.id, result: 'second' });
    say({ id: received[1]?.id, result: 'third' });
    say({ id: received[0]?.id, error: { code: -32603, message: 'x'.repeat(5000) } });
    await settle();
    expect(second.answer).toBe('second');
    expect(first.answer).toMatchObject({ message: 'x'.repeat(1000) });
  });
});

describe('what Lean says', () => {
  const progress = { method: '$/lean/fileProgress', params: { textDocument: { uri: 'x' }, processing: [] } };

  it('is heard between other output, which is passed on', async () => {
    const { stdout, seen, say } = connect();
    stdout.write('hello ');
    say(progress);
    stdout.write('world');
    say(progress);
    await settle();
    expect(seen).toMatchObject({ output: 'hello world', progress: 2, broken: 0, overdrawn: [] });
  });

  it('is reported when it is broken', async () => {
    const { stdout, seen } = connect();
    stdout.write('Content-Length: 7\r\n\r\n{"a":xx');
    await settle();
    expect(seen).toMatchObject({ broken: 1, overdrawn: [] });
  });

  it('is not heard any more when a message is too long, and what still comes does not fill the stream', async () => {
    const { connection, stdout, seen, say } = connect(1000);
    const asked = ask(connection);
    stdout.write('Content-Length: 1001\r\n\r\n');
    for (let messages = 0; messages < 1000; messages += 1) say(progress);
    await settle();
    expect(seen).toMatchObject({ overdrawn: ['much'], progress: 0 });
    expect(asked.answer).toBeInstanceOf(Error);
    await expect(connection.request('question', {})).rejects.toThrow('ended');
    expect(stdout.readableLength).toBe(0);
  });

  it('ends with the stream: what is left is output, and requests are answered by the end', async () => {
    const { connection, stdout, seen } = connect();
    const asked = ask(connection);
    stdout.end('Content-Le');
    await settle();
    expect(seen).toMatchObject({ output: 'Content-Le', ended: 1, overdrawn: [] });
    expect(asked.answer).toBeInstanceOf(Error);
  });

  it('ends with a stream that breaks', async () => {
    const { stdout, seen } = connect();
    stdout.destroy(new Error('reset'));
    await settle();
    expect(seen).toMatchObject({ ended: 1 });
  });

  it.each<object>([
    {},
    { method: 5 },
    { id: {} },
    { result: 1 },
    { method: '__proto__' },
    { method: 'textDocument/publishDiagnostics' },
    { method: 'textDocument/publishDiagnostics', params: { uri: 1, diagnostics: [] } },
    { method: '$/lean/fileProgress', params: null },
    { method: '$/cancelRequest' },
    { id: 1, method: 'workspace/applyEdit', params: {} },
  ])('does no harm when Lean would not say it: %j', async (message) => {
    const { seen, received, say } = connect();
    say(message);
    await settle();
    expect(seen).toMatchObject({ reports: 0, progress: 0, overdrawn: [], broken: 0 });
    expect(received).toEqual([]);
  });

  it('may be more than is of use here', async () => {
    const { seen, say } = connect();
    for (let messages = 0; messages < 20_000; messages += 1) say({ method: '$/lean/ileanInfoUpdate', params: [] });
    say(progress);
    while (seen.progress === 0) await settle();
    expect(seen.overdrawn).toEqual([]);
  });
});

describe('questions of Lean', () => {
  it('are answered with their own id', async () => {
    const { received, say } = connect();
    say({ id: 'lean:1', method: 'workspace/semanticTokens/refresh' });
    say({ id: 5, method: 'client/registerCapability', params: { registrations: [] } });
    await settle();
    expect(received).toMatchObject([
      { id: 'lean:1', result: null },
      { id: 5, result: null },
    ]);
  });

  it('are not answered without end when nobody reads the answers', async () => {
    const { stdin, seen, say } = connect();
    stdin.pause();
    for (let id = 0; id < 40_000; id += 1) say({ id: `${id} ${'x'.repeat(90)}`, method: 'workspace/x/refresh' });
    say({ method: '$/lean/fileProgress', params: { textDocument: { uri: 'x' }, processing: [] } });
    while (seen.progress === 0) await settle();
    expect(stdin.writableLength + stdin.readableLength).toBeLessThan(2 * 1024 * 1024);
  });
});

it('others have their turn while much is said', async () => {
  const { stdout, seen } = connect();
  const flood = Buffer.concat(Array.from({ length: 5000 }, () => frame({ method: '$/lean/x' })));
  let turns = 0;
  const reads = 40;
  for (let read = 0; read < reads; read += 1) stdout.write(flood);
  stdout.write(frame({ method: '$/lean/fileProgress', params: { textDocument: { uri: 'x' }, processing: [] } }));
  while (seen.progress === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  expect(turns).toBeGreaterThan(reads);
});

it('nothing is written once Lean’s input is closed', async () => {
  const { connection, stdin, received } = connect();
  stdin.end();
  connection.notify('news', {});
  await settle();
  expect(received).toEqual([]);
});
