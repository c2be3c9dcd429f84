import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readFile, readdir, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { localPrincipal, newSessionId, type SessionId } from '../core/ids.ts';
import { FileSessionStore } from './file-session-store.ts';
import { nothingWritten, toHead } from './session-file.ts';
import type { Revision } from './revision.ts';
import type { SessionStore } from './session-store.ts';
import type { AcceptedStep, SessionRecord } from './session.ts';

const id = '25013b9a-f917-4cd2-9a13-e2667849c83f' as SessionId;
const otherId = newSessionId();

function record(...codes: readonly string[]): SessionRecord {
  const at = new Date('2026-11-22T21:51:17.527Z');
  return {
    id,
    owner: localPrincipal,
    createdAt: at,
    steps: codes.map((code) => ({ header: '', code, names: [], acceptedAt: at })),
  };
}

/** Writes a session down as whoever has seen it last. */
async function saveTo(store: SessionStore, session: SessionRecord): Promise<Revision | undefined> {
  return await store.save(session, await store.revision(session.id));
}

async function loadFrom(store: SessionStore, id: SessionId): Promise<SessionRecord | undefined> {
  return (await store.load(id))?.record;
}

async function setUp() {
  const folder = await temporaryFolder();
  return {
    folder: folder.path,
    file: path.join(folder.path, `${id}.yaml`),
    stepsFile: path.join(folder.path, `${id}.steps.yaml`),
    store: new FileSessionStore(folder.path),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The head of a session without steps. */
function emptyHead(of: SessionId): string {
  return toHead({ ...record(), id: of, stepCount: 0, mark: nothingWritten });
}

/** A step whose file says the same when it is read back. */
function step(code: string): AcceptedStep {
  return { header: '', code, names: [], acceptedAt: new Date('2026-11-22T21:51:17.527Z') };
}

describe('a folder of sessions', () => {
  it('is made when the first session is written, for the user alone', async () => {
    await using test = await setUp();
    const folder = path.join(test.folder, 'not', 'there', 'yet');
    const store = new FileSessionStore(folder);
    expect(await loadFrom(store, id)).toBeUndefined();
    await saveTo(store, record('def a := 1\n'));
    expect(await loadFrom(store, id)).toEqual(record('def a := 1\n'));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(folder, `${id}.yaml`))).mode & 0o777).toBe(0o600);
  });

  it('holds two files a session, its head and its steps', async () => {
    await using test = await setUp();
    await saveTo(test.store, record('def a := 1\n'));
    await saveTo(test.store, record('def a := 1\n', 'def b := 2\n'));
    await saveTo(test.store, { ...record(), id: otherId });
    expect((await readdir(test.folder)).sort()).toEqual([`${id}.steps.yaml`, `${id}.yaml`, `${otherId}.yaml`].sort());
    expect((await loadFrom(test.store, id))?.steps).toHaveLength(2);
    expect((await loadFrom(test.store, otherId))?.steps).toHaveLength(0);
  });

  it('is found by another server', async () => {
    await using test = await setUp();
    await saveTo(test.store, record('def a := 1\n'));
    expect(await loadFrom(new FileSessionStore(test.folder), id)).toEqual(record('def a := 1\n'));
  });

  it('knows nothing of a session that was removed, or never was', async () => {
    await using test = await setUp();
    await saveTo(test.store, record('def a := 1\n'));
    await test.store.remove(id);
    await test.store.remove(id);
    expect(await loadFrom(test.store, id)).toBeUndefined();
    expect(await readdir(test.folder)).toEqual([]);
  });

  it('cannot be made where a file is', async () => {
    await using test = await setUp();
    await writeFile(path.join(test.folder, 'file'), '');
    const store = new FileSessionStore(path.join(test.folder, 'file', 'sessions'));
    await expect(saveTo(store, record())).rejects.toMatchObject({
      code: 'session-not-saved',
      message: expect.stringContaining(`Session ${id} could not be written to ${test.folder}`) as unknown,
      hint: expect.stringContaining('sessions.directory') as unknown,
    });
    await expect(loadFrom(store, id)).rejects.toMatchObject({ code: 'session-damaged' });
  });
});

