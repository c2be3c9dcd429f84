/*
 * What a client can send that no client should. The server of these tests has no engine to reach: what it refuses, it has
 * refused before any container was touched.
 */
import { describe, expect, it as base } from 'vitest';
import { connect, type TestServer } from './support/server.ts';

const it = base.extend<{ server: TestServer }>({
  server: async ({}, use) => {
    await using server = await connect({ env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
    await use(server);
  },
});

const mebibyte = 1024 * 1024;
const noEngine = /No Docker engine answers/;

describe('before a container is touched', () => {
  it.for([
    ['execute-lean', { code: 'x'.repeat(3 * mebibyte) }, /^code has 3145728 bytes; at most \d+ are accepted/],
    ['execute-lean', { code: '\n'.repeat(200_000) }, /^code has 200001 lines; at most \d+ are accepted/],
    ['execute-lean', { code: '', stdin: 'x'.repeat(3 * mebibyte) }, /^stdin has/],
    ['execute-lean', { code: '', args: ['x'.repeat(200_000)] }, /^args has/],
    ['execute-lean', { code: '', args: Array.from({ length: 5000 }, () => 'x') }, /args/],
    ['execute-lean', { code: '', args: ['a\0b'] }, /NUL/],
    ['execute-lean', { code: '', timeout: -1 }, /timeout/],
    ['execute-lean', { code: '', timeout: 0 }, /timeout/],
    // NaN and Infinity are null on their way, which counts as left out.
    ['execute-lean', { code: '', timeout: 1e300 }, /timeout/],
    ['execute-lean', { code: '', timeout: 80_000 }, /^timeout is 80000 s; at most \d+ s are allowed/],
    ['execute-lean', { code: '', image: 'alpine' }, /image/],
    ['execute-lean', { code: '', env: { LD_PRELOAD: 'x' } }, /env/],
    ['execute-lean', { code: '', volumes: ['/:/host'] }, /volumes/],
    ['execute-lean', {}, /code/],
    ['execute-lean-persistent', { code: 'x'.repeat(3 * mebibyte) }, /^code has/],
    ['inspect-lean', { code: '\n'.repeat(200_000), line: 1, column: 0, what: 'goal' }, /^code has 200001 lines/],
    ['inspect-lean', { line: 1, column: 0, what: 'goal' }, /^Neither code nor session_id/],
    ['try-tactics', { code: 'x', sorry: 1, attempts: ['x'.repeat(3 * mebibyte)] }, /^attempts have/],
    ['try-tactics', { code: 'x', sorry: 1e300, attempts: ['rfl'] }, /sorry/],
  ] as const)('%s refuses what is wrong, and says what (%#)', async ([tool, args, why], { server }) => {
    const text = await server.refusal(tool, args);
    expect(text).toMatch(why);
    expect(text).not.toMatch(noEngine);
    // What was sent is not sent back.
    expect(text.length).toBeLessThan(5000);
  });

  it('what can be run gets as far as the engine', async ({ server }) => {
    expect(await server.refusal('execute-lean', { code: '#eval 1' })).toMatch(noEngine);
  });
});

describe('a request that is too long to be read', () => {
  it('is refused as such, and the connection goes on', async ({ server }) => {
    const call = server.call('execute-lean', { code: 'x'.repeat(40 * mebibyte) });
    await expect(call).rejects.toThrow(/The request has \d+ bytes; at most \d+ are accepted/);
    expect(await server.refusal('execute-lean', { code: '#eval 1' })).toMatch(noEngine);
  });
});

describe('a handle that is not one', () => {
  const odd = [
    'ffffffffffffffffffffffffffffffff',
    '../../../etc/passwd',
    '/etc/passwd',
    'a/../b',
    '%2e%2e%2f',
    'nul\u0000byte',
    'ѕession',
    '\u202Eesrever',
    '\u001b[2J',
    '__proto__',
    'constructor',
    ' ',
    '',
    `sha256:${'0'.repeat(64)}`,
  ];
  const tools = [
    ['execute-lean-persistent', { code: '#eval 1' }],
    ['inspect-lean', { line: 1, column: 0, what: 'goal' }],
    ['try-tactics', { sorry: 1, attempts: ['rfl'] }],
    ['describe-session', {}],
    ['rewind-session', { step: 0 }],
    ['fork-session', {}],
  ] as const;

  it.for(tools)('is unknown to %s, whatever it looks like', async ([tool, args], { server }) => {
    const answers = new Set<string>();
    for (const handle of odd) {
      const text = await server.refusal(tool, { ...args, session_id: handle });
      expect(text).not.toMatch(/[\u0000-\u0009\u001b\u202e]/);
      answers.add(text.replace(/session ".*?"[.:]/u, 'session …'));
    }
    expect([...answers]).toEqual([expect.stringMatching(/^There is no session …/)]);
  });

  it('is not taken when it is longer than any handle', async ({ server }) => {
    for (const [tool, args] of tools) {
      const text = await server.refusal(tool, { ...args, session_id: 'x'.repeat(mebibyte) });
      expect(text).toMatch(/session_id/);
      expect(text.length).toBeLessThan(5000);
    }
  });
});

describe('a session of somebody else', () => {
  base('gets the same answer as one that never was, or is closed', async () => {
    await using mine = await connect();
    await using theirs = await connect();
    const { session_id: foreign } = await theirs.step('def secret := 1');
    const { session_id: closed } = await mine.step('#eval 1');
    await mine.call('cleanup-session', { session_id: closed });
    const unknown = closed.replace(/[0-9a-f]{4}$/, 'zzzz');
    const answers = new Set<string>();
    for (const handle of [foreign, closed, unknown]) {
      const text = await mine.refusal('execute-lean-persistent', { code: '#eval secret', session_id: handle });
      answers.add(text.replaceAll(handle, '…'));
    }
    expect(answers.size).toBe(1);
    expect(await theirs.step('#eval secret', foreign)).toMatchObject({ status: 'success' });
  });
});
