/* A server that nobody calls takes little of the machine, and in the end nothing. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { containersEverMadeBy, containersOf, expectNoContainers, patience } from './support/containers.ts';
import { sandboxCounts, serveHttp } from './support/http-server.ts';
import { startRaw } from './support/raw-server.ts';
import { connect } from './support/server.ts';

const small = { MEMORY_LIMIT: '256m', CPU_LIMIT: '0.5' };
/** Time for what a test says does not happen. */
const aWhile = 3000;

async function running(pid: number): Promise<number> {
  return (await containersOf(pid)).filter(({ State }) => State === 'running').length;
}

async function expectRunning(pid: number, count: number): Promise<void> {
  await vi.waitFor(async () => {
    expect(await running(pid)).toBe(count);
  }, patience);
}

it('a server makes no sandbox until a client has said something', async () => {
  const startedAt = new Date();
  await using server = await startRaw({ settings: { ...small, POOL_SIZE: '4' }, initialize: false });
  await pause(aWhile);
  expect(await containersEverMadeBy(server.pid, startedAt)).toBe(0);
});

it('a server makes what a first call needs when a client is there, and the rest when it has called', async () => {
  let left = aWhile;
  await vi.waitFor(async () => {
    await using server = await connect({ settings: { ...small, POOL_SIZE: '5' } });
    await expectRunning(server.pid, 2);
    await pause(left);
    // A busy machine takes longer to have Lean started in them.
    left *= 2;
    expect(await containersEverMadeBy(server.pid, server.startedAt)).toBe(2);
    const { timings_ms: timings } = await server.execute('def main : IO Unit := IO.println "Hello from Lean 4!"');
    expect(timings.cold_start).toBeUndefined();
    await expectRunning(server.pid, 5);
  }, patience);
});

it('a server that nobody has called for a while has no sandbox left, not even of a session, and the next call brings them back', async () => {
  await using server = await connect({ settings: { ...small, POOL_SIZE: '3', IDLE_TIMEOUT: '4' } });
  const { session_id: session } = await server.step('def kept := 41');
  await expectNoContainers(server.pid);
  await vi.waitFor(() => {
    expect(server.log()).toContain('Nobody has called for a while');
  }, patience);
  const result = await server.step('#eval kept + 1', session);
  expect(result).toMatchObject({ status: 'success', step: 2, session_rebuilt: true });
  expect(result.diagnostics).toMatchObject([{ message: '42' }]);
  await expectNoContainers(server.pid);
  expect(await server.execute('#eval 1 + 1')).toMatchObject({ status: 'success' });
});

it('a server over HTTP has all its sandboxes ready from the start', async () => {
  await using server = await serveHttp({ settings: { ...small, POOL_SIZE: '4' } });
  await vi.waitFor(async () => {
    expect(await sandboxCounts(server.url)).toMatchObject({ warm: 4 });
  }, patience);
});
