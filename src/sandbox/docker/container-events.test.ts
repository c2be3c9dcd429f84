import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeEngineEvents } from '../../../test/fakes/engine.ts';
import { silentLogger } from '../../telemetry/telemetry.ts';
import { ContainerEvents, parseContainerEvent, type ContainerEvent } from './container-events.ts';

const event = (action: string, attributes: object = {}): object => ({
  Type: 'container',
  Action: action,
  Actor: { ID: 'c1', Attributes: attributes },
});

describe('parseContainerEvent', () => {
  it.each<[string, object, ContainerEvent | undefined]>([
    ['the end of a container', event('die', { exitCode: '3' }), { kind: 'ended', id: 'c1', exitCode: 3 }],
    ['the end of a killed container', event('die', { exitCode: '137' }), { kind: 'ended', id: 'c1', exitCode: 137 }],
    ['an end without an exit code', event('die'), { kind: 'ended', id: 'c1', exitCode: undefined }],
    ['the memory limit', event('oom'), { kind: 'out-of-memory', id: 'c1' }],
    ['a kill by the engine', event('kill', { signal: '9' }), { kind: 'killed', id: 'c1' }],
    ['a container that the engine stopped', event('stop'), { kind: 'stopped', id: 'c1' }],
    ['an event of an old engine', { status: 'oom', id: 'c2', Action: 'oom' }, { kind: 'out-of-memory', id: 'c2' }],
    ['other events', event('start'), undefined],
    ['an event of nothing', { Action: 'die' }, undefined],
  ])('understands %s', (_, event, expected) => {
    expect(parseContainerEvent(JSON.stringify(event))).toEqual(expected);
  });

  it.each(['', 'null', '5', '"die"', '[]', '{', '{"Actor":null}', '{"Actor":5,"Action":"die"}'])(
    'ignores %j',
    (line) => {
      expect(parseContainerEvent(line)).toBeUndefined();
    },
  );
});

describe('ContainerEvents', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function open() {
    const engine = new FakeEngineEvents();
    const heard: ContainerEvent[] = [];
    const events = new ContainerEvents(engine.client, 'instance 1', silentLogger, (event) => heard.push(event));
    await events.open();
    return { engine, heard, events };
  }

  /** Lets streams hand on what they have. */
  async function settle(): Promise<void> {
    for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  it('asks for ends and for the memory limit of its own containers only', async () => {
    const { engine, events } = await open();
    expect(engine.requests).toEqual([
      {
        filters: {
          label: ['io.github.lean-docker-mcp.instance=instance 1'],
          event: ['oom', 'kill', 'stop', 'die'],
          type: ['container'],
        },
      },
    ]);
    events[Symbol.dispose]();
  });

  it('tells what happens, in its order, wherever the stream is cut', async () => {
    const { engine, heard, events } = await open();
    const lines = [event('oom'), event('die', { exitCode: '137' })].map((one) => `${JSON.stringify(one)}\n`).join('');
    for (const character of lines) engine.streams[0]?.write(character);
    await settle();
    expect(heard).toEqual([
      { kind: 'out-of-memory', id: 'c1' },
      { kind: 'ended', id: 'c1', exitCode: 137 },
    ]);
    events[Symbol.dispose]();
  });

  it.each([
    ['ends', (engine: FakeEngineEvents) => engine.streams[0]?.end()],
    ['is closed', (engine: FakeEngineEvents) => engine.streams[0]?.destroy()],
    ['breaks', (engine: FakeEngineEvents) => engine.streams[0]?.destroy(new Error('aborted'))],
  ])(
    'says when events may have been missed because the stream %s, and goes on when the engine is back',
    async (_, stop) => {
      const { engine, heard, events } = await open();
      engine.isDown = true;
      stop(engine);
      await settle();
      expect(heard).toEqual([{ kind: 'interrupted' }]);
      for (let seconds = 0; seconds < 3; seconds += 1) {
        await vi.advanceTimersByTimeAsync(1000);
        await settle();
      }
      expect(engine.requests).toHaveLength(4);
      engine.isDown = false;
      heard.length = 0;
      await vi.advanceTimersByTimeAsync(1000);
      await settle();
      // Once more, because only now can the engine be asked.
      expect(heard).toEqual([{ kind: 'interrupted' }]);
      engine.tell(event('oom'));
      await settle();
      expect(heard.at(-1)).toEqual({ kind: 'out-of-memory', id: 'c1' });
      events[Symbol.dispose]();
    },
  );

  it('is quiet once disposed', async () => {
    const { engine, heard, events } = await open();
    events[Symbol.dispose]();
    await settle();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(engine.streams[0]?.destroyed).toBe(true);
    expect(heard).toEqual([]);
    expect(engine.requests).toHaveLength(1);
  });

  it('does not come back when it is disposed while the engine is away', async () => {
    const { engine, events } = await open();
    engine.streams[0]?.destroy();
    await settle();
    events[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(engine.requests).toHaveLength(1);
  });

  it('leaves no stream open when it is disposed while it opens', async () => {
    const engine = new FakeEngineEvents();
    const events = new ContainerEvents(engine.client, 'i', silentLogger, () => undefined);
    const opening = events.open();
    events[Symbol.dispose]();
    await opening;
    expect(engine.streams[0]?.destroyed).toBe(true);
  });
});
