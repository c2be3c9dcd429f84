/** A server whose Lean writes whatever it likes to its stdout, and a caller beside it who must not suffer. */
import { expect, inject, it, vi } from 'vitest';
import { makeHostileCalls } from '../../scripts/fuzz/hostile-calls.ts';
import { SoakServer } from '../../scripts/soak/soak-server.ts';
import { startOnHttp, startOnStdio } from '../../scripts/soak/start-server.ts';
import { engine } from './support/containers.ts';

const mebibyte = 1024 ** 2;

it.each([
  ['stdio', startOnStdio],
  ['HTTP', startOnHttp],
])('ends no server on %s, fills no memory and keeps nobody from being answered', async (_, start) => {
  vi.stubEnv('LEAN_DOCKER_MCP_IMAGE', inject('sandboxImage'));
  await using server = new SoakServer(await start(), await engine());
  const { frames, outcomes, waits, liveBytes, problems } = await makeHostileCalls(server, {
    frames: 160_000,
    framesPerCall: 20_000,
    callsAtOnce: 2,
    seed: 4711,
  });
  vi.unstubAllEnvs();
  expect(problems).toEqual([]);
  expect(frames).toBe(160_000);
  const answered = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  expect([answered, [...outcomes.keys()].filter((outcome) => outcome.startsWith('no '))]).toEqual([8, []]);
  expect(waits.length).toBeGreaterThan(0);
  expect(liveBytes[1] - liveBytes[0]).toBeLessThan(32 * mebibyte);
});
