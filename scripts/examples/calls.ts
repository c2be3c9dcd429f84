/** A call that the documentation shows. They are made in this order. */
export interface ExampleCall {
  readonly name: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Calls with the same are in one session. */
  readonly session?: string;
}

const swap = 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n';

/** Every example of the documentation that Lean has a part in. */
export const exampleCalls: readonly ExampleCall[] = [
  {
    name: 'wrong',
    tool: 'execute-lean',
    arguments: { code: 'theorem wrong : 1 + 1 = 3 := rfl\n\n#eval [1, 2, 3].map (· * 2)\n' },
  },
  {
    name: 'greet',
    tool: 'execute-lean',
    arguments: {
      code: 'def main (args : List String) : IO UInt32 := do\n  let stdin ← IO.getStdin\n  let name ← stdin.getLine\n  IO.print s!"{args} {name}"\n  IO.eprintln "nothing to do"\n  return 3',
      args: ['greet'],
      stdin: 'Ada\n',
    },
  },
  {
    name: 'gap',
    tool: 'execute-lean',
    arguments: {
      code: 'theorem easy (n : Nat) : n + 0 = n := rfl\n\ntheorem hard (m n : Nat) : m + n = n + m := sorry',
    },
  },
  {
    name: 'session-first',
    tool: 'execute-lean-persistent',
    session: 'sum',
    arguments: { code: 'def add (a b : Nat) : Nat := a + b\n\ndef main : IO Unit := IO.println "Function defined"' },
  },
  {
    name: 'session-second',
    tool: 'execute-lean-persistent',
    session: 'sum',
    arguments: { code: 'def main : IO Unit := IO.println (toString (add 10 20))' },
  },
  {
    name: 'session-rejected',
    tool: 'execute-lean-persistent',
    session: 'sum',
    arguments: { code: '#eval add 10 "x"' },
  },
  { name: 'cleanup', tool: 'cleanup-session', session: 'sum', arguments: {} },
  { name: 'cleanup-again', tool: 'cleanup-session', session: 'sum', arguments: {} },
  {
    name: 'definition',
    tool: 'inspect-lean',
    arguments: { code: '#check Or', line: 1, column: 7, what: 'definition' },
  },
  { name: 'sorry', tool: 'execute-lean', arguments: { code: swap } },
  {
    name: 'attempts',
    tool: 'try-tactics',
    arguments: { code: swap, sorry: 1, attempts: ['exact h', 'constructor', 'exact ⟨h.right, h.left⟩'] },
  },
  {
    name: 'goal',
    tool: 'inspect-lean',
    arguments: {
      code: 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  constructor\n  · exact sorry\n  · exact sorry\n',
      line: 2,
      column: 2,
      what: 'goal',
    },
  },
  { name: 'statement', tool: 'execute-lean-persistent', session: 'swap', arguments: { code: swap } },
  {
    name: 'declared-before',
    tool: 'execute-lean-persistent',
    session: 'swap',
    arguments: { code: 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact ⟨h.2, h.1⟩\n' },
  },
  { name: 'fork', tool: 'fork-session', session: 'swap', arguments: {} },
  { name: 'rewind', tool: 'rewind-session', session: 'swap', arguments: { step: 0 } },
];
