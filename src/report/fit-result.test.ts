/* Whatever a result holds, it fits; what is short stays whole, and what is left out is counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import type { ExecutionResult } from '../execution/execution-service.ts';
import type { AttemptResult, InspectionAnswer } from '../execution/proof-service.ts';
import type { Diagnostic, Goal } from '../lean/diagnostic.ts';
import { toAttempts } from './attempts-result.ts';
import { fitResult, type Shown } from './fit-result.ts';
import { renderInspection, toInspection } from './inspection-result.ts';
import { renderAttempts } from './render-attempts.ts';
import { renderText } from './render-text.ts';
import { toStructured } from './structured-result.ts';

const limits = { messageCharacters: 16_000, outputCharacters: 100_000, maxTimeoutMs: 60_000 };
/** The least that can be configured, without the room for what else is told. */
const least = 16 * 1024 - 1000;
const timings = { queue: 0, sandbox: 0, elaborate: 1, run: 0, total: 1 };
const start = { line: 1, column: 0 };
const base = { timings, leanVersion: '4.27.0', start, end: start };

function bytesOf({ structured, text }: Shown): number {
  return Buffer.byteLength(JSON.stringify(structured)) + Buffer.byteLength(JSON.stringify(text));
}

/** Text of all sizes, also of characters that take more room when they are told. */
const long = fc
  .tuple(fc.constantFrom('x', '⊢', '\u0000', '"', '\n', '\ud83d\ude00', 'a b\n'), fc.integer({ min: 0, max: 6000 }))
  .map(([piece, times]) => piece.repeat(times));
const text = fc.oneof({ weight: 9, arbitrary: fc.string() }, { weight: 1, arbitrary: long });
const severity = fc.constantFrom('error' as const, 'warning' as const, 'information' as const);
const suggestion = fc
  .tuple(fc.constantFrom('Try this: ', 'Try these:\n  [apply] '), text)
  .map((parts) => parts.join(''));
const message = fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: suggestion });
const diagnostics = fc.array(
  fc.record({ severity, message }).map((given): Diagnostic => ({ ...given, start, end: start })),
  { maxLength: 30 },
);
const goal: fc.Arbitrary<Goal> = fc.record({
  rendered: text,
  target: text,
  hypotheses: fc.array(fc.record({ names: fc.array(text, { maxLength: 3 }), type: text }), { maxLength: 4 }),
});
const goals = fc.array(goal, { maxLength: 10 }).map((list) => ({ goals: list, more: 0 }));
const kept = fc.record({ text, omittedBytes: fc.constantFrom(0, 1_000_000) });

describe('a result of code', () => {
  const results = fc.record({ diagnostics, goals, stdout: kept, stderr: kept }).map((given): ExecutionResult => ({
    ...base,
    ...given,
    openGoals: { goals: given.goals.goals.map((one) => ({ origin: 'sorry', sorry: 1, start, goal: one })), more: 0 },
    outcome: 'completed',
  }));
  const show = (result: ExecutionResult) => (room: typeof limits) => {
    const structured = toStructured(result, room);
    return { structured, text: renderText(structured) };
  };

  it('fits', async () => {
    await fc.assert(
      fc.asyncProperty(results, async (result) => {
        const shown = await fitResult(show(result), limits, least);
        expect(bytesOf(shown)).toBeLessThanOrEqual(least);
        const { diagnostics: messages = [], truncated, goals: open = [] } = shown.structured;
        expect(messages.length + (truncated?.diagnostics ?? 0)).toBe(result.diagnostics.length);
        expect(open.length + (truncated?.goals ?? 0)).toBe(result.openGoals?.goals.length);
      }),
      { numRuns: fuzzRuns(30) },
    );
  });

  it('keeps what is short beside what is long', async () => {
    const result: ExecutionResult = {
      ...base,
      outcome: 'completed',
      diagnostics: [{ severity: 'information', message: 'short', start, end: start }],
      stdout: { text: 'x'.repeat(60_000), omittedBytes: 0 },
      stderr: { text: 'also short', omittedBytes: 0 },
    };
    const { structured } = await fitResult(show(result), limits, 20_000);
    expect(structured).toMatchObject({ diagnostics: [{ message: 'short' }], stderr: 'also short' });
    const { stdout = '', truncated } = structured;
    const told = Number(/^x+\n\[… (\d+) bytes left out …\]\nx+$/.exec(stdout)?.[1]);
    expect(told).toBe(truncated?.stdout_bytes);
    expect(told + (stdout.match(/x/g)?.length ?? 0)).toBe(60_000);
    // It makes use of its room.
    expect(stdout.length).toBeGreaterThan(9000);
  });

  it('is shown once in each turn of the event loop, so that nobody waits for all tries', async () => {
    let turn = 0;
    const count = (): void => {
      turn += 1;
      counted = setImmediate(count);
    };
    let counted = setImmediate(count);
    const turns: number[] = [];
    const tried = (room: typeof limits): Shown => {
      turns.push(turn);
      return { structured: {}, text: 'x'.repeat(room.messageCharacters) };
    };
    await fitResult(tried, limits, 1000);
    clearImmediate(counted);
    expect(turns.length).toBeGreaterThan(3);
    expect(new Set(turns).size).toBe(turns.length);
  });

  it('has a short headline, however long the first line of a message is', () => {
    const message = `${'m'.repeat(1_000_000)}\nsecond`;
    const result: ExecutionResult = {
      ...base,
      outcome: 'completed',
      diagnostics: [{ severity: 'error', message, start, end: start }],
      stdout: { text: '', omittedBytes: 0 },
      stderr: { text: '', omittedBytes: 0 },
    };
    expect(toStructured(result, limits).error?.length).toBeLessThan(400);
  });
});

