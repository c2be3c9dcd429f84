/*
 * Goals in results, inspect-lean and try-tactics, on what real Leans were recorded to answer: where the toolchain plays the
 * recordings, these are its only answers; on a real Lean they must be among what the tools tell.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { inspect, tryTactics, verdicts, type StructuredAttempts } from './support/proofs.ts';
import { allRecordings, isKnownTo, type RecordedAnswer, type Recording } from './support/recordings.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();
const recordings = allRecordings().filter(
  (recorded) => inject('isStandIn') || isKnownTo(inject('toolchainVersion'), recorded),
);
const laterAnswers = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'answers-of-later-leans.json'), 'utf8'),
) as { readonly answers: readonly (RecordedAnswer & { readonly recording: string })[] };

function textOf({ server: { steps } }: Recording): string {
  return steps.at(-1)?.sent ?? '';
}

/**
 * Goals at a `sorry` that Leans of today tell in another way: what they expect of the term, which belongs to no case, and
 * without the declaration that is being made.
 */
const laterGoals: Readonly<Record<string, readonly string[]>> = {
  'inspect-two-sorries': ['p q : Prop\nhp : p\nhq : q\n⊢ p', 'p q : Prop\nhp : p\nhq : q\n⊢ q'],
  'inspect-where-sorry': ['n m : Nat\n⊢ m = m'],
};
const ofToday = (name: string, index: number): string | undefined =>
  inject('isStandIn') ? undefined : laterGoals[name]?.[index];

/** What was recorded about a place, or what Leans of today say there that is another thing. */
function answerOfToday({ recorded, method, position, result }: AskedAnswer): unknown {
  const later = laterAnswers.answers.find(
    (answer) =>
      answer.recording === recorded.name && answer.method === method && isDeepStrictEqual(answer.position, position),
  );
  return inject('isStandIn') || later === undefined ? result : later.result;
}