describe('steps that are written one after the other', () => {
  it('are each put behind those before, and nothing of those is written again', async () => {
    await using test = await setUp();
    const steps: AcceptedStep[] = [];
    let before = Buffer.alloc(0);
    for (let n = 0; n < 30; n += 1) {
      steps.push(step(`def a${n} := ${n}\n`));
      await saveTo(test.store, { ...record(), steps: [...steps] });
      const now = await readFile(test.stepsFile);
      expect(now.subarray(0, before.length).equals(before)).toBe(true);
      expect(now.length - before.length).toBeLessThan(120);
      before = now;
    }
    expect((await loadFrom(new FileSessionStore(test.folder), id))?.steps).toEqual(steps);
  });

  it('are so behind those that another server has written, too', async () => {
    await using test = await setUp();
    await saveTo(test.store, record('def a := 1\n'));
    const before = await readFile(test.stepsFile);
    const next = new FileSessionStore(test.folder);
    const found = await loadFrom(next, id);
    await saveTo(next, { ...record(), steps: [...(found?.steps ?? []), step('def b := 2\n')] });
    expect((await readFile(test.stepsFile)).subarray(0, before.length).equals(before)).toBe(true);
    expect((await loadFrom(test.store, id))?.steps).toHaveLength(2);
  });

  it('can be taken back, and others put in their place', async () => {
    await using test = await setUp();
    const steps = ['def a := 1\n', 'def b := 2\n', 'def c := 3\n'].map(step);
    await saveTo(test.store, { ...record(), steps });
    await saveTo(test.store, { ...record(), steps: steps.slice(0, 1) });
    expect((await loadFrom(test.store, id))?.steps).toEqual(steps.slice(0, 1));
    const other = [...steps.slice(0, 1), step('def d := 4\n')];
    await saveTo(test.store, { ...record(), steps: other });
    expect((await loadFrom(test.store, id))?.steps).toEqual(other);
    await saveTo(test.store, record());
    expect((await loadFrom(test.store, id))?.steps).toEqual([]);
  });

  it('of a session are not taken for those of another that has the same', async () => {
    await using test = await setUp();
    const steps = ['def a := 1\n', 'def b := 2\n'].map(step);
    await saveTo(test.store, { ...record(), steps });
    await saveTo(test.store, { ...record(), id: otherId, steps });
    const more = [...steps, step('def c := 3\n')];
    await saveTo(test.store, { ...record(), steps: more });
    expect((await loadFrom(test.store, id))?.steps).toEqual(more);
    expect((await loadFrom(test.store, otherId))?.steps).toEqual(steps);
  });

  it('are refused when their file was cut off', async () => {
    await using test = await setUp();
    await saveTo(test.store, record('def a := 1\n', 'def b := 2\n'));
    await truncate(test.stepsFile, (await stat(test.stepsFile)).size - 1);
    await expect(loadFrom(test.store, id)).rejects.toMatchObject({ code: 'session-damaged' });
  });
});

