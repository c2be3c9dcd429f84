import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localPrincipal, newSessionId, type Principal, type SessionId } from '../core/ids.ts';
import { fromDocuments, fromHead, markBehind, nothingWritten, toDocument, toHead, type Mark } from './session-file.ts';
import type { AcceptedStep, SessionRecord } from './session.ts';

const id = '25013b9a-f917-4cd2-9a13-e2667849c83f' as SessionId;
const at = new Date('2026-11-22T21:51:17.527Z');

/** Texts that YAML, line ends or encodings could spoil. */
const troublesome = fc.constantFrom(
  ...['', ' ', '\t', '\n', '\r', '\r\n', '\n\n', '\0', '\u001b[2J', '\u0085', '\u2028', '\ufeff', '\ud800', '𝓝'],
  ...[
    '---\n',
    '\n---\n',
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
    '{',
  ],
  ...['null', '~', 'true', '0x1F', '1e3', '2026-11-22', '.inf', '|', '>-', '? ', ': ', '  indented\n', 'trailing  \n'],
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(troublesome, fc.string()), { maxLength: 8 }).map((parts) => parts.join('')),
);
const date = fc.date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('9999-12-31') });
const someSteps: fc.Arbitrary<AcceptedStep[]> = fc.array(
  fc.record(
    {
      header: text,
      code: text,
      names: fc.array(text, { maxLength: 3 }),
      acceptedAt: date,
      acceptedBy: fc.record({ version: text, image: text }),
      files: fc
        .uniqueArray(fc.tuple(fc.oneof(text, fc.constant('__proto__')), text), {
          selector: ([path]) => path,
          maxLength: 3,
        })
        .map((entries) => new Map(entries)),
    },
    { requiredKeys: ['header', 'code', 'names', 'acceptedAt'] },
  ),
  { maxLength: 4 },
);
const owner = fc.oneof(
  fc.constant(localPrincipal),
  text.map((name) => `token:${name}` as Principal),
);

/** Both files of a session. */
function written({ steps, ...record }: SessionRecord): { head: string; documents: Buffer; marks: Mark[] } {
  let mark = nothingWritten;
  const marks: Mark[] = [];
  const documents = steps.map((step, index) => {
    const document = toDocument(step, steps[index - 1]?.header ?? '');
    mark = markBehind(mark, document);
    marks.push(mark);
    return document;
  });
  return { head: toHead({ ...record, stepCount: steps.length, mark }), documents: Buffer.concat(documents), marks };
}

async function readBack(head: string, documents: Buffer): Promise<SessionRecord> {
  // As bytes, as they stand on the disk.
  const read = fromHead(Buffer.from(head).toString(), 'file');
  if ('steps' in read) return read;
  const { stepCount, mark, ...record } = read;
  expect(documents.length).toBe(mark.end);
  return { ...record, steps: await fromDocuments(documents, { ...record, stepCount, mark }, 'file', () => undefined) };
}

function record(...codes: readonly string[]): SessionRecord {
  const steps = codes.map((code) => ({ header: '', code, names: [], acceptedAt: at }));
  return { id, owner: localPrincipal, createdAt: at, steps };
}

/** A head with this body and the checksum that belongs to it. */
function withChecksum(body: string): string {
  return `# sha256: ${createHash('sha256').update(body).digest('hex')}\n${body}`;
}

