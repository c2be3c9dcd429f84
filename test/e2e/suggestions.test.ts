/* What Lean says to try is data in results, and try-tactics tries it. */
import { describe, expect, inject, it } from 'vitest';
import { tryTactics } from './support/proofs.ts';
import { allRecordings, isKnownTo, recordedText } from './support/recordings.ts';
import { sharedServer } from './support/shared-server.ts';

const base = recordedText('suggest-base');
const recorded = allRecordings().filter(({ name }) => name.startsWith('suggest-'));
/** Earlier Leans have not all of these tactics. */
const knowsThem =
  inject('isStandIn') || recorded.every((recording) => isKnownTo(inject('toolchainVersion'), recording));

describe.skipIf(!knowsThem).each([
  ['the elaborator', 'true'],
  ['the language server', 'false'],
])('with %s', (_, elaborator) => {
  const server = sharedServer({ settings: { ELABORATOR: elaborator } });

  it('the result of a text has its suggestions, and their places', async () => {
    const { suggestions, diagnostics } = await server().execute(recordedText('suggest-exact'));
    expect(suggestions).toEqual([{ text: 'exact Nat.add_comm a b', line: 1, column: 44, end_line: 1, end_column: 50 }]);
    expect(diagnostics).toMatchObject([{ severity: 'information', line: 1, column: 44 }]);
  });

  it('a step of a session has them, with places in the code of its call', async () => {
    const { session_id: id } = await server().step('def before := 1\n');
    const { suggestions } = await server().step(recordedText('suggest-simp'), id);
    expect(suggestions).toMatchObject([{ text: 'simp only [List.append_nil]', line: 1, column: 48 }]);
  });

  it('what one leaves to prove is told', async () => {
    const { suggestions = [] } = await server().execute(recordedText('suggest-apply'));
    expect(suggestions.find(({ text }) => text === 'refine False.elim ?_')).toMatchObject({ remaining: ['False'] });
    for (const { text } of suggestions) expect(text).toMatch(/^(refine|\(expose_names; refine) [^\n]*$/);
  });

  it('a text without suggestions has no such field', async () => {
    expect(await server().execute('def x := 1\n')).not.toHaveProperty('suggestions');
  });

  it('attempts tell them, and nothing else is tried unless that is wanted', async () => {
    const { attempts = [], closed } = await tryTactics(server(), { code: base, sorry: 1, attempts: ['rfl', 'exact?'] });
    expect(attempts.map(({ result, suggestions }) => [result, suggestions])).toEqual([
      ['failed', undefined],
      ['closed', [{ text: 'exact Nat.add_comm a b', line: 1, column: 0, end_line: 1, end_column: 6 }]],
    ]);
    expect(closed).toEqual([2]);
  });

  it('they are tried at the same goal behind the others, each once', async () => {
    const attempts = ['exact?', 'rfl', 'show_term exact Nat.add_comm a b'];
    const told = await tryTactics(server(), { code: base, sorry: 1, attempts, follow: true });
    expect(told.attempts?.map(({ tactic, result, suggested_by: origin }) => [tactic, result, origin])).toEqual([
      ['exact?', 'closed', undefined],
      ['rfl', 'failed', undefined],
      ['show_term exact Nat.add_comm a b', 'closed', undefined],
      ['exact Nat.add_comm a b', 'closed', 1],
    ]);
    expect(told.closed).toEqual([1, 3, 4]);
  });

  it('a suggestion that was an attempt itself is not tried again', async () => {
    const attempts = ['exact Nat.add_comm a b', 'exact?'];
    const told = await tryTactics(server(), { code: base, sorry: 1, attempts, follow: true });
    expect(told.attempts).toHaveLength(2);
  });
});
