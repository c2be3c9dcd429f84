import { cpus } from 'node:os';

/** Measures how busy this machine's CPUs are from its construction on, with everything that runs on it. */
export class CpuMeter {
  readonly #before = cpuTimes();

  /** CPU time used since, in milliseconds, and its share in the time that there was, from 0 to 1. */
  read(): { readonly busyMs: number; readonly share: number } {
    const { busy, idle } = cpuTimes();
    const busyMs = busy - this.#before.busy;
    return { busyMs, share: busyMs / Math.max(1, busyMs + idle - this.#before.idle) };
  }
}

function cpuTimes(): { busy: number; idle: number } {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}
