/* Loaded into the server under a soak: on SIGUSR2 it collects garbage and tells on stderr what is left, in bytes. */
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';

async function tell() {
  // What the first collection finalizes may keep something else.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  process.stderr.write(`\nlive memory: ${heapUsed + external}\n`);
}

process.on('SIGUSR2', () => void tell());
