/** What a hostile caller may send to a server over HTTP: requests, true and broken ones, and ways to send them. */
import fc from 'fast-check';
import { initializeRequest } from './legacy-requests.ts';
import { rawCall, rawRequest, type RawRequest } from './raw-request.ts';
import { asBytes, openSocket, type RawSocket } from './raw-socket.ts';

/** How the bytes are sent, and what is done with the socket then. */
export interface Hostility {
  readonly bytes: Buffer;
  readonly pace: 'at once' | 'in two' | 'byte by byte';
  readonly end: 'reset' | 'half-close' | 'close' | 'wait' | 'read nothing';
}

const paths = ['/mcp', '/', '/healthz', '/readyz', '/metrics', '/mcp/..', '//', '/%00', '*', 'http://localhost/mcp'];
const methods = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'TRACE', 'CONNECT', 'PATCH', 'get', 'X'];

const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
const rpc = (message: unknown): RawRequest => ({ ...initializeRequest, body: JSON.stringify(message) });
const method = fc.constantFrom('tools/call', 'tools/list', 'ping', 'notifications/cancelled', 'initialize', '');
const message = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0', 2),
    id: fc.oneof(fc.integer(), fc.string(), fc.constantFrom(null, {}, 1e400, '')),
    method: fc.oneof(method, fc.string()),
    params: fc.oneof(fc.jsonValue(), fc.constant({ name: 'list-sessions', arguments: {} })),
  },
  { requiredKeys: [] },
);

/** Requests that the protocol knows, and some that it does not. */
const request: fc.Arbitrary<RawRequest> = fc.oneof(
  fc.constantFrom(
    rawCall('list-sessions', {}),
    rawCall('describe-session', { session_id: 'x' }),
    rawCall('execute-lean', {}),
    rawCall('no-such-tool', {}),
    rawRequest('server/discover', {}),
    rawRequest('tools/list', {}),
    rawRequest('resources/read', { uri: 'lean-session://x/source.lean' }),
    rawRequest('subscriptions/listen', { notifications: { resourcesListChanged: true } }),
    { ...initializeRequest, headers: { ...initializeRequest.headers, accept: 'application/json' } },
    { ...initializeRequest, body: deep },
  ),
  fc.oneof(message, fc.array(message, { maxLength: 5 }), fc.jsonValue()).map(rpc),
);

const header = fc.oneof(
  fc.constantFrom<[string, string]>(
    ['Expect', '100-continue'],
    ['Connection', 'close'],
    ['Connection', 'upgrade'],
    ['Upgrade', 'websocket'],
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'gzip, chunked'],
    ['Content-Length', '1'],
    ['Content-Length', '-1'],
    ['Content-Length', '99999999'],
    ['Content-Encoding', 'gzip'],
    ['Host', 'evil.example'],
    ['Origin', 'http://localhost'],
    ['Origin', 'https://evil.example'],
    ['Access-Control-Request-Method', 'POST'],
    ['Mcp-Session-Id', 'ffffffff-0000-4000-8000-000000000000'],
    ['Authorization', 'Bearer'],
    ['Authorization', 'Basic Og=='],
    ['X-Filler', 'a'.repeat(20_000)],
  ),
  fc.tuple(fc.string({ minLength: 1 }), fc.string()),
);

const whole = fc
  .record({
    request,
    path: fc.oneof({ weight: 5, arbitrary: fc.constant('/mcp') }, fc.constantFrom(...paths)),
    method: fc.oneof({ weight: 5, arbitrary: fc.constant('POST') }, fc.constantFrom(...methods)),
    more: fc.oneof({ weight: 3, arbitrary: fc.constant<[string, string][]>([]) }, fc.array(header, { maxLength: 3 })),
    version: fc.oneof({ weight: 9, arbitrary: fc.constant('1.1') }, fc.constantFrom('1.0', '0.9', '2.0')),
  })
  .map(({ request: given, path, method: verb, more, version }) => {
    const lines = more.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return asBytes(path, given)
      .replace('POST', () => verb)
      .replace('HTTP/1.1\r\n', () => `HTTP/${version}\r\n${lines}`);
  });

/** As they are, several on one connection, cut off, or with some bytes changed. */
const bytes = fc.oneof(
  whole.map((text) => Buffer.from(text)),
  fc
    .tuple(fc.array(whole, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 60 }))
    .map(([texts, times]) => Buffer.from(texts.join('').repeat(times))),
  fc.tuple(whole, fc.double({ min: 0, max: 1, noNaN: true })).map(([text, part]) => {
    const all = Buffer.from(text);
    return all.subarray(0, Math.floor(part * all.length));
  }),
  fc.tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 })).map(([text, changes]) => {
    const all = Buffer.from(text);
    for (const [place, value] of changes) all[place % all.length] = value;
    return all;
  }),
  fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.from(noise)),
);

/** Everything that is tried. */
export const hostility: fc.Arbitrary<Hostility> = fc.record({
  bytes,
  pace: fc.oneof(
    { weight: 8, arbitrary: fc.constant('at once' as const) },
    { weight: 2, arbitrary: fc.constant('in two' as const) },
    { weight: 1, arbitrary: fc.constant('byte by byte' as const) },
  ),
  end: fc.constantFrom('reset', 'half-close', 'close', 'wait', 'read nothing'),
});

/** Carries it out, with a token or without. */
export async function carryOut({ bytes: all, pace, end }: Hostility, url: URL, token?: string): Promise<void> {
  using raw = await openSocket(url);
  const authorized = token === undefined ? all : withToken(all, token);
  if (end === 'read nothing') raw.socket.pause();
  await send(raw, authorized, pace);
  if (end === 'half-close') raw.socket.end();
  if (end === 'close') raw.socket.destroySoon();
  // Not for answers that never come: for what the server does within some turns of its loop.
  if (end !== 'reset') for (let turns = 0; turns < 3; turns += 1) await (await fetch(new URL('/healthz', url))).text();
}

async function send(raw: RawSocket, all: Buffer, pace: Hostility['pace']): Promise<void> {
  const size = { 'at once': all.length, 'in two': Math.ceil(all.length / 2), 'byte by byte': 1 }[pace];
  // Byte by byte takes long, and the first ones are the interesting ones.
  for (let start = 0; start < Math.min(all.length, 400 * size); start += size) {
    await raw.write(all.subarray(start, start + size));
  }
}

function withToken(all: Buffer, token: string): Buffer {
  const text = all
    .toString('latin1')
    .replaceAll(/^host: localhost\r\n/gm, (line) => `${line}authorization: Bearer ${token}\r\n`);
  return Buffer.from(text, 'latin1');
}
