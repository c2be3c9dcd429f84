/* Batches over HTTP: streams of lines in both directions, each at the pace of its slower end. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { shared } from '../support/shared.ts';
import { batchClient, type BatchClient, type Line } from './support/batch-client.ts';
import { patience } from './support/containers.ts';
import { connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { knownCallers } from './support/known-callers.ts';
import { programText } from './support/programs.ts';
import { expectSums, sum } from './support/sums.ts';

const maxWaiting = 20;

/** A server with two callers. */
const server = shared(async () => {
  const known = await knownCallers('ada', 'bob');
  const settings = { ...known.settings, BATCHES_MAX_WAITING: String(maxWaiting), BATCHES_MAX_ITEMS: '5000' };
  const http = await serveHttp({ settings });
  return {
    url: http.url,
    tokenOf: known.tokenOf,
    as: (name: string): BatchClient => batchClient(http.origin, known.tokenOf(name)),
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]();
      await known[Symbol.asyncDispose]();
    },
  };
});

const spin = { id: 'spin', code: programText('eval-spin') };

async function idOf(answer: { next(): Promise<Line | undefined> }): Promise<string> {
  return String((await answer.next())?.['batch']);
}

describe('a batch over HTTP', () => {
  it('is answered with its address; its results come as they are there, each once, and say when it is complete', async () => {
    const ada = server().as('ada');
    const items = Array.from({ length: 30 }, (_, n) => sum(n));
    await using answer = await ada.post('/batches', items);
    expect(answer.status).toBe(201);
    const id = await idOf(answer);
    expect(answer.headers.location).toBe(`/batches/${id}`);
    expect((await answer.rest()).at(-1)).toEqual({ batch: id, items: 30, complete: true });
    await using results = await ada.get(`/batches/${id}/results`);
    const lines = await results.rest();
    expect(lines.pop()).toEqual({ complete: true, items: 30 });
    expectSums(lines, 30);
    expect((await ada.ask('GET', `/batches/${id}`)).body).toEqual({
      batch: id,
      received: 30,
      items: 30,
      decided: 30,
      complete: true,
    });

    // A reader that has lost its connection goes on from what it has.
    const seq = Number(lines[11]?.['seq']);
    await using later = await ada.get(`/batches/${id}/results?after=${seq}`);
    expect(await later.rest()).toEqual([...lines.slice(12), { complete: true, items: 30 }]);
  });

  it('is not there for anybody else', async () => {
    await using answer = await server()
      .as('ada')
      .post('/batches', [sum(1)]);
    const id = await idOf(answer);
    const bob = server().as('bob');
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/results'],
      ['DELETE', ''],
      ['POST', '?from=0'],
    ] as const) {
      expect(await bob.ask(method, `/batches/${id}${path}`)).toMatchObject({
        status: 404,
        body: { error: { code: 'batch-unknown' } },
      });
    }
    expect((await fetch(new URL('/batches', server().url), { method: 'POST', body: '' })).status).toBe(401);
  });

  it('has an end for each item, and none says anything about its neighbours', async () => {
    const ada = server().as('ada');
    const items = [
      sum(0),
      spin,
      { id: 'bad', code: 'def bad : Nat := "x"\n' },
      { id: 'crash', code: programText('eval-exit') },
    ];
    await using answer = await ada.post('/batches?timeout=5&report=diagnostics', items);
    const id = await idOf(answer);
    await using results = await ada.get(`/batches/${id}/results`);
    const ends = new Map((await results.rest()).map(({ id: name, verdict, outcome }) => [name, [verdict, outcome]]));
    expect(ends.get('n0')).toEqual(['accepted', undefined]);
    expect(ends.get('bad')).toEqual(['rejected', undefined]);
    expect(ends.get('spin')).toEqual(['undecided', 'timed-out']);
    expect(ends.get('crash')).toEqual(['undecided', 'crashed']);
  });

  it('is read no faster than there is room for items; a caller whose queue is full is told to come later', async () => {
    const ada = server().as('ada');
    const { sending, answer } = ada.begin('POST', '/batches?timeout=60');
    sending.on('error', () => undefined);
    let sent = 0;
    const filler = `--${'-'.repeat(100_000)}\n`;
    const send = (): void => {
      while (sent < 4000 && sending.write(`${JSON.stringify({ code: `${filler}${spin.code}` })}\n`)) sent += 1;
    };
    sending.on('drain', send);
    send();
    await using first = await answer();
    const id = await idOf(first);
    await vi.waitFor(async () => {
      expect(await ada.ask('POST', '/batches')).toMatchObject({ status: 429, body: { error: { code: 'busy' } } });
    }, patience);
    // What the system keeps on the way is the rest of what was sent.
    await pause(500);
    const { received } = (await ada.ask('GET', `/batches/${id}`)).body;
    expect(Number(received)).toBeLessThanOrEqual(maxWaiting + 16);
    expect(sent).toBeLessThan(1000);

    // Somebody else has room, and is served beside it.
    await using other = await server()
      .as('bob')
      .post('/batches', [sum(0), sum(1)]);
    await using results = await server()
      .as('bob')
      .get(`/batches/${await idOf(other)}/results`);
    expect(await results.rest()).toHaveLength(3);
    await using caller = await connectHttp('new client, 2026', server().url, server().tokenOf('bob'));
    expect((await caller.call('execute-lean', { code: '#eval 1' })).structured).toMatchObject({ status: 'success' });
    expect((await ada.ask('GET', `/batches/${id}`)).body).toMatchObject({ complete: false });
    expect((await ada.ask('DELETE', `/batches/${id}`)).status).toBe(204);
    expect((await first.rest()).at(-1)).toMatchObject({ error: { code: 'batch-unknown' } });
    expect((await ada.ask('GET', `/batches/${id}/results`)).status).toBe(404);
  });

  it('whose sender was cut off is gone on with where it ended', async () => {
    const ada = server().as('ada');
    const { sending, answer } = ada.begin('POST', '/batches');
    sending.on('error', () => undefined);
    sending.write([0, 1, 2].map((n) => `${JSON.stringify(sum(n))}\n`).join(''));
    const cut = await answer();
    const id = await idOf(cut);
    await vi.waitFor(async () => {
      expect((await ada.ask('GET', `/batches/${id}`)).body['received']).toBe(3);
    }, patience);
    await cut[Symbol.asyncDispose]();

    expect(await ada.ask('POST', `/batches/${id}?from=4`)).toMatchObject({
      status: 400,
      body: { error: { code: 'usage' } },
    });
    // Items that came in before are not checked twice.
    await using more = await ada.post(
      `/batches/${id}?from=1`,
      [1, 2, 3, 4].map((n) => sum(n)),
    );
    expect((await more.rest()).at(-1)).toEqual({ batch: id, items: 5, complete: true });
    await using results = await ada.get(`/batches/${id}/results`);
    expectSums((await results.rest()).slice(0, -1), 5);
  });

  it.each([
    ['a line that is no item', '/batches', 'Line 2 is no item of a batch'],
    ['a way to keep apart that there is not', '/batches?isolation=none', 'isolation'],
    ['a parameter that there is not', '/batches?tineout=5', 'tineout'],
    ['a part that there is not', '/batches?report=everything', 'report'],
  ])('with %s is refused', async (_, path, why) => {
    await using answer = await server()
      .as('ada')
      .post(path, [sum(0), { cod: 1 }]);
    expect(JSON.stringify(await answer.rest())).toContain(JSON.stringify(why).slice(1, -1));
  });
});

it('a server that ends says so to readers and senders, and leaves nothing behind', async () => {
  await using ending = await serveHttp();
  const client = batchClient(ending.origin);
  const { sending, answer } = client.begin('POST', '/batches?timeout=60');
  sending.on('error', () => undefined);
  sending.write(`${JSON.stringify(spin)}\n`);
  await using receipt = await answer();
  const id = await idOf(receipt);
  await using results = await client.get(`/batches/${id}/results`);
  await vi.waitFor(async () => {
    expect((await client.ask('GET', `/batches/${id}`)).body['received']).toBe(1);
  }, patience);
  const stopped = ending.stop();
  expect(await results.rest()).toMatchObject([{ error: { code: 'shutting-down' } }]);
  expect((await receipt.rest()).at(-1)).toMatchObject({ error: { code: 'shutting-down' } });
  expect(await stopped).toBe(0);
});
