/** How much a server can still reach: unlike the memory that the system has given it, this shows only what is kept. */
import path from 'node:path';
import { vi } from 'vitest';
import { patience } from './containers.ts';
import type { HttpTestServer } from './http-server.ts';

const preload = path.join(import.meta.dirname, '..', '..', '..', 'scripts', 'soak', 'tell-live-memory.mjs');

/** For a server that is to be asked for its live memory. */
export const tellsLiveMemory = ['--expose-gc', '--import', preload] as const;

/** Has the server collect its garbage. @returns the bytes that are left */
export async function liveMemory(server: HttpTestServer): Promise<number> {
  const told = (): number[] => [...server.log().matchAll(/^live memory: (\d+)$/gm)].map(([, bytes]) => Number(bytes));
  const before = told().length;
  process.kill(server.pid, 'SIGUSR2');
  return await vi.waitFor(() => {
    const bytes = told()[before];
    if (bytes === undefined) throw new Error('it has not told its live memory');
    return bytes;
  }, patience);
}
