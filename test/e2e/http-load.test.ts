/*
 * Many calls of several callers at once: each gets its own answer, once, and no sandbox is left. LOAD_CALLS=2000 makes it
 * take minutes; the log tells how long calls took.
 */
import { expect, it } from 'vitest';
import { expectNoContainers } from './support/containers.ts';
import { connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { knownCallers } from './support/known-callers.ts';

const calls = Number(process.env['LOAD_CALLS'] ?? 128);
const connections = 64;
const callers = ['ada', 'bob', 'eve'];

it(`${calls} calls of ${callers.length} callers over ${connections} connections each get their own answer`, async () => {
  await using known = await knownCallers(...callers);
  const tokens = callers.map(known.tokenOf);
  const times: number[] = [];
  let pid: number;
  {
    await using server = await serveHttp({ settings: known.settings });
    pid = server.pid;
    let left = calls;
    const answered: number[] = [];
    const work = async (connection: number): Promise<void> => {
      await using client = await connectHttp('new client, 2026', server.url, tokens[connection % callers.length]);
      while (left > 0) {
        const number = (left -= 1);
        const startedAt = performance.now();
        const { structured, text } = await client.call('execute-lean', { code: `#eval ${number} + ${number}` });
        times.push(performance.now() - startedAt);
        expect(
          structured.diagnostics?.map(({ message }) => message.trim()),
          text,
        ).toEqual([String(2 * number)]);
        answered.push(number);
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: connections }, (_, connection) => work(connection)));
    const seconds = (performance.now() - startedAt) / 1000;
    expect(answered.toSorted((a, b) => a - b)).toEqual(Array.from({ length: calls }, (_, number) => number));
    times.sort((a, b) => a - b);
    const part = (share: number): string => `${Math.round(times[Math.floor(share * (times.length - 1))] ?? 0)} ms`;
    process.stderr.write(`${(calls / seconds).toFixed(1)} calls/s; median ${part(0.5)}, p95 ${part(0.95)}\n`);
  }
  await expectNoContainers(pid);
}, 3_600_000);
