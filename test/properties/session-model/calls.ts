/* Calls that a session accepts or rejects, in Lean that the stand-in toolchain knows too. */
import fc from 'fast-check';
import { programText } from '../../e2e/support/programs.ts';
import type { ModelSession } from './model.ts';

/** A call as it is sent, and what is expected of it. */
export interface PlannedCall {
  readonly code: string;
  readonly timeout?: number;
  /** For an accepted call: what the session keeps of it, and the names that it defines. Absent: nothing is kept. */
  readonly accepted?: { readonly kept: string; readonly names: readonly string[] };
  readonly outcome: 'completed' | 'import-refused' | 'timed-out' | 'crashed';
}

/** Makes a call that fits what a session has accepted; a name that nobody has used is given. */
export type CallPlan = (session: ModelSession, freshName: string) => PlannedCall;

/** A call that is accepted and of which everything is kept. */
function keeps(code: string, ...names: readonly string[]): PlannedCall {
  return { code, outcome: 'completed', accepted: { kept: code, names } };
}

function rejected(code: string): PlannedCall {
  return { code, outcome: 'completed' };
}

/** An expression of numbers that uses a name that is there, if there is one. */
function expression({ numbers }: ModelSession, pick: number): string {
  const name = numbers[pick % Math.max(1, numbers.length)];
  return name === undefined ? String(pick) : `${name} + ${pick}`;
}

export const callArbitrary: fc.Arbitrary<CallPlan> = fc.record({ kind: fc.nat(99), pick: fc.nat(30) }).map(
  ({ kind, pick }): CallPlan =>
    (session, name) =>
      plan(kind, pick, session, name),
);

function plan(kind: number, pick: number, session: ModelSession, name: string): PlannedCall {
  const value = expression(session, pick);
  if (kind < 16) return keeps(`def ${name} : Nat := ${value}\n`, name);
  if (kind < 22)
    return keeps(`-- two lines\r\ndef ${name} : Nat := ${value}\r\n\r\ndef ${name}' := ${name}`, name, `${name}'`);
  if (kind < 28) return keeps(`namespace A.B\ndef ${name} : Nat := ${pick}\nend A.B\n`, `A.B.${name}`);
  if (kind < 32) return keeps(`def ${name} : String := "𝓝 \\t ${pick}"`, name);
  if (kind < 36) return keeps(`#eval ${value}\n`);
  if (kind < 39) return keeps(`theorem ${name} : 1 + 1 = 2 := rfl\n`, name);
  if (kind < 40) return keeps('');
  if (kind < 42) return keeps('import Lean');
  if (kind < 47) {
    return keeps(`import Lean\n\ndef ${name} : Nat := ${value}\n`, name);
  }
  if (kind < 54) {
    const kept = `def ${name} : Nat := ${value}\n\n`;
    const main = `def main : IO Unit := IO.println "ran"`;
    return { ...keeps(`${kept}${main}\n`, name), accepted: { kept: `${kept}\n`, names: [name] } };
  }
  if (kind < 60) return rejected(`def ${name} := 1\ndef ${name}Bad : Nat := "x"\n`);
  if (kind < 66) return rejected(`def ${session.numbers[pick % session.numbers.length] ?? `${name} : Nat`} := "x"\n`);
  if (kind < 72) return rejected(`#eval 1\n#eval ${name}Missing\n`);
  if (kind < 76 && session.endsInDeclaration) return rejected(`+ ${pick}\n`);
  if (kind < 80) return { code: `import Nowhere.Else\ndef ${name} := 1\n`, outcome: 'import-refused' };
  if (kind < 84) return rejected(`import Mathlib.Nowhere\ndef ${name} := 1\n`);
  if (kind < 92) return { code: `def ${name} := 1\n\n${programText('eval-spin')}`, timeout: 1.5, outcome: 'timed-out' };
  return { code: `def ${name} := 1\n\n${programText('eval-exit')}`, outcome: 'crashed' };
}
