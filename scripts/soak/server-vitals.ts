import { readFileSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import type Docker from 'dockerode';
import { labelPrefix } from '../../src/sandbox/docker/container-spec.ts';

/** What a server has in use. Read from /proc, so on Linux only. */
export interface ServerVitals {
  readonly containers: number;
  readonly memoryMiB: number;
  readonly descriptors: number;
}

export async function readServerVitals(docker: Docker, pid: number): Promise<ServerVitals> {
  const label = [`${labelPrefix}owner=${hostname()}:${pid}`];
  const rss = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    containers: (await docker.listContainers({ all: true, filters: { label } })).length,
    memoryMiB: Math.round(Number(rss) / 1024),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** What is more at the end than what is normal, in words. */
export function excess(before: ServerVitals, after: ServerVitals): string[] {
  const grown = (name: keyof ServerVitals, tolerance: number): string[] =>
    after[name] > before[name] + tolerance ? [`${name} grew from ${before[name]} to ${after[name]}`] : [];
  // The runtime keeps memory that it has needed once; connections to the engine are kept for a while.
  return [...grown('containers', 0), ...grown('memoryMiB', 200), ...grown('descriptors', 16)];
}