describe('two servers with one folder', () => {
  it('write a session one after the other; who has not seen the last writing is told so, and changes nothing', async () => {
    await using test = await setUp();
    const other = new FileSessionStore(test.folder);
    const [a, b, c] = ['def a := 1\n', 'def b := 2\n', 'def c := 3\n'].map(step);
    if (a === undefined || b === undefined || c === undefined) expect.unreachable();
    const first = await test.store.save({ ...record(), steps: [a] }, undefined);
    const seen = await other.load(id);
    expect(seen?.revision).toBe(first);
    const second = await other.save({ ...record(), steps: [...(seen?.record.steps ?? []), b] }, seen?.revision);
    await expect(test.store.save({ ...record(), steps: [a, c] }, first)).rejects.toMatchObject({
      code: 'session-changed',
    });
    expect(await test.store.revision(id)).toBe(second);
    expect((await test.store.load(id))?.record.steps).toEqual([a, b]);
  });

  it('at once have one that wins, and never half of each', async () => {
    await using test = await setUp();
    const stores = [test.store, new FileSessionStore(test.folder)];
    let known = await test.store.save({ ...record(), steps: [step('def a := 1\n')] }, undefined);
    for (let round = 0; round < 10; round += 1) {
      const steps = stores.map((_, n) => [step(`def r${round}n${n} := 1\n`), step(`def s${round}n${n} := 1\n`)]);
      const wrote = await Promise.allSettled(
        stores.map((store, n) => store.save({ ...record(), steps: steps[n] ?? [] }, known)),
      );
      const winner = wrote.findIndex(({ status }) => status === 'fulfilled');
      expect(wrote.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const found = await test.store.load(id);
      expect(found?.record.steps).toEqual(steps[winner]);
      known = found?.revision ?? expect.unreachable();
    }
    expect((await readdir(test.folder)).sort()).toEqual([`${id}.steps.yaml`, `${id}.yaml`]);
  });
});

describe('sessions that nobody calls', () => {
  it('are removed after a time, and no others', async () => {
    await using test = await setUp();
    await saveTo(test.store, record('def a := 1\n'));
    await saveTo(test.store, { ...record('def a := 1\n'), id: otherId });
    await writeFile(path.join(test.folder, 'note.txt'), 'not a session');
    const old = new Date(Date.now() - 10_000_000);
    await utimes(path.join(test.folder, `${otherId}.yaml`), old, old);
    await utimes(path.join(test.folder, 'note.txt'), old, old);
    expect(await test.store.removeOlderThan(5_000_000)).toBe(1);
    expect((await readdir(test.folder)).sort()).toEqual([`${id}.steps.yaml`, `${id}.yaml`, 'note.txt']);
  });

  it('are in use when they are found', async () => {
    await using test = await setUp();
    await saveTo(test.store, record('def a := 1\n'));
    await utimes(test.file, new Date(0), new Date(0));
    await loadFrom(test.store, id);
    expect(await test.store.removeOlderThan(5_000_000)).toBe(0);
  });
});

describe('writing that does not come to its end', () => {
  it('before the renaming leaves the session as it was, and the next writing cleans up', async () => {
    await using test = await setUp();
    const [a, b, c] = ['def a := 1\n', 'def b := 2\n', 'def c := 3\n'].map(step);
    if (a === undefined || b === undefined || c === undefined) expect.unreachable();
    await saveTo(test.store, { ...record(), steps: [a] });
    // As a server leaves it that is killed while it writes the second step.
    await writeFile(`${test.file}.tmp`, '# sha256: half');
    await appendFile(test.stepsFile, '---\naccepted: 2026-11');
    expect((await loadFrom(new FileSessionStore(test.folder), id))?.steps).toEqual([a]);

    const next = new FileSessionStore(test.folder);
    const found = await loadFrom(next, id);
    await saveTo(next, { ...record(), steps: [...(found?.steps ?? []), c] });
    expect((await readdir(test.folder)).sort()).toEqual([`${id}.steps.yaml`, `${id}.yaml`]);
    expect((await loadFrom(new FileSessionStore(test.folder), id))?.steps).toEqual([a, c]);
  });

  it('leaves nothing behind when the session is then removed', async () => {
    await using test = await setUp();
    await writeFile(`${test.file}.tmp`, 'half');
    await test.store.remove(id);
    expect(await readdir(test.folder)).toEqual([]);
  });

  it('because the file cannot be replaced is reported, and leaves no other file', async () => {
    await using test = await setUp();
    await mkdir(test.file);
    await expect(saveTo(test.store, record())).rejects.toMatchObject({ code: 'session-not-saved' });
    await expect(test.store.remove(id)).rejects.toMatchObject({ code: 'session-not-saved' });
    expect(await readdir(test.folder)).toEqual([`${id}.yaml`]);
  });
});

describe('a file that is not what it should be', () => {
  it('is refused when it is about another session', async () => {
    await using test = await setUp();
    await writeFile(test.file, emptyHead(otherId));
    await expect(loadFrom(test.store, id)).rejects.toMatchObject({
      code: 'session-damaged',
      message: `The session file ${test.file} cannot be read: it is about session ${otherId}.`,
      hint: expect.stringContaining('not even in part') as unknown,
    });
  });

  it.each(['', 'def a := 1\n', 'format: 1\n', '\0'.repeat(100)])('is refused: %j', async (content) => {
    await using test = await setUp();
    await writeFile(test.file, content);
    await expect(loadFrom(test.store, id)).rejects.toMatchObject({ code: 'session-damaged' });
    expect(await readFile(test.file, 'utf8')).toBe(content);
  });

  it('is refused when it is a folder, a pipe, or a link', async () => {
    await using test = await setUp();
    await mkdir(test.file);
    await expect(loadFrom(test.store, id)).rejects.toMatchObject({ code: 'session-damaged' });

    const piped = newSessionId();
    execFileSync('mkfifo', [path.join(test.folder, `${piped}.yaml`)]);
    await expect(loadFrom(test.store, piped)).rejects.toMatchObject({ code: 'session-damaged' });

    const linked = newSessionId();
    await writeFile(path.join(test.folder, 'elsewhere'), emptyHead(linked));
    await symlink('elsewhere', path.join(test.folder, `${linked}.yaml`));
    await expect(loadFrom(test.store, linked)).rejects.toMatchObject({ code: 'session-damaged' });
  });

  it('is not written through when it is a link', async () => {
    await using test = await setUp();
    const elsewhere = path.join(test.folder, 'elsewhere');
    await writeFile(elsewhere, 'precious');
    await symlink(elsewhere, test.file);
    await symlink(elsewhere, `${test.file}.tmp`);
    await symlink(elsewhere, test.stepsFile);
    await saveTo(test.store, record('def a := 1\n'));
    expect(await readFile(elsewhere, 'utf8')).toBe('precious');
    expect(await loadFrom(test.store, id)).toEqual(record('def a := 1\n'));
  });
});

describe('a handle that is none of ours', () => {
  it.each([
    '../../etc/passwd',
    '',
    '.',
    'x',
    `${id}.yaml`,
    `../${path.basename('sessions')}/${id}`,
    id.toUpperCase(),
    `${id}\0`,
  ])('is looked for nowhere: %j', async (handle) => {
    await using test = await setUp();
    const sessions = path.join(test.folder, 'sessions');
    await mkdir(sessions);
    await writeFile(path.join(test.folder, 'x.yaml'), emptyHead(id));
    const store = new FileSessionStore(sessions);
    expect(await loadFrom(store, handle as SessionId)).toBeUndefined();
    await store.remove(handle as SessionId);
    expect(await readdir(test.folder)).toEqual(['sessions', 'x.yaml']);
  });
});
