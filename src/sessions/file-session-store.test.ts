import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { localPrincipal, newSessionId, type Principal, type SessionId } from '../core/ids.ts';
import { FileSessionStore, fromFile, toFile } from './file-session-store.ts';
import type { SessionRecord } from './session.ts';

const id = '25013b9a-f917-4cd2-9a13-e2667849c83f' as SessionId;
const otherId = newSessionId();

/** Texts that YAML, line ends or encodings could spoil. */
const troublesome = fc.constantFrom(
  ...['', ' ', '\t', '\n', '\r', '\r\n', '\n\n', '\0', '\u001b[2J', '\u0085', '\u2028', '\ufeff', '\ud800', '𝓝'],
  ...[
    '---\n',
    '...\n',
    '# sha256: 0\n',
    '- a: b\n',
    '&anchor *alias',
    '!!binary |',
    '<<: *x',
    '%YAML 1.1\n',
    "'",
    '"',
    '\\',
  ],
  ...['null', '~', 'true', '0x1F', '1e3', '2026-11-22', '.inf', '|', '>-', '? ', ': ', '  indented\n', 'trailing  \n'],
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(troublesome, fc.string()), { maxLength: 8 }).map((parts) => parts.join('')),
);
const date = fc.date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('9999-12-31') });
const records: fc.Arbitrary<SessionRecord> = fc.record({
  id: fc.constant(id),
  owner: fc.oneof(
    fc.constant(localPrincipal),
    text.map((name) => `token:${name}` as Principal),
  ),
  createdAt: date,
  steps: fc.array(fc.record({ header: text, code: text, names: fc.array(text, { maxLength: 3 }), acceptedAt: date }), {
    maxLength: 3,
  }),
});

function record(...codes: readonly string[]): SessionRecord {
  const at = new Date('2026-11-22T21:51:17.527Z');
  return {
    id,
    owner: localPrincipal,
    createdAt: at,
    steps: codes.map((code) => ({ header: '', code, names: [], acceptedAt: at })),
  };
}

async function setUp() {
  const folder = await temporaryFolder();
  return {
    folder: folder.path,
    file: path.join(folder.path, `${id}.yaml`),
    store: new FileSessionStore(folder.path),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A file with this body and the checksum that belongs to it. */
function withChecksum(body: string): string {
  return `# sha256: ${createHash('sha256').update(body).digest('hex')}\n${body}`;
}

describe('the text of a file', () => {
  it('gives back whatever a session holds', () => {
    fc.assert(
      fc.property(records, (value) => {
        // As bytes, as they stand on the disk.
        const written = Buffer.from(toFile(value), 'utf8').toString('utf8');
        expect(fromFile(written, 'file')).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it.each([' \n', '\n \n', ' \n\t\n', '# a\n \n\n\t\r\n ~'])('gives back code of blanks: %j', (code) => {
    expect(fromFile(toFile(record(code)), 'file')).toEqual(record(code));
  });

  it('gives back very long code', () => {
    const long = record(`def x := "${'ab\\n𝓝'.repeat(300_000)}"\n`, `${'-- line\n'.repeat(100_000)}\tend`);
    expect(fromFile(toFile(long), 'file')).toEqual(long);
  });

  it('can be read by a person', () => {
    const { steps, ...rest } = record('namespace Foo\ndef add (a b : Nat) : Nat :=\n  a + b\nend Foo\n');
    const named = { ...rest, steps: steps.map((step) => ({ ...step, names: ['Foo.add'] })) };
    expect(toFile(named).split('\n').slice(1)).toEqual([
      'format: 1',
      'session: 25013b9a-f917-4cd2-9a13-e2667849c83f',
      'created: 2026-11-22T21:51:17.527Z',
      'steps:',
      '  - accepted: 2026-11-22T21:51:17.527Z',
      '    names:',
      '      - Foo.add',
      '    header: ""',
      '    code: |',
      '      namespace Foo',
      '      def add (a b : Nat) : Nat :=',
      '        a + b',
      '      end Foo',
      '',
    ]);
  });

  it('is refused when it is cut off anywhere', () => {
    const whole = toFile(record('def a := 1\n', 'import Lean\n\tdef b := a\n'));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => fromFile(whole.slice(0, length), 'file'), `${length} characters`).toThrow(/cannot be read/);
    }
  });

  it('is refused when any byte of it was changed', () => {
    const whole = Buffer.from(toFile(record('def a := 1\n')), 'utf8');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ change;
        expect(() => fromFile(changed.toString('utf8'), 'file')).toThrow(/cannot be read/);
      }),
    );
  });

  it.each([
    ['is no YAML', '"'],
    ['is of another format', toFile(record()).replace(/^.*\n/, '').replace('format: 1', 'format: 2')],
    ['lacks a part', 'format: 1\nsession: x\n'],
    ['repeats itself through an alias', 'format: 1\nsession: &a x\ncreated: *a\nsteps: []\n'],
    ['is empty', ''],
  ])('is refused when it %s, though the checksum is right', (_, body) => {
    expect(() => fromFile(withChecksum(body), '/there/x.yaml')).toThrow(/^The session file \/there\/x\.yaml cannot be/);
  });
});

describe('a folder of sessions', () => {
  it('is made when the first session is written, for the user alone', async () => {
    await using test = await setUp();
    const folder = path.join(test.folder, 'not', 'there', 'yet');
    const store = new FileSessionStore(folder);
    expect(await store.load(id)).toBeUndefined();
    await store.save(record('def a := 1\n'));
    expect(await store.load(id)).toEqual(record('def a := 1\n'));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(folder, `${id}.yaml`))).mode & 0o777).toBe(0o600);
  });

  it('holds one file a session, the last one written', async () => {
    await using test = await setUp();
    await test.store.save(record('def a := 1\n'));
    await test.store.save(record('def a := 1\n', 'def b := 2\n'));
    await test.store.save({ ...record(), id: otherId });
    expect((await readdir(test.folder)).sort()).toEqual([`${id}.yaml`, `${otherId}.yaml`].sort());
    expect((await test.store.load(id))?.steps).toHaveLength(2);
    expect((await test.store.load(otherId))?.steps).toHaveLength(0);
  });

  it('is found by another server', async () => {
    await using test = await setUp();
    await test.store.save(record('def a := 1\n'));
    expect(await new FileSessionStore(test.folder).load(id)).toEqual(record('def a := 1\n'));
  });

  it('knows nothing of a session that was removed, or never was', async () => {
    await using test = await setUp();
    await test.store.save(record('def a := 1\n'));
    await test.store.remove(id);
    await test.store.remove(id);
    expect(await test.store.load(id)).toBeUndefined();
    expect(await readdir(test.folder)).toEqual([]);
  });

  it('cannot be made where a file is', async () => {
    await using test = await setUp();
    await writeFile(path.join(test.folder, 'file'), '');
    const store = new FileSessionStore(path.join(test.folder, 'file', 'sessions'));
    await expect(store.save(record())).rejects.toMatchObject({
      code: 'session-not-saved',
      message: expect.stringContaining(`Session ${id} could not be written to ${test.folder}`) as unknown,
      hint: expect.stringContaining('sessions.directory') as unknown,
    });
    await expect(store.load(id)).rejects.toMatchObject({ code: 'session-damaged' });
  });
});

