import { describe, expect, test } from 'vitest';
import { noGoals, type Diagnostic } from './diagnostic.ts';
import { judgeAttempt, type AttemptTrial, type Baseline, type JudgedAttempt } from './judge-attempt.ts';
import { LineIndex } from './source/line-index.ts';
import { saysSorry } from './source/sorry.ts';
import { Splice } from './source/splice.ts';
import { TrialMessages } from './trial-messages.ts';

/** A message about a piece of text, which is to be in the text once. */
interface Said {
  readonly at: string;
  readonly message: string;
  readonly severity?: Diagnostic['severity'];
}

const sorryWarning = "declaration uses 'sorry'";

function diagnostics(text: string, said: readonly Said[]): Diagnostic[] {
  const lines = new LineIndex(text);
  return said.map(({ at, message, severity = message === sorryWarning ? 'warning' : 'error' }) => {
    const start = text.indexOf(at);
    if (start < 0 || text.includes(at, start + 1)) throw new Error(`${at} is not once in ${text}`);
    return { severity, message, start: lines.leanPosition(start), end: lines.leanPosition(start + at.length) };
  });
}

/** Tries an attempt in the place of `exact sorry`, and Lean says these things without it and with it. */
async function judge(
  text: string,
  tactic: string,
  lean: {
    readonly without?: readonly Said[];
    readonly remaining?: readonly string[];
    readonly with?: readonly Said[];
    readonly before?: readonly string[] | undefined;
    readonly after?: readonly string[] | undefined;
  },
): Promise<JudgedAttempt> {
  const place = 'exact sorry';
  const start = text.indexOf(place);
  const base = new Splice(text, start, start + place.length, place);
  const splice = new Splice(text, start, start + place.length, `(${tactic}) `);
  const baseline: Baseline = {
    splice: base,
    messages: new TrialMessages({ splice: base, diagnostics: diagnostics(base.text, lean.without ?? []) }),
    remaining: lean.remaining ?? [],
  };
  const { before = ['⊢ p'], after = [] } = lean;
  const trial: AttemptTrial = {
    splice,
    diagnostics: diagnostics(splice.text, lean.with ?? []),
    saysSorry: await saysSorry(tactic),
    before: 'before' in lean ? lean.before : before,
    after: 'after' in lean ? lean.after : after,
  };
  return await judgeAttempt(baseline, trial);
}

const theorem = 'theorem here : p := by\n  exact sorry\n\ntheorem next : q := foo\n';

/** The same attempt as Leans of different ages tell of it. */
describe.each([
  ['warns at each sorry', 'exact sorry'],
  ['warns at the declaration', 'here'],
])('a Lean that %s', (_, place) => {
  const without = [{ at: place === 'here' ? place : 'sorry', message: sorryWarning }];

  test('says nothing of an attempt that closes the goal', async () => {
    expect(await judge(theorem, 'simp', { without })).toEqual({
      verdict: 'closed',
      goals: noGoals,
      own: [],
      elsewhere: [],
      declarationUsesSorry: false,
    });
  });

  test('shows the goals that an attempt leaves, apart from those that were there beside it', async () => {
    const judgement = await judge(theorem, 'constructor', {
      without,
      remaining: ['⊢ r'],
      after: ['case left\n⊢ p', '⊢ q', '⊢ r'],
    });
    expect(judgement).toMatchObject({ verdict: 'goals-left', elsewhere: [] });
    expect(judgement.goals.goals.map(({ caseName, target }) => [caseName, target])).toEqual([
      ['left', 'p'],
      [undefined, 'q'],
    ]);
  });

  test('rejects an attempt', async () => {
    const judgement = await judge(theorem, 'exact nonsense', {
      without,
      with: [{ at: 'nonsense', message: "unknown identifier 'nonsense'" }],
    });
    expect(judgement).toMatchObject({ verdict: 'failed', own: [{ message: "unknown identifier 'nonsense'" }] });
  });

  test('finds what an attempt leaves open inside of it, and does not tell it twice', async () => {
    const judgement = await judge(theorem, 'constructor; · skip', {
      without,
      with: [{ at: '· skip', message: 'unsolved goals\n⊢ q' }],
    });
    expect(judgement).toMatchObject({
      verdict: 'goals-left',
      goals: { goals: [{ target: 'q' }] },
      own: [],
      elsewhere: [],
    });
  });

  test('rejects something else because of an attempt', async () => {
    const judgement = await judge(theorem, 'exact here', {
      without,
      with: [{ at: 'here :', message: 'fail to show termination' }],
    });
    expect(judgement).toMatchObject({
      verdict: 'breaks-other',
      elsewhere: [{ start: { line: 1, column: 8 }, message: 'fail to show termination' }],
    });
  });

  test('knows an attempt that says sorry', async () => {
    expect((await judge(theorem, 'exact f sorry', { without })).verdict).toBe('uses-sorry');
    expect((await judge(theorem, 'admit', { without })).verdict).toBe('uses-sorry');
  });

  test('repeats errors elsewhere that were there before, which count for nothing', async () => {
    const other = { at: 'foo', message: 'unknown ?m.12 with ?n.7' };
    const later = { at: 'foo', message: 'unknown ?m.98 with ?n.3' };
    expect(await judge(theorem, 'simp', { without: [...without, other], with: [later] })).toEqual(
      expect.objectContaining({ verdict: 'closed', elsewhere: [] }),
    );
    const another = await judge(theorem, 'simp', { without, with: [later] });
    expect(another).toMatchObject({ verdict: 'breaks-other', elsewhere: [{ start: { line: 4 } }] });
  });
});

