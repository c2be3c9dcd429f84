import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeWorker, frame } from '../../test/fakes/lean-worker.ts';
import { FakeDriver, someLaunch } from '../../test/fakes/sandbox.ts';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { Deadline } from '../core/deadline.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { documentUri } from './language-server/lean-protocol.ts';
import { LeanServer } from './lean-server.ts';
import type { Elaboration } from './lean.ts';

const output = { keepBytes: 10_000, stopBytes: 1_000_000 };

/** What Lean's one error becomes when something else writes to its stdout too. */
async function elaborate(
  written: Buffer,
): Promise<Elaboration & { readonly texts: number; readonly shown: string; readonly aborted: boolean }> {
  const workers: FakeWorker[] = [];
  const driver = new FakeDriver((sandbox) => workers.push(new FakeWorker(sandbox, written)));
  await using server = await LeanServer.start(driver, someLaunch, output, new ReadingTurns());
  using deadline = new Deadline(60_000);
  const elaboration = await server.elaborate({ text: 'def bad : Nat := "x"\n' }, deadline);
  const shown = server.takeOutput().stdout.text;
  return { ...elaboration, texts: workers[0]?.texts ?? 0, shown, aborted: server.hasEnded };
}

const leansOwn = { severity: 'error', message: 'Lean’s own' };
const header = (length: number): Buffer => Buffer.from(`Content-Length: ${length}\r\n\r\n`);

describe('what others write to Lean’s stdout', () => {
  it('is output when it is no message', async () => {
    const result = await elaborate(Buffer.from('Hello, Content-Length: x\n'));
    expect(result).toMatchObject({ end: 'finished', texts: 1, shown: 'Hello, Content-Length: x\n' });
    expect(result.diagnostics).toMatchObject([leansOwn]);
  });

  it.each([
    ['a message that is none', Buffer.concat([header(9), Buffer.from('{nonsense')])],
    ['half a message', Buffer.concat([header(300), Buffer.from('{"jsonrpc":')])],
  ])('has Lean asked once more when it destroys messages, and no more often: %s', async (_, written) => {
    expect(await elaborate(written)).toMatchObject({
      end: 'garbled',
      detail: 'Lean’s messages were destroyed by other output on its stdout',
      texts: 2,
    });
  });

  it('is called what it is when it announces more than is read', async () => {
    expect(await elaborate(header(999_999_999))).toMatchObject({
      end: 'output-limit',
      detail: 'Lean’s messages about the code were too much: one of 954 MiB, and 4 MiB are the most that is read',
      texts: 1,
    });
  });

  const position = fc.record({ line: fc.nat(9), character: fc.nat(9) });
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(1e308, -1, Number.MAX_SAFE_INTEGER, '__proto__', null));
  const method = fc.constantFrom(
    'textDocument/publishDiagnostics',
    '$/lean/fileProgress',
    'workspace/inlayHint/refresh',
    '__proto__',
  );
  const diagnostic = fc.record(
    { range: fc.oneof(fc.record({ start: position, end: position }), anything), severity: anything, message: anything },
    { requiredKeys: [] },
  );
  const params = fc.oneof(
    anything,
    fc.record({ uri: fc.constant(documentUri), version: fc.constantFrom(1, 2), diagnostics: fc.array(diagnostic) }),
    fc.record({
      textDocument: fc.record({ uri: fc.constant(documentUri), version: fc.constantFrom(1, 2) }),
      processing: fc.oneof(fc.array(anything), fc.array(fc.record({ range: anything, kind: anything }))),
    }),
  );
  const forged = fc
    .record({ method: fc.oneof(method, anything), id: anything, params, result: anything }, { requiredKeys: [] })
    .map(frame);
  const piece = fc.oneof(
    forged,
    fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
    fc.nat(200).map(header),
    fc.tuple(forged, fc.nat(99)).map(([bytes, length]) => bytes.subarray(0, length)),
  );

  it('is never a crash, a hang, or a reason to believe that all is well', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const { end, diagnostics, texts } = await elaborate(Buffer.concat(pieces));
        expect(['finished', 'garbled']).toContain(end);
        // Lean speaks last here, so nothing before can have taken its place.
        if (end === 'finished') expect(diagnostics).toMatchObject([leansOwn]);
        expect(texts).toBeLessThanOrEqual(2);
      }),
      { numRuns: fuzzRuns(200) },
    );
  });
});
