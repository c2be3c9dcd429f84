import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLean } from '../../test/fakes/lean.ts';
import { AppError } from '../core/app-error.ts';
import { localPrincipal, newSessionId, type Principal, type SessionId } from '../core/ids.ts';
import { Owned } from '../core/owned.ts';
import type { Lean } from '../lean/lean.ts';
import { silentTelemetry } from '../telemetry/telemetry.ts';
import type { OwnedSessions, SessionOwner } from './owned-sessions.ts';
import { SessionRegistry } from './session-registry.ts';
import type { Revision } from './revision.ts';
import { noSessionStore, sessionChanged, type SessionStore } from './session-store.ts';
import type { AcceptedStep, Session, SessionRecord } from './session.ts';

const idleTimeoutMs = 60_000;
const step: AcceptedStep = { header: '', code: 'def a := 1\n', names: ['a'], acceptedAt: new Date() };
const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

/** A store in memory, of which each writing can be held up or made to fail. */
function memoryStore() {
  const files = new Map<SessionId, SessionRecord>();
  const test = {
    files,
    failure: undefined as Error | undefined,
    held: Promise.resolve(),
  };
  /** As many writings as there were. */
  const revisions = new Map<SessionId, number>();
  const revisionOf = (id: SessionId): Revision | undefined =>
    files.has(id) ? (String(revisions.get(id) ?? 0) as Revision) : undefined;
  const store: SessionStore = {
    isShared: false,
    save: async (record, known) => {
      await test.held;
      if (test.failure !== undefined) throw test.failure;
      if (revisionOf(record.id) !== known) throw sessionChanged(record.id);
      files.set(record.id, record);
      revisions.set(record.id, (revisions.get(record.id) ?? 0) + 1);
      return revisionOf(record.id);
    },
    load: (id) => {
      const [record, revision] = [files.get(id), revisionOf(id)];
      return Promise.resolve(record && revision && { record, revision });
    },
    revision: (id) => Promise.resolve(revisionOf(id)),
    remove: (id) => {
      files.delete(id);
      return Promise.resolve();
    },
  };
  return Object.assign(test, { store });
}

const principal = (name: string): SessionOwner => ({ principal: name as Principal });

