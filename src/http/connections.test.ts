import { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { Connections } from './connections.ts';

it('the connection that has been quiet the longest makes room for a new one', () => {
  const connections = new Connections(2);
  const [first, second, third] = [new Socket(), new Socket(), new Socket()];
  for (const socket of [first, second]) connections.add(socket);
  connections.answered(first);
  connections.add(third);
  expect([first, second, third].map(({ destroyed }) => destroyed)).toEqual([false, true, false]);
});

it('those of known callers stay while others are more than half', () => {
  const connections = new Connections(4);
  const known = new Socket();
  connections.add(known);
  connections.callerIsKnown(known);
  connections.answered(known);
  const flood = Array.from({ length: 100 }, () => new Socket());
  for (const socket of flood) connections.add(socket);
  expect(known.destroyed).toBe(false);
  expect(flood.filter(({ destroyed }) => !destroyed)).toEqual(flood.slice(-3));
});

const steps = fc.array(
  fc.record({ what: fc.constantFrom('open', 'known', 'answered', 'hang up'), which: fc.nat(20) }),
  { maxLength: 60 },
);

it('there are never more than may be, nobody who is being served is cut off, and the newest is kept where it can be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), steps, async (limit, todo) => {
      const connections = new Connections(limit);
      const opened: Socket[] = [];
      const serving = new Set<Socket>();
      for (const { what, which } of todo) {
        const open = opened.filter(({ destroyed }) => !destroyed);
        const socket = open[which % Math.max(open.length, 1)];
        if (what === 'open') {
          const newest = new Socket();
          const isRoom = serving.size < limit;
          connections.add(newest);
          opened.push(newest);
          expect(newest.destroyed).toBe(!isRoom);
        } else if (socket !== undefined && what === 'known') {
          connections.callerIsKnown(socket);
          serving.add(socket);
        } else if (socket !== undefined && what === 'answered') {
          connections.answered(socket);
          serving.delete(socket);
        } else if (socket !== undefined) {
          await new Promise((resolve) => socket.once('close', resolve).destroy());
          serving.delete(socket);
        }
        expect(connections.size).toBe(opened.filter(({ destroyed }) => !destroyed).length);
        expect(connections.size).toBeLessThanOrEqual(limit);
        for (const served of serving) expect(served.destroyed).toBe(false);
      }
    }),
    { numRuns: fuzzRuns(200) },
  );
});
