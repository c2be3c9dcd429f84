/*
 * What is over is not kept. Each test makes something, ends it, and holds on to what lives on as long as the server does: the
 * signal of a caller, a pool, the registry of sessions. The garbage collector then tells whether anything still refers to it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/core/deadline.ts';
import { Owned } from '../../src/core/owned.ts';
import { JoinedSignal } from '../../src/core/joined-signal.ts';
import { abortable } from '../../src/core/abortable.ts';
import type { Principal } from '../../src/core/ids.ts';
import { ReadingTurns } from '../../src/core/reading-turns.ts';
import { LeanElaborator } from '../../src/lean/lean-elaborator.ts';
import { LeanServer } from '../../src/lean/lean-server.ts';
import type { Lean } from '../../src/lean/lean.ts';
import type { SandboxDriver } from '../../src/sandbox/sandbox.ts';
import { SessionRegistry } from '../../src/sessions/session-registry.ts';
import { noSessionStore } from '../../src/sessions/session-store.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { FakeLean } from '../fakes/lean.ts';
import { FakePool, FakeWorkshop } from '../fakes/pool-items.ts';
import { FakeSandbox, someLaunch } from '../fakes/sandbox.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Collections after which something that nobody refers to is gone, however it was found; no time is meant. */
const maxRounds = 10;

/** Whether something is collected that was made, used and ended; nothing of it may be returned. */
async function isCollected(live: () => Promise<WeakRef<object>>): Promise<boolean> {
  const past = await live();
  for (let round = 0; round < maxRounds && past.deref() !== undefined; round += 1) {
    await nextTurn();
    collectGarbage();
  }
  return past.deref() === undefined;
}

/** Makes sandboxes that nobody keeps. */
const driver: SandboxDriver = {
  start: (spec) => Promise.resolve(new FakeSandbox(spec)),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
const output = { keepBytes: 1000, stopBytes: 10_000 };

describe('the garbage collector finds', () => {
  it('what is kept, so that these tests can fail', async () => {
    const kept: object[] = [];
    const found = await isCollected(() => {
      const thing = {};
      kept.push(thing);
      return Promise.resolve(new WeakRef(thing));
    });
    expect({ found, kept: kept.length }).toEqual({ found: false, kept: 1 });
  });

  it('a time limit whose caller goes on', async () => {
    const caller = new AbortController();
    const live = async (): Promise<WeakRef<object>> => {
      using deadline = new Deadline(600_000, caller.signal);
      return await Promise.resolve(new WeakRef(deadline));
    };
    expect(await isCollected(live)).toBe(true);
    expect(caller.signal.aborted).toBe(false);
  });

  it('a joined signal whose sources go on', async () => {
    const sources = [new AbortController(), new AbortController()];
    const live = async (): Promise<WeakRef<object>> => {
      using joined = new JoinedSignal(sources.map(({ signal }) => signal));
      return await Promise.resolve(new WeakRef(joined));
    };
    expect(await isCollected(live)).toBe(true);
    expect(sources.length).toBe(2);
  });

  it('what was waited for with a signal that goes on', async () => {
    const caller = new AbortController();
    const live = async (): Promise<WeakRef<object>> => {
      const value = {};
      await abortable(Promise.resolve(value), caller.signal);
      return new WeakRef(value);
    };
    expect(await isCollected(live)).toBe(true);
    expect(caller.signal.aborted).toBe(false);
  });

  it.each<[string, (turns: ReadingTurns) => Promise<Lean>]>([
    ['Lean’s language server', (turns) => LeanServer.start(driver, someLaunch, output, turns)],
    ['an elaborator', (turns) => LeanElaborator.start(driver, someLaunch, output, turns)],
  ])('%s that was disposed, while others are read', async (_, start) => {
    const turns = new ReadingTurns();
    const live = async (): Promise<WeakRef<object>> => {
      await using lean = await start(turns);
      using deadline = new Deadline(1);
      await lean.elaborate({ text: 'def a := 1\n' }, deadline);
      return new WeakRef(lean);
    };
    expect(await isCollected(live)).toBe(true);
    expect(turns).toBeDefined();
  });

  it('what a pool has lent, once it is disposed', async () => {
    const workshop = new FakeWorkshop();
    await using pool = new FakePool(workshop, {
      size: 0,
      ranked: [],
      mayKeep: () => false,
      maxAgeMs: 600_000,
      logger: silentLogger,
    });
    const live = async (): Promise<WeakRef<object>> => {
      const leasing = pool.lease('lean', { borrower: 'a' });
      await nextTurn();
      workshop.succeedAll();
      const { item } = await leasing;
      await item[Symbol.asyncDispose]();
      workshop.items.length = 0;
      return new WeakRef(item);
    };
    expect(await isCollected(live)).toBe(true);
    expect(pool.stats.leased).toBe(0);
  });

  it('a session that was ended, and its server', async () => {
    await using registry = new SessionRegistry({
      maxSessions: 10,
      idleTimeoutMs: 600_000,
      store: noSessionStore,
      logger: silentLogger,
    });
    const sessions = registry.of({ principal: 'a' as Principal });
    const live = async (): Promise<WeakRef<object>> => {
      const session = await sessions.open();
      const server = new FakeLean();
      session.attach({ lean: new Owned<Lean>(server, () => undefined), header: '' });
      await session.takeTurn(() => Promise.resolve());
      await sessions.close(session.id);
      return new WeakRef(session);
    };
    expect(await isCollected(live)).toBe(true);
  });
});