describe('writing that does not come to its end', () => {
  it('before the renaming leaves the old file, and the next writing cleans up', async () => {
    await using test = await setUp();
    await test.store.save(record('def a := 1\n'));
    const half = toFile(record('def a := 1\n', 'def b := 2\n')).slice(0, 150);
    await writeFile(`${test.file}.tmp`, half);
    expect(await test.store.load(id)).toEqual(record('def a := 1\n'));
    await test.store.save(record('def c := 3\n'));
    expect(await readdir(test.folder)).toEqual([`${id}.yaml`]);
    expect(await test.store.load(id)).toEqual(record('def c := 3\n'));
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
    await expect(test.store.save(record())).rejects.toMatchObject({ code: 'session-not-saved' });
    await expect(test.store.remove(id)).rejects.toMatchObject({ code: 'session-not-saved' });
    expect(await readdir(test.folder)).toEqual([`${id}.yaml`]);
  });
});

describe('a file that is not what it should be', () => {
  it('is refused when it is about another session', async () => {
    await using test = await setUp();
    await writeFile(test.file, toFile({ ...record(), id: otherId }));
    await expect(test.store.load(id)).rejects.toMatchObject({
      code: 'session-damaged',
      message: `The session file ${test.file} cannot be read: it is about session ${otherId}.`,
      hint: expect.stringContaining('not even in part') as unknown,
    });
  });

  it.each(['', 'def a := 1\n', 'format: 1\n', '\0'.repeat(100)])('is refused: %j', async (content) => {
    await using test = await setUp();
    await writeFile(test.file, content);
    await expect(test.store.load(id)).rejects.toMatchObject({ code: 'session-damaged' });
    expect(await readFile(test.file, 'utf8')).toBe(content);
  });

  it('is refused when it is a folder, a pipe, or a link', async () => {
    await using test = await setUp();
    await mkdir(test.file);
    await expect(test.store.load(id)).rejects.toMatchObject({ code: 'session-damaged' });

    const piped = newSessionId();
    execFileSync('mkfifo', [path.join(test.folder, `${piped}.yaml`)]);
    await expect(test.store.load(piped)).rejects.toMatchObject({ code: 'session-damaged' });

    const linked = newSessionId();
    await writeFile(path.join(test.folder, 'elsewhere'), toFile({ ...record(), id: linked }));
    await symlink('elsewhere', path.join(test.folder, `${linked}.yaml`));
    await expect(test.store.load(linked)).rejects.toMatchObject({ code: 'session-damaged' });
  });

  it('is not written through when it is a link', async () => {
    await using test = await setUp();
    const elsewhere = path.join(test.folder, 'elsewhere');
    await writeFile(elsewhere, 'precious');
    await symlink(elsewhere, test.file);
    await symlink(elsewhere, `${test.file}.tmp`);
    await test.store.save(record('def a := 1\n'));
    expect(await readFile(elsewhere, 'utf8')).toBe('precious');
    expect(await test.store.load(id)).toEqual(record('def a := 1\n'));
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
    await writeFile(path.join(test.folder, 'x.yaml'), toFile(record()));
    const store = new FileSessionStore(sessions);
    expect(await store.load(handle as SessionId)).toBeUndefined();
    await store.remove(handle as SessionId);
    expect(await readdir(test.folder)).toEqual(['sessions', 'x.yaml']);
  });
});
