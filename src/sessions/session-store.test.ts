/** What every store of sessions keeps to, wherever it keeps them: one table of cases for all of them. */
import { randomUUID } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { hasNatsServer, startNats } from '../../test/support/nats-servers.ts';
import { shared } from '../../test/support/shared.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { localPrincipal, newSessionId, type SessionId } from '../core/ids.ts';
import { connectNats } from '../nats/connect-nats.ts';
import { silentLogger } from '../telemetry/telemetry.ts';
import { FileSessionStore } from './file-session-store.ts';
import { NatsSessionStore } from './nats/nats-session-store.ts';
import type { SessionRecord } from './session.ts';
import type { Revision } from './revision.ts';
import { noSessionStore, type SessionStore } from './session-store.ts';

interface OpenStore extends AsyncDisposable {
  readonly store: SessionStore;
}

/** Servers for all tests, and a bucket for each. */
const natsServers = [1, 3].map((count) => ({ count, servers: shared(() => startNats(count), hasNatsServer) }));

function natsStores(replicas: number): readonly [name: string, open: () => Promise<OpenStore>, keeps: boolean] {
  const open = (): Promise<OpenStore> => {
    const address = natsServers.find(({ count }) => count === replicas)?.servers().address ?? '';
    const connect = (): Promise<NatsConnection> => connectNats({ servers: address }, 'test', silentLogger);
    const store = new NatsSessionStore({ connect, prefix: randomUUID(), replicas });
    return Promise.resolve({ store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() });
  };
  return [`a bucket on ${replicas} nats-server`, open, true];
}

const stores: readonly (readonly [name: string, open: () => Promise<OpenStore>, keeps: boolean])[] = [
  [
    'a folder of files',
    async () => {
      const folder = await temporaryFolder();
      return {
        store: new FileSessionStore(folder.path),
        [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
      };
    },
    true,
  ],
  ...(hasNatsServer ? [natsStores(1), natsStores(3)] : []),
  [
    'the one that keeps nothing',
    () => Promise.resolve({ store: noSessionStore, [Symbol.asyncDispose]: () => Promise.resolve() }),
    false,
  ],
];

const at = new Date('2026-11-22T21:51:17.527Z');
function session(...codes: readonly string[]): SessionRecord {
  const steps = codes.map((code) => ({ header: '', code, names: ['a'], acceptedAt: at }));
  return { id: newSessionId(), owner: localPrincipal, createdAt: at, steps };
}

/** Writes a session down as whoever has seen it last. */
async function saveTo(store: SessionStore, session: SessionRecord): Promise<Revision | undefined> {
  return await store.save(session, await store.revision(session.id));
}

async function loadFrom(store: SessionStore, id: SessionId): Promise<SessionRecord | undefined> {
  return (await store.load(id))?.record;
}

describe.each(stores)('%s', (_, open, keeps) => {
  /** What the store gives for a session that it was told to keep. */
  const kept = (record: SessionRecord): SessionRecord | undefined => (keeps ? record : undefined);

  it('has no session that was never written down', async () => {
    await using opened = await open();
    expect(await loadFrom(opened.store, newSessionId())).toBeUndefined();
  });

  it('gives back what was written down last, whether it has more steps than before, fewer or others', async () => {
    await using opened = await open();
    const { store } = opened;
    const record = session();
    for (const { steps } of [session('a\n'), session('a\n', 'b\n'), session('a\n'), session('c\n', 'd\n'), session()]) {
      await saveTo(store, { ...record, steps });
      expect(await loadFrom(store, record.id)).toEqual(kept({ ...record, steps }));
    }
  });

  it('gives back the files that steps brought', async () => {
    await using opened = await open();
    const { id, ...record } = session('a\n', 'b\n');
    const files = new Map([
      ['Foo/A.lean', 'def a := 1\n'],
      ['__proto__', ''],
    ]);
    const steps = record.steps.map((step, index) => (index === 0 ? { ...step, files } : step));
    await saveTo(opened.store, { ...record, id, steps });
    expect(await loadFrom(opened.store, id)).toEqual(kept({ ...record, id, steps }));
  });

  it.runIf(keeps)('tells who writes without having seen the last writing, and changes nothing', async () => {
    await using opened = await open();
    const { store } = opened;
    const record = session('a\n');
    const first = await store.save(record, undefined);
    const second = await store.save({ ...record, steps: session('a\n', 'b\n').steps }, first);
    expect(second).not.toBe(first);
    for (const stale of [first, undefined]) {
      await expect(store.save(record, stale)).rejects.toMatchObject({ code: 'session-changed' });
    }
    expect(await store.revision(record.id)).toBe(second);
    expect((await store.load(record.id))?.record.steps.map(({ code }) => code)).toEqual(['a\n', 'b\n']);
    await store.remove(record.id);
    expect(await store.revision(record.id)).toBeUndefined();
    await expect(store.save(record, second)).rejects.toMatchObject({ code: 'session-changed' });
  });

  it.runIf(keeps)('tells of two who take the same back which of them was second', async () => {
    await using opened = await open();
    const { store } = opened;
    const record = session('a\n', 'b\n');
    const seen = await store.save(record, undefined);
    const fewer = { ...record, steps: record.steps.slice(0, 1) };
    const first = await store.save(fewer, seen);
    await expect(store.save(fewer, seen)).rejects.toMatchObject({ code: 'session-changed' });
    expect(await store.revision(record.id)).toBe(first);
  });

  it('keeps sessions apart', async () => {
    await using opened = await open();
    const { store } = opened;
    const [one, other] = [session('def one := 1\n'), session('def other := 2\n')];
    await Promise.all([saveTo(store, one), saveTo(store, other)]);
    expect([await loadFrom(store, one.id), await loadFrom(store, other.id)]).toEqual([kept(one), kept(other)]);
  });

  it('forgets what is removed, once or more often, and nothing else', async () => {
    await using opened = await open();
    const { store } = opened;
    const [gone, stays] = [session('def gone := 1\n'), session('def stays := 2\n')];
    await saveTo(store, gone);
    await saveTo(store, stays);
    await store.remove(gone.id);
    await store.remove(gone.id);
    expect([await loadFrom(store, gone.id), await loadFrom(store, stays.id)]).toEqual([undefined, kept(stays)]);
  });

  it('keeps the text of a step to the letter', async () => {
    await using opened = await open();
    const record = session('-- ∀ 🎉 "quoted" \t: {x}\n\n  - def a := 1\n', '/- … -/\n#eval "\\n"\n');
    await saveTo(opened.store, record);
    expect(await loadFrom(opened.store, record.id)).toEqual(kept(record));
  });
});
