import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../test/fakes/recording-logger.ts';
import { EventStream } from './event-stream.ts';
import type { TelemetryEvent } from './telemetry.ts';

const evicted: TelemetryEvent = { kind: 'session-closed', reason: 'idle' };

describe('EventStream', () => {
  it('hands events to every observer, also after one that throws, and reports that', () => {
    const logger = recordingLogger();
    const events = new EventStream();
    events.reportTo(logger);
    const seen: TelemetryEvent[] = [];
    events.add(() => {
      throw new Error('broken');
    });
    events.add((event) => seen.push(event));
    events.emit(evicted);
    expect(seen).toEqual([evicted]);
    expect(logger.lines).toMatchObject([{ level: 'error', fields: { event: 'session-closed', error: 'broken' } }]);
  });

  it('keeps fields with the work they are about, across waiting and side by side', async () => {
    const events = new EventStream();
    const work = (call: string): Promise<unknown> =>
      events.within({ request: 'r' }, () =>
        events.within({ call }, async () => {
          await new Promise((resolve) => setTimeout(resolve, call === 'a' ? 5 : 1));
          return events.fields;
        }),
      );
    expect(await Promise.all([work('a'), work('b')])).toEqual([
      { request: 'r', call: 'a' },
      { request: 'r', call: 'b' },
    ]);
    expect(events.fields).toEqual({});
  });
});
