/*
 * Every recording of a real Lean goes through the tools and must come back as it was recorded: exactly where the
 * toolchain is the recorded one or plays the recordings; as to what is an error, and in which line, on any other Lean.
 */
import { describe, expect, inject, it } from 'vitest';
import { allRecordings, asInResult, isKnownTo, type Recording } from './support/recordings.ts';
import { sharedServer } from './support/shared-server.ts';
import type { StructuredResult } from './support/structured-result.ts';

/** Recordings, or the parts of recordings, that have no counterpart in the tools. */
const notApplicable = {
  'edit-header-changes':
    'new imports end the worker of a document; in the tools a header always has a sandbox of its own',
};

/** Programs that Leans later than the recorded one treat differently. */
const changedInLaterLeans = new Set([
  'deep-recursion',
  'edit-try-tactics',
  'import-after-code',
  'parse-error',
  'spawn-process',
  'tab',
  'unclosed-comment',
]);

const recordings = allRecordings().filter(
  (recording) =>
    !Object.hasOwn(notApplicable, recording.name) &&
    (inject('isStandIn') || isKnownTo(inject('toolchainVersion'), recording)),
);
const sessions = recordings.filter(({ name }) => name.startsWith('session-'));
const texts = recordings.filter((recording) => !sessions.includes(recording));

const server = sharedServer();

function isExact({ lean }: Recording): boolean {
  return inject('isStandIn') || inject('toolchainVersion') === lean;
}

function expectAsRecorded(
  recording: Recording,
  result: StructuredResult,
  expected: ReturnType<typeof asInResult>,
): void {
  const { diagnostics = [], truncated } = result;
  if (isExact(recording)) {
    // Of more messages than anybody reads the first are told, and the others counted.
    const told = expected.slice(0, expected.length - (truncated?.['diagnostics'] ?? 0));
    expect(diagnostics.map(inFolder)).toEqual(told.map(inFolder));
  } else if (!changedInLaterLeans.has(recording.name)) {
    const firstError = (list: typeof expected): unknown => list.find(({ severity }) => severity === 'error')?.line;
    const hasWarning = (list: typeof expected): boolean => list.some(({ severity }) => severity === 'warning');
    expect([firstError(diagnostics), hasWarning(diagnostics)]).toEqual([firstError(expected), hasWarning(expected)]);
  }
}

/** Lean names the folder that it runs in; the recordings were made in several. */
function inFolder<Message extends { message: string }>(diagnostic: Message): Message {
  return { ...diagnostic, message: diagnostic.message.replace(/(?<=might need to open ')[^']*/, 'FOLDER') };
}

function isRejected(expected: ReturnType<typeof asInResult>): boolean {
  return expected.some(({ severity }) => severity === 'error');
}

describe.concurrent('a text on its own', () => {
  it.each(texts)('$name', async (recording) => {
    // Each text of an edit-* is checked for itself: no tool edits. proofs.test.ts asks the questions of inspect-*.
    for (const { sent, barrier, diagnostics } of recording.server.steps) {
      const { args = [], stdin = '' } = recording.run ?? {};
      const result = await server().execute({ code: sent, args: args.slice(2), stdin });
      expect(result.lean_version).toBeDefined();
      if (barrier.error !== undefined) {
        if (isExact(recording)) expect(result).toMatchObject({ status: 'error', outcome: 'crashed' });
        continue;
      }
      const expected = asInResult(diagnostics, sent);
      expectAsRecorded(recording, result, expected);
      if (recording.run !== undefined) expectRunAsRecorded(recording.run, result, isRejected(expected));
      else if (isExact(recording)) expect(result.status).toBe(isRejected(expected) ? 'error' : 'success');
    }
  });

  function expectRunAsRecorded(run: NonNullable<Recording['run']>, result: StructuredResult, rejected: boolean): void {
    // `lean --run` prints its messages before the program's output; here they are diagnostics.
    const output = run.stdout.replaceAll(/^Main\.lean:.*\n(?: .*\n)*/gm, '');
    expect(result).toMatchObject({
      status: rejected || run.exitCode !== 0 ? 'error' : 'success',
      outcome: 'completed',
    });
    expect([result.exit_code, result.stdout ?? '', result.stderr ?? '']).toEqual(
      rejected ? [undefined, '', ''] : [run.exitCode, output, run.stderr],
    );
  }
});

/*
 * The recordings appended each text to all before it, rejected ones too. A session does not keep what Lean rejects, so a
 * call must say what was recorded about its own text, and the errors that the recording repeats from then on are gone.
 */
describe.concurrent('a session', () => {
  it.each(sessions)('$name', async (recording) => {
    let sessionId: string | undefined;
    let accepted = 0;
    let document = '';
    for (const { sent, diagnostics } of recording.server.steps) {
      const linesBefore = document.split('\n').length - 1;
      document += sent;
      const expected = asInResult(diagnostics, document, linesBefore);
      const result = await server().step(sent, sessionId);
      sessionId = result.session_id;
      expectAsRecorded(recording, result, expected);
      if (!isRejected(expected)) accepted += 1;
      expect(result).toMatchObject({ status: isRejected(expected) ? 'error' : 'success', step: accepted });
    }
  });
});

describe('what is left out', () => {
  it('is still there', () => {
    const names = new Set(allRecordings().map(({ name }) => name));
    expect(Object.keys(notApplicable).filter((name) => !names.has(name))).toEqual([]);
  });
});
