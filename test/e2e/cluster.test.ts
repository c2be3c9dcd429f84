/* Several servers of the program behind one queue and with the same sessions, all on real servers of NATS. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { hasNatsServer, startNats } from '../support/nats-servers.ts';
import { shared } from '../support/shared.ts';
import { batchClient, type BatchClient, type Line } from './support/batch-client.ts';
import { expectNoContainers, patience } from './support/containers.ts';
import type { Variables } from './support/environment.ts';
import { connectHttp, type ToolAnswer } from './support/http-clients.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';
import { knownCallers } from './support/known-callers.ts';
import { expectSums, sum } from './support/sums.ts';

const isWanted = hasNatsServer;
const servers = shared(async () => {
  const [nats, known] = await Promise.all([startNats(3), knownCallers('ada', 'bob')]);
  return {
    nats,
    known,
    /** Settings of servers that belong together. */
    settings: (roles: readonly ('QUEUE' | 'WORK' | 'SESSIONS')[], prefix: string): Variables => ({
      ...known.settings,
      NATS_PREFIX: prefix,
      NATS_LEASE: '3',
      ...Object.fromEntries(roles.map((role) => [`NATS_${role}`, nats.address])),
    }),
    [Symbol.asyncDispose]: async () => {
      await nats[Symbol.asyncDispose]();
      await known[Symbol.asyncDispose]();
    },
  };
}, isWanted);

const as = (name: string, { origin }: HttpTestServer): BatchClient =>
  batchClient(origin, servers().known.tokenOf(name));
const line = (item: object): string => `${JSON.stringify(item)}\n`;

/** Until there are workers that a gateway can send to. */
async function untilWorkers(server: HttpTestServer, count: number): Promise<void> {
  await vi.waitFor(async () => {
    const headers = { authorization: `Bearer ${servers().known.tokenOf('ada')}` };
    const metrics = await (await fetch(new URL('/metrics', server.url), { headers })).text();
    expect(metrics).toContain(`lean_docker_mcp_queue_workers ${count}`);
  }, patience);
}

describe.skipIf(!isWanted)('several servers with one queue (needs nats-server)', () => {
  it('check a batch together; any of them has its results, and one that is killed costs none', async () => {
    const prefix = randomUUID();
    const settings = servers().settings(['QUEUE', 'WORK'], prefix);
    await using one = await serveHttp({ settings });
    const other = await serveHttp({ settings });
    try {
      await untilWorkers(one, 2);
      const items = Array.from({ length: 60 }, (_, n) => sum(n));
      await using answer = await as('ada', other).post('/batches', items);
      const id = String((await answer.next())?.['batch']);
      expect((await answer.rest()).at(-1)).toEqual({ batch: id, items: 60, complete: true });
      await using results = await as('ada', one).get(`/batches/${id}/results`);
      const lines: Line[] = [];
      for (let next = await results.next(); next !== undefined; next = await results.next()) {
        lines.push(next);
        // Whatever it has now comes to the other one.
        if (lines.length === 10) await other.stop('SIGKILL');
      }
      expect(lines.pop()).toEqual({ complete: true, items: 60 });
      expectSums(lines, 60);
      expect((await as('bob', one).ask('GET', `/batches/${id}`)).status).toBe(404);
    } finally {
      await other.stop('SIGKILL');
      await expectNoContainers(other.pid);
    }
  });

  it('take a batch over from a gateway that is killed while items come in', async () => {
    const prefix = randomUUID();
    const gateways = servers().settings(['QUEUE'], prefix);
    // No engine is there: a gateway needs none.
    const env = { DOCKER_HOST: 'unix:///nowhere.sock' };
    const first = await serveHttp({ settings: gateways, env });
    await using second = await serveHttp({ settings: gateways, env });
    expect((await as('ada', second).post('/batches', [sum(0)])).status).toBe(503);
    await using worker = await serveHttp({ settings: servers().settings(['WORK'], prefix) });
    await untilWorkers(second, 1);
    expect((await fetch(new URL('/readyz', second.url))).status).toBe(200);
    const { sending, answer } = as('ada', first).begin('POST', '/batches');
    sending.on('error', () => undefined);
    for (let n = 0; n < 10; n += 1) sending.write(line(sum(n)));
    const receiving = await answer();
    const id = String((await receiving.next())?.['batch']);
    await vi.waitFor(async () => {
      expect((await as('ada', second).ask('GET', `/batches/${id}`)).body['received']).toBeGreaterThan(0);
    }, patience);
    await first.stop('SIGKILL');
    await receiving[Symbol.asyncDispose]();
    const { received } = (await as('ada', second).ask('GET', `/batches/${id}`)).body;
    const from = Number(received);
    const rest = Array.from({ length: 20 - from }, (_, n) => sum(from + n));
    await using more = await as('ada', second).post(`/batches/${id}?from=${from}`, rest);
    expect((await more.rest()).at(-1)).toEqual({ batch: id, items: 20, complete: true });
    await using results = await as('ada', second).get(`/batches/${id}/results`);
    const lines = await results.rest();
    expect(lines.pop()).toEqual({ complete: true, items: 20 });
    expectSums(lines, 20);
    expect(worker.log()).not.toContain('"level":50');
  });
});

