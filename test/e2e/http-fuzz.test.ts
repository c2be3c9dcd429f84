/*
 * Callers over HTTP that try to stop the server, by random bytes and requests over raw sockets, with one beside them who only
 * wants to be served. `npm run fuzz` tries far more (FUZZ_RUNS), and says how long the latter waited.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fuzzRuns } from '../support/fuzz-runs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startCanary } from './support/canary.ts';
import { runCommand } from './support/command.ts';
import { expectNoContainers, patience } from './support/containers.ts';
import { carryOut, hostility } from './support/hostile-http.ts';
import { serveHttp, type HttpTestServer } from './support/http-server.ts';
import { openLegacy } from './support/legacy-requests.ts';
import { liveMemory, tellsLiveMemory } from './support/live-memory.ts';
import { programText } from './support/programs.ts';
import { rawCall, rawRequest } from './support/raw-request.ts';
import { asBytes, openSocket, type RawSocket } from './support/raw-socket.ts';

const places = 100;
const runs = fuzzRuns(400);
const atOnce = 8;
/** More than twice as many as may be open. */
const quietConnections = Math.min(10_000, Math.max(500, runs / 2));
/** What is compiled and cached on the way. */
const tolerance = 8 * 1024 * 1024;
/** Of 2025, for one caller. */
const maxKeptConnections = 256;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: HttpTestServer;
let eve = '';
let canary: ReturnType<typeof startCanary>;
let liveBefore = 0;
let filesBefore = 0;

const openFiles = (): number => readdirSync(`/proc/${server.pid}/fd`).length;

/** Tries the next so many. */
async function attack(count: number, seed?: number): Promise<void> {
  const todo = fc.sample(hostility, { numRuns: count, ...(seed !== undefined && { seed }) });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let turn = next++; turn < todo.length; turn = next++) {
      const chosen = todo[turn];
      const token = [eve, 'ldm_garbage', undefined][turn % 3];
      if (chosen !== undefined) await carryOut(chosen, server.url, token);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** The canary goes on being served, and nothing went wrong with it. */
async function expectServed(): Promise<void> {
  const before = canary.served();
  await vi.waitFor(() => {
    expect(canary.problems).toEqual([]);
    expect(canary.served()).toBeGreaterThan(before + 1);
  }, patience);
}

beforeAll(async () => {
  folder = await temporaryFolder();
  const settings = {
    HTTP_TOKENS_FILE: path.join(folder.path, 'tokens.json'),
    HTTP_MAX_CONNECTIONS: String(2 * places),
    HTTP_MAX_CALLS: '2',
    HTTP_MAX_WAITING_CALLS: '2',
    POOL_SIZE: '0',
  };
  const token = async (name: string): Promise<string> =>
    (await runCommand(['token', 'add', name], { settings })).stdout.trim();
  eve = await token('eve');
  const ada = await token('ada');
  server = await serveHttp({ settings, nodeArguments: tellsLiveMemory });
  // Connections that the protocol of 2025 lets a caller keep are no leak, but take memory until there are as many as may be.
  for (let count = 0; count <= maxKeptConnections; count += 1) {
    await openLegacy(server.url, { authorization: `Bearer ${eve}` });
  }
  await attack(200);
  liveBefore = await liveMemory(server);
  filesBefore = openFiles();
  canary = startCanary(server.url, ada);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

it(`${runs} random hostilities keep nobody from being served`, async () => {
  for (let left = runs; left > 0; left -= 200) {
    await attack(Math.min(left, 200));
    await expectServed();
  }
}, 14_400_000);

it('nor do requests that are reset at every byte', async () => {
  for (const token of [eve, 'ldm_garbage']) {
    const all = asBytes('/mcp', rawCall('list-sessions', {}), { authorization: `Bearer ${token}` });
    for (let length = 0; length <= all.length; length += 1) {
      using raw = await openSocket(server.url);
      await raw.write(all.slice(0, length));
    }
  }
  await expectServed();
});

it('nor calls that are left at any moment', async () => {
  const call = rawCall('execute-lean', { code: programText('main-spin'), timeout: 2 });
  for (let count = 0; count < 30; count += 1) {
    using raw = await openSocket(server.url);
    await raw.write(asBytes('/mcp', call, { authorization: `Bearer ${eve}` }).repeat(1 + (count % 3)));
    for (let turns = 0; turns < count; turns += 1) await (await fetch(`${server.origin}/healthz`)).text();
  }
  await expectServed();
  await expectNoContainers(server.pid);
});

it(`nor ${quietConnections} connections that send nothing, half a request, or byte by byte`, async () => {
  const quiet: RawSocket[] = [];
  while (quiet.length < quietConnections) {
    const raw = await openSocket(server.url);
    quiet.push(raw);
    if (quiet.length % 3 === 1) await raw.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\n');
    if (quiet.length % 3 === 2) await quiet[Math.max(0, quiet.length - 30)]?.write('G');
    if (quiet.length % 100 === 0) await expectServed();
  }
  await expectServed();
  for (const raw of quiet) raw[Symbol.dispose]();
});

it('then everything that was taken is free again, and it ends in order', async () => {
  const times = await canary.stop();
  const part = (share: number): string => `${Math.round(times[Math.floor(share * (times.length - 1))] ?? 0)} ms`;
  process.stderr.write(`${times.length} calls beside it: median ${part(0.5)}, p99 ${part(0.99)}, longest ${part(1)}\n`);
  const { headers, body } = rawRequest('subscriptions/listen', { notifications: { resourcesListChanged: true } });
  const listen = { method: 'POST', headers: { ...headers, authorization: `Bearer ${eve}` }, body };
  await vi.waitFor(async () => {
    const streams = [];
    for (let count = 0; count < places; count += 1) streams.push(await fetch(server.url, listen));
    for (const stream of streams) await stream.body?.cancel();
    expect(streams.map(({ status }) => status)).toEqual(Array(places).fill(200));
  }, patience);
  await vi.waitFor(() => {
    expect(openFiles()).toBeLessThan(filesBefore + 10);
  }, patience);
  const liveAfter = await liveMemory(server);
  process.stderr.write(`live memory grew by ${((liveAfter - liveBefore) / 1024 ** 2).toFixed(1)} MiB\n`);
  expect(liveAfter - liveBefore).toBeLessThan(tolerance);
  expect(await server.stop()).toBe(0);
});