/** The sessions of the only one who has any. */
function registry(store: SessionStore = noSessionStore, maxSessions = 10): OwnedSessions & AsyncDisposable {
  const all = new SessionRegistry({ maxSessions, idleTimeoutMs, store, logger });
  return Object.assign(all.of(principal('a')), { [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() });
}

/** Gives a session a server, and tells whether it was destroyed. */
function attachServer(session: Session): () => boolean {
  const server = new FakeLean();
  session.attach({ lean: new Owned<Lean>(server, () => undefined), header: '' });
  return () => server.disposals > 0;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('finding a session', () => {
  it('finds the open one', async () => {
    await using sessions = registry();
    const session = await sessions.open();
    expect(await sessions.find(session.id)).toBe(session);
  });

  it('fails for a handle that is unknown, and says what to do', async () => {
    await using sessions = registry();
    await expect(sessions.find('never' as SessionId)).rejects.toMatchObject({
      code: 'session-unknown',
      message: 'There is no session "never".',
      hint: expect.stringContaining('without session_id') as unknown,
    });
  });

  it('finds one that an earlier program wrote down, once, with its text', async () => {
    const { store } = memoryStore();
    const earlier = registry(store);
    const { id } = await earlier.open([step]);
    await earlier[Symbol.asyncDispose]();
    await using sessions = registry(store);
    expect(sessions.all).toEqual([]);
    const [first, second] = await Promise.all([sessions.find(id), sessions.find(id)]);
    expect(first).toBe(second);
    expect(first.steps).toEqual([step]);
    expect(first.lostServer).toBe(true);
    expect(sessions.all).toEqual([first]);
  });

  it('fails when the file is damaged, and says so to whoever runs the program', async () => {
    const { all, damaged } = withDamagedFile();
    const own = all.of({ principal: localPrincipal });
    await expect(own.find(newSessionId())).rejects.toBe(damaged);
    await expect(own.close(newSessionId())).rejects.toBe(damaged);
    expect(own.all).toEqual([]);
  });

  it('tells other callers of a damaged file what they are told of an id that never was; the log has the rest', async () => {
    const { all } = withDamagedFile();
    const id = newSessionId();
    const never = new SessionRegistry({ maxSessions: 4, idleTimeoutMs, store: noSessionStore, logger });
    const failure = (sessions: SessionRegistry): Promise<unknown> =>
      sessions
        .of(principal('ada'))
        .find(id)
        .catch((error: unknown) => error);
    expect(await failure(all)).toEqual(await failure(never));
    expect(await all.of(principal('ada')).close(id)).toBeUndefined();
    expect(logger.warn).toHaveBeenCalledWith(expect.any(String), { sessionId: id, error: '/host/half.yaml' });
  });

  function withDamagedFile() {
    const damaged = new AppError('session-damaged', '/host/half.yaml');
    const store = { ...noSessionStore, load: () => Promise.reject(damaged) };
    return { damaged, all: new SessionRegistry({ maxSessions: 4, idleTimeoutMs, store, logger }) };
  }
});

describe('the number of open sessions', () => {
  it('is limited, and closing one makes room', async () => {
    await using sessions = registry(noSessionStore, 2);
    const { id } = await sessions.open();
    await sessions.open();
    await expect(sessions.open()).rejects.toMatchObject({
      code: 'session-limit',
      message: expect.stringContaining('docker.max_sessions') as unknown,
      hint: expect.stringContaining('cleanup-session') as unknown,
    });
    await sessions.close(id);
    await expect(sessions.open()).resolves.toBeDefined();
  });

  it('is limited for those that were written down too, but these can always be closed', async () => {
    const test = memoryStore();
    await using sessions = registry(test.store, 1);
    const id = newSessionId();
    test.files.set(id, { id, owner: 'a' as Principal, createdAt: new Date(), steps: [step] });
    await sessions.open();
    await expect(sessions.find(id)).rejects.toMatchObject({ code: 'session-limit' });
    expect(await sessions.close(id)).toMatchObject({ id, steps: [step] });
    expect(test.files.size).toBe(0);
  });
});

describe('what a session has accepted', () => {
  it('is written down before it counts', async () => {
    const test = memoryStore();
    await using sessions = registry(test.store);
    const session = await sessions.open();
    expect(test.files.size).toBe(0);
    await sessions.keep(session, [step]);
    expect(session.steps).toEqual([step]);
    expect(test.files.get(session.id)).toEqual(session.record);
  });

  it('stays as it was when it cannot be written down', async () => {
    const test = memoryStore();
    await using sessions = registry(test.store);
    const session = await sessions.open([step]);
    test.failure = new Error('disk full');
    await expect(sessions.keep(session, [])).rejects.toThrow('disk full');
    expect(session.steps).toEqual([step]);
  });

  it('opens no session when it cannot be written down', async () => {
    const test = memoryStore();
    test.failure = new Error('disk full');
    await using sessions = registry(test.store);
    await expect(sessions.open([step])).rejects.toThrow('disk full');
    expect(sessions.all).toEqual([]);
  });
});

describe('closing a session', () => {
  it('destroys its server and what was written down, and is done once', async () => {
    const test = memoryStore();
    await using sessions = registry(test.store);
    const session = await sessions.open([step]);
    const isDisposed = attachServer(session);
    expect(await sessions.close(session.id)).toMatchObject({ steps: [step] });
    expect(isDisposed()).toBe(true);
    expect(test.files.size).toBe(0);
    expect(await sessions.close(session.id)).toBeUndefined();
    await expect(sessions.find(session.id)).rejects.toMatchObject({ code: 'session-unknown' });
  });

  it('is final for a call that is about to keep its step', async () => {
    const test = memoryStore();
    await using sessions = registry(test.store);
    const session = await sessions.open([step]);
    await sessions.close(session.id);
    await expect(sessions.keep(session, [step, step])).rejects.toMatchObject({ code: 'session-unknown' });
    expect(test.files.size).toBe(0);
  });

  it('is final for a call that is writing its step down', async () => {
    const test = memoryStore();
    await using sessions = registry(test.store);
    const session = await sessions.open([step]);
    let goOn: () => void = () => undefined;
    test.held = new Promise((resolve) => (goOn = resolve));
    const keeping = sessions.keep(session, [step, step]);
    await sessions.close(session.id);
    goOn();
    await expect(keeping).rejects.toMatchObject({ code: 'session-unknown' });
    expect(test.files.size).toBe(0);
  });
});

describe('a session that idles', () => {
  it('is let go after its time, and what was written down stays', async () => {
    const test = memoryStore();
    await using sessions = registry(test.store);
    const session = await sessions.open([step]);
    const isDisposed = attachServer(session);
    await vi.advanceTimersByTimeAsync(idleTimeoutMs - 1);
    expect(sessions.all).toEqual([session]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sessions.all).toEqual([]);
    expect(isDisposed()).toBe(true);
    const again = await sessions.find(session.id);
    expect(again).not.toBe(session);
    expect(again.steps).toEqual([step]);
  });

  it('is given its time anew whenever it is asked for', async () => {
    await using sessions = registry();
    const session = await sessions.open();
    await vi.advanceTimersByTimeAsync(idleTimeoutMs - 1);
    await sessions.find(session.id);
    await vi.advanceTimersByTimeAsync(idleTimeoutMs - 1);
    expect(sessions.all).toEqual([session]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sessions.all).toEqual([]);
  });

  it.each([-3_600_000, 3_600_000])('is given its time though the clock jumps by %i ms', async (jump) => {
    await using sessions = registry();
    const session = await sessions.open();
    await vi.advanceTimersByTimeAsync(idleTimeoutMs / 2);
    await sessions.find(session.id);
    vi.setSystemTime(Date.now() + jump);
    await session.takeTurn(() => Promise.resolve());
    vi.setSystemTime(Date.now() + jump);
    await vi.advanceTimersByTimeAsync(idleTimeoutMs - 1);
    expect(sessions.all).toEqual([session]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sessions.all).toEqual([]);
  });

  it('does not idle while a call runs, and idles from its end on', async () => {
    await using sessions = registry();
    const session = await sessions.open();
    let finish: () => void = () => undefined;
    const call = session.takeTurn(() => new Promise<void>((resolve) => (finish = resolve)));
    await vi.advanceTimersByTimeAsync(2.5 * idleTimeoutMs);
    finish();
    await call;
    await vi.advanceTimersByTimeAsync(idleTimeoutMs - 1);
    expect(sessions.all).toEqual([session]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sessions.all).toEqual([]);
  });
});

describe('who listens', () => {
  it('hears of each change until it stops listening', async () => {
    await using sessions = registry();
    const heard: string[] = [];
    const listening = sessions.onChange((id, change) => heard.push(`${id} ${change}`));
    const { id } = await sessions.open();
    await sessions.keep(await sessions.find(id), [step]);
    await sessions.close(id);
    await sessions.close(id);
    expect(heard).toEqual([`${id} opened`, `${id} changed`, `${id} closed`]);
    listening[Symbol.dispose]();
    await sessions.open();
    expect(heard).toHaveLength(3);
  });
});

it('the end of the program closes every session and leaves what was written down', async () => {
  const test = memoryStore();
  const sessions = registry(test.store);
  const isDisposed = attachServer(await sessions.open([step]));
  await sessions[Symbol.asyncDispose]();
  expect(isDisposed()).toBe(true);
  expect(test.files.size).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('each end of a session is told, with its reason', async () => {
  const test = memoryStore();
  const emit = vi.fn();
  const telemetry = { ...silentTelemetry, emit };
  const all = new SessionRegistry({ maxSessions: 4, idleTimeoutMs, store: test.store, logger, telemetry });
  const sessions = all.of(principal('a'));
  const closed = await sessions.open();
  await sessions.close(closed.id);
  await sessions.close(closed.id);
  await sessions.open();
  await vi.advanceTimersByTimeAsync(idleTimeoutMs);
  await sessions.open();
  test.failure = new Error('no space');
  await expect(sessions.open([step])).rejects.toThrow('no space');
  await all[Symbol.asyncDispose]();
  const reasons = ['closed', 'idle', 'not-saved', 'shutdown'];
  expect(emit.mock.calls).toEqual(reasons.map((reason) => [{ kind: 'session-closed', reason }]));
});

describe('the sessions of two principals', () => {
  function two(store: SessionStore = noSessionStore, ownLimit?: number) {
    const all = new SessionRegistry({ maxSessions: 4, idleTimeoutMs, store, logger });
    return { all, ada: all.of({ ...principal('ada'), maxSessions: ownLimit }), eve: all.of(principal('eve')) };
  }

  it('are each listed for their owner only', async () => {
    const { ada, eve } = two();
    const session = await ada.open();
    expect([ada.all, eve.all]).toEqual([[session], []]);
  });

  it('are as unknown to the other as an id that never was', async () => {
    const { store } = memoryStore();
    const { ada, eve } = two(store);
    const { id } = await ada.open([step]);
    const never = newSessionId();
    const messages = [id, never].map((asked) =>
      eve.find(asked).then(
        () => 'found',
        (error: unknown) => (error as AppError).advice.replace(asked, 'ID'),
      ),
    );
    const [foreign, unknown] = await Promise.all(messages);
    expect(foreign).toBe(unknown);
    expect([await eve.close(id), await eve.close(never)]).toEqual([undefined, undefined]);
    expect(await ada.find(id)).toBeDefined();
  });

  it('stay apart across a restart, also where no more may be opened', async () => {
    const { store, files } = memoryStore();
    const { id } = await two(store).ada.open([step]);
    const { ada, eve } = two(store);
    for (let count = 0; count < 4; count += 1) await eve.open();
    await expect(eve.find(id)).rejects.toMatchObject({ code: 'session-unknown' });
    expect(await eve.close(id)).toBeUndefined();
    expect([...files.keys()]).toContain(id);
    await expect(ada.find(id)).rejects.toMatchObject({ code: 'session-limit' });
  });

  it('are told to their owner only when they change', async () => {
    const { ada, eve } = two();
    const heard: string[] = [];
    eve.onChange((_, change) => heard.push(`eve ${change}`));
    ada.onChange((_, change) => heard.push(`ada ${change}`));
    const { id } = await ada.open();
    await ada.close(id);
    expect(heard).toEqual(['ada opened', 'ada closed']);
  });

  it('are limited for each', async () => {
    const { ada, eve } = two(noSessionStore, 1);
    await ada.open();
    await expect(ada.open()).rejects.toMatchObject({
      code: 'session-limit',
      message: 'You have 1 sessions open, which is the limit (http.max_sessions).',
    });
    expect(await eve.open()).toBeDefined();
  });
});

describe('two servers with one store', () => {
  it('serve one session by turns: each goes on from what the other has left', async () => {
    const { store } = memoryStore();
    await using one = registry(store);
    await using other = registry(store);
    const here = await one.open([step]);
    const there = await other.find(here.id);
    const isDisposed = attachServer(here);
    await there.takeTurn(() => other.keep(there, [step, step]));
    expect((await one.find(here.id)).steps).toEqual([step, step]);
    // The Lean has another text.
    expect([isDisposed(), here.lostServer]).toEqual([true, true]);
    await here.takeTurn(() => one.keep(here, []));
    await there.takeTurn(() => {
      expect(there.steps).toEqual([]);
      return Promise.resolve();
    });
  });

  it('at once on one session: one wins, the other is told, and goes on from what is now', async () => {
    const { store } = memoryStore();
    await using one = registry(store);
    await using other = registry(store);
    const here = await one.open([step]);
    const there = await other.find(here.id);
    const [mine, theirs] = [
      { ...step, code: 'mine' },
      { ...step, code: 'theirs' },
    ];
    let bothBegan = (): void => undefined;
    const begun = new Promise<void>((resolve) => (bothBegan = resolve));
    const losing = here.takeTurn(async () => {
      await begun;
      await one.keep(here, [...here.steps, mine]);
    });
    await there.takeTurn(() => other.keep(there, [...there.steps, theirs]));
    bothBegan();
    await expect(losing).rejects.toMatchObject({ code: 'session-changed' });
    await here.takeTurn(() => one.keep(here, [...here.steps, mine]));
    expect((await other.find(here.id)).steps.map(({ code }) => code)).toEqual([step.code, 'theirs', 'mine']);
  });

  it('know of each other that a session was ended', async () => {
    const { store } = memoryStore();
    await using one = registry(store);
    await using other = registry(store);
    const { id } = await one.open([step]);
    const there = await other.find(id);
    await one.close(id);
    await expect(there.takeTurn(() => Promise.resolve())).rejects.toMatchObject({ code: 'session-unknown' });
    await expect(other.find(id)).rejects.toMatchObject({ code: 'session-unknown' });
    expect(other.all).toEqual([]);
  });
});

describe('rest', () => {
  it('destroys the servers of sessions that nobody uses now, and keeps their text', async () => {
    await using all = new SessionRegistry({ maxSessions: 10, idleTimeoutMs, store: noSessionStore, logger });
    const sessions = all.of(principal('a'));
    const [idle, busy] = [await sessions.open([step]), await sessions.open([step])];
    const [isIdleGone, isBusyGone] = [attachServer(idle), attachServer(busy)];
    let finish: () => void = () => undefined;
    const call = busy.takeTurn(() => new Promise<void>((resolve) => (finish = resolve)));
    await Promise.resolve();
    all.rest();
    expect([isIdleGone(), isBusyGone()]).toEqual([true, false]);
    expect([idle.steps, idle.lostServer, busy.lostServer]).toEqual([[step], true, false]);
    await vi.advanceTimersByTimeAsync(0);
    finish();
    await call;
    expect(await sessions.find(idle.id)).toBe(idle);
  });
});
