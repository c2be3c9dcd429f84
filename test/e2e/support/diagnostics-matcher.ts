/** `expect(result).toHaveDiagnostics(…)`: the messages of Lean in a result, all of them and in this order. */
import { expect } from 'vitest';
import type { StructuredResult } from '../../../src/report/structured-result.ts';

/** A message that is expected; what is left out may be anything. */
export interface ExpectedDiagnostic {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly line?: number;
  readonly column?: number;
  /** The whole message, or what it must match. */
  readonly message?: string | RegExp;
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-unused-vars -- as vitest declares it
  interface Matchers<T = any> {
    toHaveDiagnostics: (...expected: readonly ExpectedDiagnostic[]) => void;
  }
}

expect.extend({
  toHaveDiagnostics(received: Pick<StructuredResult, 'diagnostics'>, ...expected: ExpectedDiagnostic[]) {
    const wanted = expected.map(({ message, ...place }) => {
      if (message === undefined) return expect.objectContaining(place) as unknown;
      const text: unknown = typeof message === 'string' ? message : expect.stringMatching(message);
      return expect.objectContaining({ ...place, message: text }) as unknown;
    });
    const { diagnostics = [] } = received;
    const pass = this.equals(diagnostics, wanted);
    const { printExpected, printReceived } = this.utils;
    const message = (): string =>
      `expected diagnostics ${pass ? 'other than' : ''}\n${printExpected(wanted)}\nbut got\n${printReceived(received)}`;
    return { pass, message, actual: diagnostics, expected: wanted };
  },
});