it('attempts fit, and each is told with its verdict', async () => {
  const attempt: fc.Arbitrary<AttemptResult> = fc
    .record({ tactic: text, goals, diagnostics, elsewhere: diagnostics })
    .map((given) => ({ ...given, verdict: 'goals-left', declarationUsesSorry: true, detail: 'd', elapsedMs: 12_345 }));
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { maxLength: 64 }), goals, diagnostics, async (attempts, open, messages) => {
      const result = { ...base, outcome: 'completed' as const, attempts, goals: open, diagnostics: messages };
      const shown = await fitResult(
        (room) => {
          const structured = toAttempts({ ...result, place: { span: base, kind: 'term' } }, { sorry: 1 }, room);
          return { structured, text: renderAttempts(structured) };
        },
        limits,
        least,
      );
      expect(bytesOf(shown)).toBeLessThanOrEqual(least);
      expect(shown.structured.attempts ?? []).toHaveLength(attempts.length);
    }),
    { numRuns: fuzzRuns(15) },
  );
});

it('as many attempts as there may be fit, all of them long', async () => {
  const one: Goal = { rendered: '⊢'.repeat(5000), target: '⊢'.repeat(5000), hypotheses: [], caseName: 'c'.repeat(200) };
  const message: Diagnostic = { severity: 'error', message: '"'.repeat(5000), start, end: start };
  const attempts = Array.from({ length: 64 }, (_, index): AttemptResult => ({
    tactic: `exact ${index}${' x'.repeat(2000)}`,
    verdict: 'breaks-other',
    goals: { goals: [one, one], more: 0 },
    diagnostics: [message],
    elsewhere: [message, message],
    declarationUsesSorry: true,
    elapsedMs: 123_456,
  }));
  const result = {
    ...base,
    outcome: 'completed' as const,
    attempts,
    goals: { goals: [one], more: 0 },
    diagnostics: [message],
  };
  const shown = await fitResult(
    (room) => {
      const structured = toAttempts({ ...result, place: { span: base, kind: 'term' } }, { sorry: 1 }, room);
      return { structured, text: renderAttempts(structured) };
    },
    limits,
    least,
  );
  expect(bytesOf(shown)).toBeLessThanOrEqual(least);
  expect(shown.structured.attempts?.map(({ result: verdict }) => verdict)).toEqual(attempts.map(() => 'breaks-other'));
});

it('answers about a place fit', async () => {
  const completion = fc.record({ label: text, detail: text, documentation: text });
  const answer: fc.Arbitrary<InspectionAnswer> = fc.oneof(
    fc.record({ what: fc.constant('goal' as const), before: goals, after: goals }),
    fc.record({ what: fc.constant('term-goal' as const), goal }),
    fc.record({ what: fc.constant('hover' as const), markdown: text }),
    fc.record({
      what: fc.constant('completions' as const),
      completions: fc.array(completion, { maxLength: 50 }),
      omitted: fc.constant(0),
    }),
    fc.record({
      what: fc.constant('definition' as const),
      definitions: fc.array(fc.record({ where: fc.constant('text' as const), span: fc.constant(base), text }), {
        maxLength: 5,
      }),
      omitted: fc.constant(0),
    }),
  );
  await fc.assert(
    fc.asyncProperty(answer, diagnostics, async (told, messages) => {
      const result = { ...base, outcome: 'completed' as const, answer: told, diagnostics: messages };
      const shown = await fitResult(
        (room) => {
          const structured = toInspection(result, told.what, room);
          return { structured, text: renderInspection(structured) };
        },
        limits,
        least,
      );
      expect(bytesOf(shown)).toBeLessThanOrEqual(least);
    }),
    { numRuns: fuzzRuns(30) },
  );
});
