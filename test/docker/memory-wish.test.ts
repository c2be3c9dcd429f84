/* An image that asks for much memory: everything that depends on memory is worked out from what its sandboxes get. */
import { describe, expect, it, vi } from 'vitest';
import type { CheckResult } from '../../src/doctor/check.ts';
import { readEngineInfo } from '../../src/sandbox/docker/engine-facts.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { runCommand } from '../e2e/support/command.ts';
import { patience } from '../e2e/support/containers.ts';
import { connectHttp } from '../e2e/support/http-clients.ts';
import { serveHttp } from '../e2e/support/http-server.ts';
import { programText } from '../e2e/support/programs.ts';
import { relabelledImage } from './support/relabelled-image.ts';

const docker = await connectEngine(process.env);
const { MemTotal } = await readEngineInfo(docker);
const mebibyte = 1024 ** 2;
/** Two of these fit into the memory of the engine's machine. */
const wish = Math.floor(MemTotal / 2.5 / mebibyte) * mebibyte;

const greedyImage = () => relabelledImage(docker, (facts) => ({ ...facts, memoryHint: wish }));

describe('an image that asks for two fifths of the memory', () => {
  it('has two calls executed at a time, from the first on', async () => {
    await using image = await greedyImage();
    await using server = await serveHttp({ settings: { IMAGE: image.name, POOL_ENABLED: 'false' } });
    await using client = await connectHttp('new client, 2026', server.url);
    const stop = new AbortController();
    const calls = Array.from({ length: 4 }, () =>
      client
        .call('execute-lean', { code: programText('main-sleep'), timeout: 300 }, { signal: stop.signal })
        .catch(() => undefined),
    );
    const counted = await vi.waitFor(async () => {
      const counts = await callCounts(server.url);
      expect(counts.running + counts.waiting).toBe(calls.length);
      return counts;
    }, patience);
    expect(counted).toEqual({ running: 2, waiting: 2 });
    stop.abort();
    await Promise.all(calls);
  });

  it('has two calls executed at a time, says doctor', async () => {
    await using image = await greedyImage();
    const { stdout } = await runCommand(['doctor', '--json'], { settings: { IMAGE: image.name } });
    const { checks } = JSON.parse(stdout) as { readonly checks: readonly CheckResult[] };
    expect(checks.find(({ name }) => name === 'memory')?.detail).toContain('2 calls are executed at a time');
  });
});

async function callCounts(url: URL): Promise<{ running: number; waiting: number }> {
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  const count = (state: string): number =>
    Number(new RegExp(String.raw`^lean_docker_mcp_calls_${state} (\d+)$`, 'm').exec(metrics)?.[1]);
  return { running: count('running'), waiting: count('waiting') };
}
