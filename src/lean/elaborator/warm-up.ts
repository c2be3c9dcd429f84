import type { Bytes } from '../../core/bytes.ts';
import type { PrepareRequest } from './elaborator-protocol.ts';

/** What a first text pays for and a second one does not: the parts of Lean that most texts use. */
const bodies = [
  'example (a b : Nat) (h : a < b) : a + 1 ≤ b := by omega\n',
  'example (a b : Nat) : a + 0 = a ∧ (b = b) := by simp\n',
  '#eval 1 + 1\n',
  'structure WarmUp where\n  name : String\n  size : Nat\n  deriving Repr, BEq, DecidableEq, Hashable\n',
];
const program = 'def main : IO Unit := IO.println "ready"\n';
const silent = { count: 0, bytes: 0, totalBytes: 0 };

/** What has a process ready for texts with this header. @param stateBytes how much memory kept states may take */
export function preparation(header: string, stateBytes: Bytes): PrepareRequest {
  const begin = header === '' || header.endsWith('\n') ? header : `${header}\n`;
  return {
    do: 'prepare',
    header,
    warmUp: [
      ...bodies.map((body) => ({ text: begin + body, limits: silent })),
      { text: begin + program, limits: silent, run: { args: [], stdin: '', stay: true } },
    ],
    stateBytes,
  };
}