function recording(name: string): Recording {
  const found = recordings.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no recording ${name}`);
  return found;
}

describe('goals come with every result', () => {
  it.each<[string, readonly (readonly [sorry: number | undefined, line: number, column: number, rendered: string])[]]>([
    ['sorry', [[1, 2, 8, 'a b : Nat\n⊢ a + b = b + a']]],
    [
      'inspect-two-sorries',
      [
        [1, 3, 10, 'case left\np q : Prop\nhp : p\nhq : q\n⊢ p'],
        [2, 4, 10, 'case right\np q : Prop\nhp : p\nhq : q\n⊢ q'],
      ],
    ],
    [
      'inspect-sorries-one-line',
      [
        [1, 1, 38, 'p q : Prop\n⊢ p'],
        [2, 1, 54, 'p q : Prop\n⊢ q'],
      ],
    ],
    ['inspect-where-sorry', [[1, 4, 10, 'n : Nat\ninner : ∀ (m : Nat), m = m\nm : Nat\n⊢ m = m']]],
    ['inspect-namespace-astral', [[1, 6, 16, 'a : Nat\n⊢ a = a']]],
    ['inspect-cases', [[undefined, 4, 11, 'case inr\np q : Prop\nhq : q\n⊢ q ∨ p']]],
    ['unsolved-goals', [[undefined, 1, 55, 'case right\np q : Prop\nhp : p\nhq : q\n⊢ q']]],
    ['theorem-ok', []],
    ['tactic-fails', []],
  ])('%s', async (name, expected) => {
    const { goals = [] } = await server().execute(textOf(recording(name)));
    expect(goals.map(({ sorry, line, column, rendered }) => [sorry, line, column, rendered])).toEqual(
      expected.map(([sorry, line, column, rendered], index) => [sorry, line, column, ofToday(name, index) ?? rendered]),
    );
  });

  it('as many as fit, and the result says how many are missing', async () => {
    const { goals, truncated } = await server().execute(textOf(recording('attempt-example')).repeat(40));
    expect(goals).toHaveLength(24);
    expect(goals?.at(-1)).toMatchObject({ sorry: 24, line: 48 });
    expect(truncated).toMatchObject({ goals: 16 });
  });

  it('in parts, too', async () => {
    const { goals = [] } = await server().execute(textOf(recording('inspect-two-sorries')));
    expect(goals[1]).toEqual({
      origin: 'sorry',
      sorry: 2,
      line: 4,
      column: 10,
      rendered: ofToday('inspect-two-sorries', 1) ?? 'case right\np q : Prop\nhp : p\nhq : q\n⊢ q',
      ...(inject('isStandIn') && { case: 'right' }),
      hypotheses: [
        { names: ['p', 'q'], type: 'Prop' },
        { names: ['hp'], type: 'p' },
        { names: ['hq'], type: 'q' },
      ],
      target: 'q',
    });
  });

  it('in a session, counted and placed in the code of the call', async () => {
    const first = await server().step(textOf(recording('inspect-where-sorry')));
    expect(first).toMatchObject({ status: 'success', goals: [{ sorry: 1, line: 4 }] });
    const second = await server().step(textOf(recording('attempt-base')), first.session_id);
    expect(second.goals).toMatchObject([{ sorry: 1, line: 2, column: 8, target: 'q ∧ p' }]);
    expect((await server().step('#eval 1', first.session_id)).goals).toBeUndefined();
  });
});

describe.concurrent('inspect-lean tells what was recorded', () => {
  const answers = recordings.flatMap((recorded) =>
    [
      ...(recorded.server.goals ?? []).map(({ position, plainGoal }) => ({
        method: '$/lean/plainGoal',
        position,
        result: plainGoal,
      })),
      ...(recorded.server.answers ?? []),
    ].map((answer) => ({ ...answer, recorded, place: `${answer.position.line}:${answer.position.character}` })),
  );

  it('about places of several kinds', () => {
    expect(new Set(answers.map(({ method }) => method)).size).toBe(5);
    expect(answers.length).toBeGreaterThan(35);
  });

  it.each(answers)('$recorded.name $method $place', async (asked: AskedAnswer) => {
    const { recorded, method, position } = asked;
    const result = answerOfToday(asked);
    const code = textOf(recorded);
    const line = code.split('\n')[position.line];
    const at = {
      line: position.line + 1,
      column:
        Array.from(line?.slice(0, position.character) ?? '').length +
        Math.max(0, position.character - (line ?? '').length),
    };
    const what = kinds[method] ?? '';
    if (line === undefined || position.character > line.length) {
      expect(await server().refusal('inspect-lean', { code, ...at, what })).toMatch(/is not in (line|the text)/);
      return;
    }
    const told = await inspect(server(), { code, ...at, what });
    if (method === '$/lean/plainGoal') {
      const { goals } = (result ?? {}) as { goals?: string[] };
      const states = [told.goals_before, told.goals_after].map((state) => state?.map(({ rendered }) => rendered));
      if (goals === undefined) expect(told.found).toBe(false);
      else expect(states).toContainEqual(goals);
    } else if (result === null || JSON.stringify(result).includes('[]')) {
      // Behind the end of a name, the tool asks about the name.
      if (inject('isStandIn') || what !== 'definition') expect(told.found).toBe(false);
    } else {
      const { goal, contents, items } = result as { goal?: string; contents?: { value: string }; items?: unknown };
      expect(told.completions === undefined).toBe(items === undefined);
      expect(told.goal?.rendered ?? told.text).toBe(goal ?? contents?.value);
    }
  });
});

interface AskedAnswer extends RecordedAnswer {
  readonly recorded: Recording;
}

const kinds: Readonly<Record<string, string>> = {
  '$/lean/plainGoal': 'goal',
  '$/lean/plainTermGoal': 'term-goal',
  'textDocument/hover': 'hover',
  'textDocument/definition': 'definition',
  'textDocument/completion': 'completions',
};

describe.concurrent('inspect-lean refuses', () => {
  const code = 'theorem t : 1 = 1 := rfl\n';
  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      'a line that is not there',
      { code, line: 9, column: 0, what: 'goal' },
      /^Line 9 is not in the text, which has 2 lines\./,
    ],
    [
      'a column that is not there',
      { code, line: 1, column: 80, what: 'hover' },
      /^Column 80 is not in line 1, which has 24 char/,
    ],
    ['no text', { line: 1, column: 0, what: 'goal' }, /^Neither code nor session_id was given/],
    ['a session that is not there', { session_id: 'x', line: 1, column: 0, what: 'goal' }, /^There is no session "x"/],
    ['a question that it does not know', { code, line: 1, column: 0, what: 'type' }, /what/],
    ['an argument that it does not have', { code, line: 1, col: 0, column: 0, what: 'goal' }, /col/],
    [
      'a timeout over the limit',
      { code, line: 1, column: 0, what: 'goal', timeout: 5000 },
      /^timeout is 5000 s; at most/,
    ],
  ])('%s', async (_, args, message) => {
    expect(await server().refusal('inspect-lean', args)).toMatch(message);
  });

  it('imports that are not allowed, as a result', async () => {
    const told = await inspect(server(), { code: 'import Nope\n#check 1', line: 2, column: 7, what: 'hover' });
    expect(told).toMatchObject({ status: 'error', outcome: 'import-refused', found: false });
  });
});

describe.concurrent('try-tactics', () => {
  const code = textOf(recording('attempt-base'));

  it('tells for each attempt what it does, against the same state', async () => {
    const attempts = [
      'exact h',
      'constructor',
      'exact ⟨h.right, h.left⟩',
      'exact sorry',
      'exact swap p q h',
      'exact h',
    ];
    const told = await tryTactics(server(), { code, sorry: 1, attempts });
    expect(told).toMatchObject({
      status: 'success',
      outcome: 'completed',
      place: { line: 2, column: 2, end_line: 2, end_column: 13, kind: 'tactic', sorry: 1 },
      goals: [{ rendered: 'p q : Prop\nh : p ∧ q\n⊢ q ∧ p' }],
      closed: [3],
      diagnostics: [{ severity: 'warning' }],
    });
    const results = told.attempts?.map(({ tactic, result }) => [tactic, result]);
    expect(results).toEqual([
      ['exact h', 'failed'],
      ['constructor', 'goals-left'],
      ['exact ⟨h.right, h.left⟩', 'closed'],
      ['exact sorry', 'uses-sorry'],
      ['exact swap p q h', 'breaks-other'],
      ['exact h', 'failed'],
    ]);
    expect(told.attempts?.[0]?.diagnostics).toMatchObject([
      { severity: 'error', line: 1, message: expect.stringMatching(/^type mismatch/i) as unknown },
    ]);
    expect(told.attempts?.[1]?.goals?.map(({ case: name, target }) => [name, target])).toEqual([
      ['left', 'q'],
      ['right', 'p'],
    ]);
    expect(told.attempts?.[4]?.new_errors).toMatchObject([{ severity: 'error', line: 1, column: 8 }]);
    const { elapsed_ms: elapsed, ...again } = told.attempts?.[5] ?? { elapsed_ms: 0 };
    expect({ ...again, number: 1, elapsed_ms: told.attempts?.[0]?.elapsed_ms }).toEqual(told.attempts?.[0]);
    expect(elapsed).toBeGreaterThanOrEqual(0);
  });

  it.each([{ line: 2 }, { line: 2, column: 2 }, { line: 2, column: 10 }])('finds the sorry at %j', async (place) => {
    expect(await verdicts(server(), { code, ...place, attempts: ['constructor'] })).toEqual(['goals-left']);
  });

  it('takes numbers and lists that are written as text', async () => {
    const args = { code: textOf(recording('inspect-two-sorries')), sorry: '1', attempts: '["exact hp"]' };
    const meant = { ...args, sorry: 1, attempts: ['exact hp'] };
    const untimed = ({ attempts }: StructuredAttempts): unknown =>
      attempts?.map(({ tactic, result }) => [tactic, result]);
    const asText = await tryTactics(server(), { ...args, session_id: null, attempt_timeout: '20', timeout: '200' });
    expect(untimed(asText)).toEqual(untimed(await tryTactics(server(), meant)));
    expect(asText.place).toMatchObject({ sorry: 1 });
    const ambiguous = await server().refusal('try-tactics', { ...args, attempts: 'exact hp' });
    expect(ambiguous).toMatch(/attempts.*array/);
  });

  it('works behind what a session has accepted, and on it, and keeps nothing', async () => {
    const { session_id: id } = await server().step('def before := 1\n');
    const attempts = ['exact h', 'exact ⟨h.right, h.left⟩'];
    expect(await tryTactics(server(), { session_id: id, code, sorry: 1, attempts })).toMatchObject({
      session_id: id,
      place: { line: 2, column: 2 },
      closed: [2],
    });
    expect(await server().step(code, id)).toMatchObject({ status: 'success', step: 2 });
    expect(await tryTactics(server(), { session_id: id, sorry: 1, attempts })).toMatchObject({
      place: { line: 3, column: 2 },
      closed: [2],
    });
    expect(await server().step('#eval before', id)).toMatchObject({ status: 'success', step: 3 });
  });

  it('says that there is no goal where Lean has none', async () => {
    const told = await tryTactics(server(), {
      code: textOf(recording('attempt-unreached')),
      sorry: 1,
      attempts: ['rfl'],
    });
    expect(told).toMatchObject({ status: 'error', outcome: 'completed' });
    expect(told.error).toMatch(/^Lean has no goal at sorry 1, so nothing was tried: an error may .*line 2, column 8/);
    expect(told.attempts).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      'a sorry that is not there',
      { code, sorry: 7, attempts: ['rfl'] },
      /^There is no sorry 7: the text has 1\.\nGive one of these: sorry 1 at line 2/,
    ],
    ['two ways to say the place', { code, sorry: 1, line: 2, attempts: ['rfl'] }, /^sorry and line say the same/],
    ['no place', { code, attempts: ['rfl'] }, /^Where to try is not said/],
    ['no attempts', { code, sorry: 1, attempts: [] }, /attempts/],
    ['an empty attempt', { code, sorry: 1, attempts: ['rfl', ' \n'] }, /^Attempt 2 cannot be tried: it is empty/],
    [
      'an attempt that is not closed',
      { code, sorry: 1, attempts: ['exact (h'] },
      /^Attempt 1 .*: a \) is missing at its end/,
    ],
    ['an attempt that closes too much', { code, sorry: 1, attempts: ['rfl)\n#exit\n--('] }, /closes nothing/],
    [
      'several sorries',
      { code: 'example : True ∧ True := ⟨sorry, sorry⟩', line: 1, attempts: ['rfl'] },
      /^Line 1 has 2 sorries\.\nSay which/,
    ],
    ['a line without sorry', { code, line: 1, attempts: ['rfl'] }, /^Line 1 has no sorry\./],
    ['a line that is not there', { code, line: 12, attempts: ['rfl'] }, /^Line 12 is not in the text/],
    ['a place inside of a word', { code, line: 1, column: 3, attempts: ['rfl'] }, /it is inside "theorem"/],
  ])('refuses %s', async (_, args, message) => {
    expect(await server().refusal('try-tactics', args)).toMatch(message);
  });
});

// What is not recorded.
describe.skipIf(inject('isStandIn'))('places that are hard to count', () => {
  const code = [
    'namespace Deep',
    'def early := 1',
    '/- \t🎉𝓝 -/ theorem pair (p q : Prop) (hp : p) (hq : q) : p ∧ q := ⟨sorry, by exact sorry⟩',
    'theorem outer (n : Nat) : n = n := inner n',
    'where',
    '  inner (m : Nat) : m = m := by',
    '    exact sorry',
    'theorem late : early = 1 := rfl',
    'end Deep',
    '',
  ].join('\n');
  const line = Array.from(code.split('\n')[2] ?? '');
  const columns = line.flatMap((_, column) => (line.slice(column, column + 5).join('') === 'sorry' ? [column] : []));

  it('have their goals', async () => {
    const { goals = [] } = await server().execute(code);
    expect(goals.map((goal) => [goal.sorry, goal.line, goal.column, goal.target])).toEqual([
      [1, 3, columns[0], 'p'],
      [2, 3, columns[1], 'q'],
      [3, 7, 10, 'm = m'],
    ]);
  });

  it('take attempts, by number and by column', async () => {
    const attempts = ['exact hq', 'exact hp', 'rfl'];
    const [first, second] = columns;
    for (const [place, closed, kind] of [
      [{ sorry: 1 }, 2, 'term'],
      [{ sorry: 2 }, 1, 'tactic'],
      [{ sorry: 3 }, 3, 'tactic'],
      [{ line: 3, column: first }, 2, 'term'],
      [{ line: 3, column: second }, 1, 'tactic'],
      [{ line: 7 }, 3, 'tactic'],
    ] as const) {
      const told = await tryTactics(server(), { code, ...place, attempts });
      expect(told, JSON.stringify(place)).toMatchObject({ closed: [closed], place: { kind } });
      const failed = told.attempts?.filter(({ result }) => result === 'failed') ?? [];
      expect(failed).toHaveLength(2);
      for (const { diagnostics } of failed) expect(diagnostics?.[0]).toMatchObject({ severity: 'error', line: 1 });
    }
  });

  it('answer questions', async () => {
    const [first = 0, second = 0] = columns;
    const expected = await inspect(server(), { code, line: 3, column: first, what: 'term-goal' });
    expect(expected.goal).toMatchObject({ target: 'p' });
    expect(expected.place).toMatchObject({ line: 3, column: first, end_column: first + 5 });
    const state = await inspect(server(), { code, line: 3, column: second, what: 'goal' });
    expect(state.goals_before?.map(({ target }) => target)).toEqual(['q']);
    expect(state.goals_after).toEqual([]);
    const name = await inspect(server(), { code, line: 8, column: 15, what: 'definition' });
    expect(name.definitions).toMatchObject([{ where: 'code', line: 2, text: 'def early := 1' }]);
  });

  it('two on one line must be told apart, and the refusal says how', async () => {
    const message = await server().refusal('try-tactics', { code, line: 3, attempts: ['rfl'] });
    const [first = 0, second = 0] = columns;
    expect(message).toContain('Line 3 has 2 sorries.');
    expect(message).toContain(`sorry 1 at line 3, column ${first}; sorry 2 at line 3, column ${second}`);
  });
});
