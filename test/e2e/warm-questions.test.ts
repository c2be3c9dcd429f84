/** Headers that are asked about often are imported before the next question comes. */
import { describe, expect, it } from 'vitest';
import { containersEverMadeBy } from './support/containers.ts';
import { withGrowingPauses } from './support/growing-pauses.ts';
import { inspect, tryTactics, type StructuredInspection } from './support/proofs.ts';
import { connect } from './support/server.ts';

const code = 'import Lean\n\ntheorem t (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n';

describe.each([
  ['the elaborator', 'true'],
  ['the language server', 'false'],
])('where %s serves executions', (_, elaborator) => {
  it('questions with a header that has been asked about find it imported', async () => {
    const settings = { ELABORATOR: elaborator, POOL_SIZE: '4', MEMORY_LIMIT: '1g', CPU_LIMIT: '0.5' };
    await using server = await connect({ settings });
    const ask = (): Promise<StructuredInspection> => inspect(server, { code, line: 4, column: 2, what: 'goal' });
    // Nobody has asked before, so that somebody has to wait for the import.
    expect((await ask()).timings_ms.cold_start).toBe(true);
    await withGrowingPauses(async () => {
      expect((await ask()).timings_ms.cold_start).toBeUndefined();
    });
    // And again: not the one time when something happened to be there.
    await withGrowingPauses(async () => {
      const tried = await tryTactics(server, { code, sorry: 1, attempts: ['exact h'] });
      expect(tried.timings_ms.cold_start).toBeUndefined();
    });
    const made = await containersEverMadeBy(server.pid, server.startedAt);
    expect(made).toBeLessThan(60);
  });
});