describe.skipIf(!isWanted)('several servers with the same sessions (needs nats-server)', () => {
  const persistent = 'execute-lean-persistent';

  it('serve one session by turns, each from what the other has left', async () => {
    const settings = servers().settings(['SESSIONS'], randomUUID());
    await using one = await serveHttp({ settings });
    await using other = await serveHttp({ settings });
    const token = servers().known.tokenOf('ada');
    await using here = await connectHttp('new client, 2026', one.url, token);
    await using there = await connectHttp('new client, 2026', other.url, token);
    const opened = await here.call(persistent, { code: 'def x : Nat := 1\n' });
    const id = opened.structured.session_id;
    const told = await there.call(persistent, { code: 'def y : Nat := x + 1\n', session_id: id });
    expect(told.structured).toMatchObject({ status: 'success', session_rebuilt: true });
    const back = await here.call(persistent, { code: '#eval x + y\n', session_id: id });
    expect(back.structured).toMatchObject({ status: 'success', diagnostics: [{ message: '3' }] });
    await using stranger = await connectHttp('new client, 2026', other.url, servers().known.tokenOf('bob'));
    expect((await stranger.call(persistent, { code: '#eval x\n', session_id: id })).text).toContain(
      'There is no session',
    );
    await there.call('cleanup-session', { session_id: id });
    expect((await here.call(persistent, { code: '#eval x\n', session_id: id })).text).toContain('There is no session');
  });

  it('at once on one session: one wins, and the other is told to call again', async () => {
    const settings = servers().settings(['SESSIONS'], randomUUID());
    await using one = await serveHttp({ settings });
    await using other = await serveHttp({ settings });
    const token = servers().known.tokenOf('ada');
    await using here = await connectHttp('new client, 2026', one.url, token);
    await using there = await connectHttp('new client, 2026', other.url, token);
    const id = (await here.call(persistent, { code: 'def x : Nat := 1\n' })).structured.session_id;
    await there.call(persistent, { code: '#eval x\n', session_id: id });
    const kept = ['x'];
    let losses = 0;
    for (let round = 0; round < 12; round += 1) {
      const names = [`a${round}`, `b${round}`];
      const answers = await Promise.all(
        [here, there].map((client, n): Promise<ToolAnswer> =>
          client.call(persistent, { code: `def ${names[n] ?? ''} : Nat := ${kept.at(-1) ?? ''}\n`, session_id: id }),
        ),
      );
      const won = answers.filter(({ isError }) => !isError);
      expect(won.length).toBeGreaterThan(0);
      for (const { isError, text } of answers) if (isError) expect(text).toContain('Call again');
      losses += answers.length - won.length;
      answers.forEach(({ isError }, n) => {
        if (!isError) kept.push(names[n] ?? '');
      });
    }
    expect(losses).toBeGreaterThan(0);
    const described = await here.call('describe-session', { session_id: id });
    for (const name of kept) expect(described.text).toContain(name);
    const all = await there.call(persistent, { code: `#eval ${kept.join(' + ')}\n`, session_id: id });
    expect(all.structured).toMatchObject({ status: 'success', diagnostics: [{ message: String(kept.length) }] });
  });
});
