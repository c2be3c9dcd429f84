/** What every store of sessions keeps to, wherever it keeps them: one table of cases for all of them. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { localPrincipal, newSessionId } from '../core/ids.ts';
import { FileSessionStore } from './file-session-store.ts';
import type { SessionRecord } from './session.ts';
import { noSessionStore, type SessionStore } from './session-store.ts';

interface OpenStore extends AsyncDisposable {
  readonly store: SessionStore;
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

describe.each(stores)('%s', (_, open, keeps) => {
  /** What the store gives for a session that it was told to keep. */
  const kept = (record: SessionRecord): SessionRecord | undefined => (keeps ? record : undefined);

  it('has no session that was never written down', async () => {
    await using opened = await open();
    expect(await opened.store.load(newSessionId())).toBeUndefined();
  });

  it('gives back what was written down last, whether it has more steps than before, fewer or others', async () => {
    await using opened = await open();
    const { store } = opened;
    const record = session();
    for (const { steps } of [session('a\n'), session('a\n', 'b\n'), session('a\n'), session('c\n', 'd\n'), session()]) {
      await store.save({ ...record, steps });
      expect(await store.load(record.id)).toEqual(kept({ ...record, steps }));
    }
  });

  it('keeps sessions apart', async () => {
    await using opened = await open();
    const { store } = opened;
    const [one, other] = [session('def one := 1\n'), session('def other := 2\n')];
    await Promise.all([store.save(one), store.save(other)]);
    expect([await store.load(one.id), await store.load(other.id)]).toEqual([kept(one), kept(other)]);
  });

  it('forgets what is removed, once or more often, and nothing else', async () => {
    await using opened = await open();
    const { store } = opened;
    const [gone, stays] = [session('def gone := 1\n'), session('def stays := 2\n')];
    await store.save(gone);
    await store.save(stays);
    await store.remove(gone.id);
    await store.remove(gone.id);
    expect([await store.load(gone.id), await store.load(stays.id)]).toEqual([undefined, kept(stays)]);
  });

  it('keeps the text of a step to the letter', async () => {
    await using opened = await open();
    const record = session('-- ∀ 🎉 "quoted" \t: {x}\n\n  - def a := 1\n', '/- … -/\n#eval "\\n"\n');
    await opened.store.save(record);
    expect(await opened.store.load(record.id)).toEqual(kept(record));
  });
});
