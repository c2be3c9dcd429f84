import { expect, it, vi } from 'vitest';
import { recordingLogger } from '../../test/fakes/recording-logger.ts';
import { localPrincipal } from '../core/ids.ts';
import { LoopWatch } from './loop-watch.ts';

/** Keeps the thread from everybody else, for longer than is told of. */
function block(): void {
  const until = performance.now() + 400;
  while (performance.now() < until);
}

it('tells that the thread was busy, whose calls were under way, and for whom most was read', async () => {
  const logger = recordingLogger();
  using watch = new LoopWatch(logger);
  const ended = {
    principal: localPrincipal,
    startedAt: new Date(),
    durationMs: 1,
    outcome: 'success',
    texts: [],
  } as const;
  for (const callId of ['first', 'second']) watch.observe({ kind: 'call-began', callId, tool: 'execute-lean' });
  watch.observe({ kind: 'call-ended', callId: 'first', tool: 'execute-lean', coldStart: false, ...ended });
  watch.noteReading(3, 'first');
  watch.noteReading(30, 'second');
  watch.noteReading(5, 'first');
  // What was delayed is measured by a timer that has to have begun.
  await new Promise((resolve) => setTimeout(resolve, 50));
  block();
  await vi.waitFor(() => {
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: {
          delay_ms: expect.any(Number) as number,
          calls: [
            { call: 'first', tool: 'execute-lean' },
            { call: 'second', tool: 'execute-lean' },
          ],
          longest_reading: { ms: 30, call: 'second' },
        },
      }),
    );
  }, 60_000);
  expect(watch.longestMs).toBeGreaterThan(250);
});