describe('the files of a session', () => {
  it('give back whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(owner, date, someSteps, async (owner, createdAt, steps) => {
        const session = { id, owner, createdAt, steps };
        const { head, documents } = written(session);
        expect(await readBack(head, documents)).toEqual(session);
      }),
      { numRuns: 500 },
    );
  });

  it.each([' \n', '\n \n', ' \n\t\n', '# a\n \n\n\t\r\n ~', '---\n---\n', '{}', '---'])(
    'give back code of blanks and signs: %j',
    async (code) => {
      const { head, documents } = written(record(code, 'def a := 1\n', code));
      expect(await readBack(head, documents)).toEqual(record(code, 'def a := 1\n', code));
    },
  );

  it('give back very long code', async () => {
    const long = record(
      `def x := "${'ab\\n𝓝'.repeat(300_000)}"\n`,
      `${'-- line\n'.repeat(100_000)}\tend`,
      'def y := 1\n',
    );
    const { head, documents } = written(long);
    expect(await readBack(head, documents)).toEqual(long);
  });

  it('can be read by a person', () => {
    const { steps, ...rest } = record('namespace Foo\ndef add (a b : Nat) : Nat :=\n  a + b\nend Foo\n', '#eval 1\n');
    const named = { ...rest, steps: steps.map((step) => ({ ...step, header: 'import Lean\n', names: ['Foo.add'] })) };
    const { head, documents } = written(named);
    expect(documents.toString().split('\n')).toEqual([
      '---',
      'accepted: 2026-11-22T21:51:17.527Z',
      'names:',
      '  - Foo.add',
      'header: |',
      '  import Lean',
      'code: |',
      '  namespace Foo',
      '  def add (a b : Nat) : Nat :=',
      '    a + b',
      '  end Foo',
      '---',
      'accepted: 2026-11-22T21:51:17.527Z',
      'names:',
      '  - Foo.add',
      'code: |',
      '  #eval 1',
      '',
    ]);
    expect(head.split('\n').slice(1, 6)).toEqual([
      'format: 2',
      'session: 25013b9a-f917-4cd2-9a13-e2667849c83f',
      'created: 2026-11-22T21:51:17.527Z',
      'steps: 2',
      `bytes: ${documents.length}`,
    ]);
  });

  it('cost a step its own length, whatever stands before it', () => {
    const header = 'import Lean\n'.repeat(5000);
    const step = { header, code: 'def a := 1\n', names: ['a'], acceptedAt: at };
    expect(toDocument(step, '').length).toBeGreaterThan(header.length);
    expect(toDocument(step, header).length).toBeLessThan(200);
  });
});

describe('a session is refused', () => {
  const { head, documents, marks } = written(record('def a := 1\n', 'import Lean\n\tdef b := a\n', 'def c := 3\n'));

  it('when its head is cut off anywhere', () => {
    for (let length = 0; length < head.length; length += 1) {
      expect(() => fromHead(head.slice(0, length), 'file'), `${length} characters`).toThrow(/cannot be read/);
    }
  });

  it('when any byte of its head was changed', () => {
    fc.assert(
      fc.property(fc.nat(head.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Buffer.from(head);
        changed[place] = (changed[place] ?? 0) ^ change;
        expect(() => fromHead(changed.toString('utf8'), 'file')).toThrow(/cannot be read/);
      }),
    );
  });

  it('when any byte of its steps was changed, or is missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(documents.length - 1), fc.nat(255), async (place, change) => {
        const read = fromHead(head, 'file');
        if ('steps' in read) expect.unreachable();
        const changed =
          change === 0
            ? Buffer.concat([documents.subarray(0, place), documents.subarray(place + 1)])
            : Buffer.from(documents);
        if (change !== 0) changed[place] = (changed[place] ?? 0) ^ change;
        await expect(fromDocuments(changed, read, 'file', () => undefined)).rejects.toThrow(/cannot be read/);
      }),
    );
  });

  it('when whole steps are missing', async () => {
    const read = fromHead(head, 'file');
    if ('steps' in read) expect.unreachable();
    for (const { end } of [nothingWritten, ...marks.slice(0, -1)]) {
      const fewer = fromDocuments(documents.subarray(0, end), read, 'file', () => undefined);
      await expect(fewer).rejects.toThrow(/does not have the 3 steps/);
    }
  });

  it.each([
    ['is no YAML', '"'],
    [
      'is of another format',
      toHead({ ...record(), stepCount: 0, mark: nothingWritten })
        .replace(/^.*\n/, '')
        .replace('format: 2', 'format: 3'),
    ],
    ['lacks a part', 'format: 2\nsession: x\n'],
    ['repeats itself through an alias', 'format: 1\nsession: &a x\ncreated: *a\nsteps: []\n'],
    ['is empty', ''],
  ])('when its head %s, though the checksum is right', (_, body) => {
    expect(() => fromHead(withChecksum(body), '/there/x.yaml')).toThrow(/^The session file \/there\/x\.yaml cannot be/);
  });
});

it('a session that an earlier version wrote into one file is read', () => {
  const body = [
    'format: 1',
    `session: ${newSessionId()}`,
    'created: 2026-11-22T21:51:17.527Z',
    'steps:',
    '  - accepted: 2026-11-22T21:51:17.527Z',
    '    names:',
    '      - Foo.add',
    "    header: ''",
    '    code: |',
    '      def Foo.add (a b : Nat) : Nat := a + b',
    '',
  ].join('\n');
  expect(fromHead(withChecksum(body), 'file')).toMatchObject({
    owner: localPrincipal,
    createdAt: at,
    steps: [{ header: '', code: 'def Foo.add (a b : Nat) : Nat := a + b\n', names: ['Foo.add'], acceptedAt: at }],
  });
});
