import { readFile } from 'node:fs/promises';
import type { BenchGround } from './bench-ground.ts';
import type { BenchReport } from './bench-report.ts';
import { MeasuredServer } from './measured-server.ts';
import { pause } from './pause.ts';

const maxPool = 32;
/** What a sandbox without imports may need, so that a full pool does not fill the engine's machine. */
const memoryOfSandbox = 160 * 1024 * 1024;
const betweenLooksMs = 250;
/** Looks without a new sandbox after which the pool counts as full. */
const looksUntilFull = 40;

/** The memory of a server with a full pool. */
export async function measureMemory(ground: BenchGround, signal: AbortSignal): Promise<BenchReport['memory']> {
  const size = Math.max(1, Math.min(maxPool, Math.floor(ground.engine.memory / 2 / memoryOfSandbox)));
  const settings = { POOL_ENABLED: 'true', POOL_SIZE: String(size), WARM_HEADERS: '' };
  await using server = await MeasuredServer.start(ground.server(settings));
  // A server fills its pool when it has been called.
  await server.call('execute-lean', { code: '' });
  let running = 0;
  for (let looks = 0; running < size && looks < looksUntilFull; looks += 1) {
    await pause(betweenLooksMs);
    signal.throwIfAborted();
    const now = await ground.countSandboxes(server.pid);
    if (now > running) looks = 0;
    running = now;
  }
  return { sandboxes: running, ...(await memoryOf(server.pid)) };
}

async function memoryOf(pid: number): Promise<{ resident: number | null; peak: number | null }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const read = (field: string): number | null => {
    const kilobytes = new RegExp(String.raw`^${field}:\s*(\d+) kB`, 'm').exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  };
  return { resident: read('VmRSS'), peak: read('VmHWM') };
}