describe('an attempt that uses sorry without saying so', () => {
  test('is found by the warning at it', async () => {
    const without = [{ at: 'sorry', message: sorryWarning }];
    const judgement = await judge(theorem, 'magic', { without, with: [{ at: 'magic', message: sorryWarning }] });
    expect(judgement.verdict).toBe('uses-sorry');
  });

  test('is found by the warning at the declaration, which stays', async () => {
    const warned = [{ at: 'here :', message: sorryWarning }];
    expect((await judge(theorem, 'magic', { without: warned, with: warned })).verdict).toBe('uses-sorry');
  });

  test('is not taken for one when the warning is about another sorry of the declaration, but that is told', async () => {
    const text = 'theorem here : p := by\n  exact sorry\n  · sorry\ntheorem next : q := sorry';
    const warned = [
      { at: 'here :', message: sorryWarning },
      { at: 'next', message: sorryWarning },
    ];
    expect(await judge(text, 'simp', { without: warned, with: warned })).toMatchObject({
      verdict: 'closed',
      declarationUsesSorry: true,
    });
  });

  test('is not taken for one when the warning is about the declaration before', async () => {
    const text = 'theorem first : q := sorry\ntheorem here : p := by\n  exact sorry';
    const first = { at: 'first', message: sorryWarning };
    expect(
      await judge(text, 'simp', { without: [first, { at: 'here', message: sorryWarning }], with: [first] }),
    ).toMatchObject({ verdict: 'closed', declarationUsesSorry: false });
  });
});

describe('an attempt is not called closed', () => {
  test('when Lean kept no trace of it', async () => {
    expect(await judge(theorem, 'simp', { before: undefined, after: undefined })).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('no trace') as unknown,
    });
  });

  test('when an error around it has goals that were not there before', async () => {
    const around = { at: 'by\n  (simp) ', message: 'unsolved goals\n⊢ new' };
    expect(await judge(theorem, 'simp', { after: undefined, with: [around] })).toMatchObject({
      verdict: 'goals-left',
      goals: { goals: [{ target: 'new' }], more: 0 },
    });
  });

  test('when with it another sorry is reached', async () => {
    const text = 'theorem here : p := by\n  first | exact sorry | exact f sorry\n';
    const without = [{ at: 'sorry | exact f', message: sorryWarning }];
    const reached = [{ at: 'sorry', message: sorryWarning }];
    expect(await judge(text, 'simp', { without, with: reached })).toMatchObject({ verdict: 'uses-sorry' });
  });

  test('without saying so when its declaration has errors elsewhere', async () => {
    const text = 'theorem here : p := by\n  exact sorry\n  exact bad\n\ntheorem next : q := foo\n';
    const bad = { at: 'bad', message: 'unknown' };
    const foo = { at: 'foo', message: 'unknown' };
    expect(await judge(text, 'simp', { without: [bad, foo], with: [bad, foo] })).toMatchObject({
      verdict: 'closed',
      detail: expect.stringContaining('errors elsewhere') as unknown,
    });
    expect(await judge(text, 'simp', { without: [foo], with: [foo] })).not.toHaveProperty('detail');
  });
});

test('goals that an error around the attempt had before are no news', async () => {
  const remaining = ['⊢ r'];
  const without = [{ at: 'by\n  exact sorry', message: 'unsolved goals\n⊢ p\n\n⊢ r' }];
  const after = [{ at: 'by\n  (simp) ', message: 'unsolved goals\n⊢ r' }];
  expect(await judge(theorem, 'simp', { without, remaining, with: after, after: remaining })).toMatchObject({
    verdict: 'closed',
    elsewhere: [],
  });
});

describe('an attempt with more goals than anybody compares', () => {
  const million = Array.from({ length: 800_000 }, (_, n) => `⊢ ${n}`);

  test('is told the first of them, and how many more there are', async () => {
    const judgement = await judge(theorem, 'magic', { after: million });
    expect(judgement).toMatchObject({ verdict: 'goals-left', goals: { more: 800_000 - 24 } });
    expect(judgement.goals.goals).toHaveLength(24);
  });

  test('does not close the goal, even when all of them were there before', async () => {
    expect((await judge(theorem, 'magic', { after: million, remaining: million })).verdict).toBe('goals-left');
    expect((await judge(theorem, 'magic', { after: million, remaining: million.slice(0, 4096) })).verdict).toBe(
      'goals-left',
    );
  });

  test('in an error around it does not close it either', async () => {
    const around = { at: 'by\n  (simp) ', message: `unsolved goals\n${million.join('\n\n')}` };
    expect((await judge(theorem, 'simp', { with: [around] })).verdict).toBe('goals-left');
    const before = { at: 'by\n  exact sorry', message: `${around.message}\n\n⊢ p` };
    expect((await judge(theorem, 'simp', { without: [before], with: [around] })).verdict).toBe('goals-left');
  });
});
