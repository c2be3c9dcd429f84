/*
 * Verifying in three sandboxes: what is honest is verified, and every cheat is refused by the step that is there to refuse
 * it. What a stand-in for Lean can tell is in test/e2e/verify-lean.test.ts.
 */
import { describe, expect, inject, it } from 'vitest';
import { shared } from '../support/shared.ts';
import { exhaustingSubmissions, forgedSubmissions } from './support/forged-exports.ts';
import { openVerifyBench } from './support/verify-bench.ts';
import { verifyFixtures } from './support/verify-fixtures.ts';

const isReal = !inject('isStandIn');
const bench = shared(() => openVerifyBench(inject('sandboxImage')), isReal);
const claim = 'theorem t : False := sorry\n';

describe.runIf(isReal)('what is honest is verified', () => {
  it.each(verifyFixtures('honest'))('$name', async (fixture) => {
    const { verdict, message, holes } = await bench().verify(fixture);
    expect({ verdict, message }).toEqual({ verdict: fixture.verdict, message: undefined });
    expect(holes.map(({ name }) => name)).toEqual(fixture.holes);
  });
});

describe.runIf(isReal)('a cheat is refused', () => {
  it.each(verifyFixtures('cheats'))('$name, by $step', async (fixture) => {
    const { verdict, reason, step } = await bench().verify(fixture);
    expect(verdict).toBe(fixture.verdict);
    expect(fixture.reasons).toContain(reason);
    if (fixture.step !== undefined) expect(step).toBe(fixture.step);
  });

  it.each(forgedSubmissions)('as an export, $cheat: $title, by $step', async ({ export: write, reason, step }) => {
    const verdict = await bench().judge(claim, write(), 300_000);
    expect(verdict).toMatchObject({ verdict: 'not-verified', reason, step });
  });

  it.each(exhaustingSubmissions)(
    'or is not verified where the judge cannot finish: $title',
    async ({ export: write }) => {
      const verdict = await bench().judge(claim, write(), 20_000);
      expect(JSON.stringify(verdict)).toMatch(/"kind":"undecided"|"verdict":"(?:not-verified|undecided)"/);
    },
  );

  it('23: a kernel with known bugs, where the configuration does not take its word', async () => {
    const fixture = verifyFixtures('honest').find(({ name }) => name === 'plain-term');
    if (fixture === undefined) throw new Error('there is no such pair');
    const trusted = await bench().verify(fixture);
    const { adversary_proof: proof, kernel_bugs: bugs } = trusted.receipt;
    expect(proof).toBe(bugs.length === 0);
    const doubted = await bench().verify(fixture, { trustUnsoundKernels: false });
    expect([doubted.verdict, doubted.reason]).toEqual(
      proof ? ['verified', undefined] : ['undecided', 'unsound-kernel'],
    );
  });
});

describe.runIf(isReal)('what no program can refuse is shown', () => {
  const pair = {
    name: '',
    theoremNames: [],
    holes: [],
    allow: [],
    reasons: [],
    step: undefined,
    timeout: 120,
    cheat: 24,
  };

  it('24: a statement that says nothing', async () => {
    const statement = 'theorem t (n : Nat) (h : n < 0) : n = 5 := sorry\n';
    const submission = 'theorem t (n : Nat) (h : n < 0) : n = 5 := absurd h (Nat.not_lt_zero n)\n';
    const verified = await bench().verify({ ...pair, statement, submission, verdict: 'verified' });
    expect(verified.verdict).toBe('verified');
    expect(verified.statement?.theorems).toEqual([{ name: 't', signature: 't (n : Nat) (h : n < 0) : n = 5' }]);
  });

  it('34: a macro of the statement that changes what it says', async () => {
    const statement = 'macro "theClaim" : term => `(True)\ntheorem t : theClaim := sorry\n';
    const submission = 'theorem t : True := trivial\n';
    const verified = await bench().verify({ ...pair, statement, submission, verdict: 'verified' });
    expect(verified.verdict).toBe('verified');
    expect(verified.statement?.theorems).toEqual([{ name: 't', signature: 't : True' }]);
  });
});
