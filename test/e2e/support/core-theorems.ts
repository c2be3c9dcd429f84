/** Theorems of Lean's core library, and how each is proved step by step. They hold in the Leans from 2021 on. */

/** What is done at the first `sorry` that is left. */
export interface Move {
  /** Rejected there by every Lean. */
  readonly wrong: string;
  /** Of these at least one works. */
  readonly right: readonly string[];
  /** What is written there, with a `sorry` for each goal that is left; without it, what closes the goal. */
  readonly write?: string;
}

export interface CoreTheorem {
  readonly name: string;
  /** What stands between the name and `:= by`. */
  readonly statement: string;
  readonly moves: readonly Move[];
}

/** A proof that takes one move for each of these, all of them closing. */
function closing(...moves: readonly (readonly [wrong: string, ...right: string[]])[]): Move[] {
  return moves.map(([wrong, ...right]) => ({ wrong, right }));
}

/** Induction over a natural number. */
function byInduction(variable: string, zero: Move, succ: Move): Move[] {
  const write = `induction ${variable} with\n| zero => exact sorry\n| succ ${variable} ih => exact sorry`;
  return [{ wrong: 'contradiction', right: [`induction ${variable}`], write }, zero, succ];
}

/** Induction over `xs`. */
function byListInduction(...moves: readonly Move[]): Move[] {
  const write = 'induction xs with\n| nil => exact sorry\n| cons x xs ih => exact sorry';
  return [{ wrong: 'contradiction', right: ['induction xs'], write }, ...moves];
}

const byRfl: Move = { wrong: 'contradiction', right: ['rfl', 'simp'] };
const twoParts = 'constructor\n· exact sorry\n· exact sorry';
const orCases = 'cases h with\n| inl h => exact sorry\n| inr h => exact sorry';

/** Later ones may use earlier ones. */
export const coreTheorems: readonly CoreTheorem[] = [
  {
    name: 'and_comm',
    statement: '(p q : Prop) (h : p ∧ q) : q ∧ p',
    moves: [
      { wrong: 'exact h', right: ['constructor'], write: twoParts },
      ...closing(['exact h.left', 'exact h.right'], ['exact h.right', 'exact h.left']),
    ],
  },
  {
    name: 'or_comm',
    statement: '(p q : Prop) (h : p ∨ q) : q ∨ p',
    moves: [
      { wrong: 'exact h', right: ['cases h'], write: orCases },
      ...closing(['exact Or.inl h', 'exact Or.inr h'], ['exact Or.inr h', 'exact Or.inl h']),
    ],
  },
  {
    name: 'and_assoc',
    statement: '(p q r : Prop) : (p ∧ q) ∧ r ↔ p ∧ (q ∧ r)',
    moves: [
      { wrong: 'rfl', right: ['constructor'], write: twoParts },
      ...closing(
        ['intro h\nexact h', 'intro h\nexact ⟨h.1.1, h.1.2, h.2⟩'],
        ['exact fun h => h', 'intro h\nexact ⟨⟨h.1, h.2.1⟩, h.2.2⟩'],
      ),
    ],
  },
  {
    name: 'and_or_left',
    statement: '(p q r : Prop) (h : p ∧ (q ∨ r)) : (p ∧ q) ∨ (p ∧ r)',
    moves: [
      { wrong: 'exact h', right: ['cases h'], write: 'cases h with\n| intro hp h => exact sorry' },
      { wrong: 'exact Or.inl hp', right: ['cases h'], write: orCases },
      ...closing(['exact Or.inr ⟨hp, h⟩', 'exact Or.inl ⟨hp, h⟩'], ['exact Or.inl ⟨hp, h⟩', 'exact Or.inr ⟨hp, h⟩']),
    ],
  },
  {
    name: 'not_or',
    statement: '(p q : Prop) (h : ¬(p ∨ q)) : ¬p ∧ ¬q',
    moves: [
      { wrong: 'exact h', right: ['constructor'], write: twoParts },
      ...closing(
        ['intro hp\nexact h hp', 'intro hp\nexact h (Or.inl hp)'],
        ['exact h', 'intro hq\napply h\nexact Or.inr hq'],
      ),
    ],
  },
  {
    name: 'mt',
    statement: '(p q : Prop) (h : p → q) (hq : ¬q) : ¬p',
    moves: [
      { wrong: 'exact hq', right: ['intro hp'], write: 'intro hp\nexact sorry' },
      { wrong: 'exact hp', right: ['apply hq'], write: 'apply hq\nexact sorry' },
      ...closing(['exact hp', 'exact h hp']),
    ],
  },
  {
    name: 'not_not_intro',
    statement: '(p : Prop) (h : p) : ¬¬p',
    moves: closing(['exact h', 'intro n\ncontradiction']),
  },
  {
    name: 'not_forall_not',
    statement: '(α : Type) (p : α → Prop) (h : ∃ x, p x) : ¬∀ x, ¬p x',
    moves: [
      { wrong: 'exact h', right: ['intro all'], write: 'intro all\nexact sorry' },
      { wrong: 'exact all', right: ['cases h'], write: 'cases h with\n| intro x hx => exact sorry' },
      ...closing(['exact hx', 'exact all x hx']),
    ],
  },
  {
    name: 'symm',
    statement: '(α : Type) (a b : α) (h : a = b) : b = a',
    moves: closing(['exact h', 'rw [h]']),
  },
  {
    name: 'trans',
    statement: '(α : Type) (a b c : α) (h : a = b) (i : b = c) : a = c',
    moves: [
      { wrong: 'exact i', right: ['rw [h]'], write: 'rw [h]\nexact sorry' },
      { wrong: 'exact h', right: ['exact i'] },
    ],
  },
  {
    name: 'congrArg',
    statement: '(α β : Type) (f : α → β) (a b : α) (h : a = b) : f a = f b',
    moves: closing(['exact h', 'subst h\nrfl', 'rw [h]']),
  },
  {
    name: 'zero_add',
    statement: '(n : Nat) : 0 + n = n',
    moves: byInduction('n', byRfl, { wrong: 'exact ih', right: ['exact _root_.congrArg Nat.succ ih', 'simp'] }),
  },
  {
    name: 'succ_add',
    statement: '(n m : Nat) : Nat.succ n + m = Nat.succ (n + m)',
    moves: byInduction('m', byRfl, { wrong: 'exact ih', right: ['exact _root_.congrArg Nat.succ ih'] }),
  },
  {
    name: 'add_comm',
    statement: '(n m : Nat) : n + m = m + n',
    moves: byInduction(
      'm',
      { wrong: 'exact zero_add n', right: ['exact (zero_add n).symm'] },
      { wrong: 'exact ih', right: ['exact (_root_.congrArg Nat.succ ih).trans (succ_add m n).symm'] },
    ),
  },
  {
    name: 'add_assoc',
    statement: '(a b c : Nat) : a + b + c = a + (b + c)',
    moves: byInduction('c', byRfl, { wrong: 'exact ih', right: ['exact _root_.congrArg Nat.succ ih'] }),
  },
  {
    name: 'mul_one',
    statement: '(n : Nat) : n * 1 = n',
    moves: closing(['exact add_comm n 0', 'exact zero_add n', 'simp']),
  },
  {
    name: 'append_nil',
    statement: '(α : Type) (xs : List α) : xs ++ [] = xs',
    moves: closing(['contradiction', 'simp']),
  },
  {
    name: 'map_id',
    statement: '(α : Type) (xs : List α) : xs.map (fun x => x) = xs',
    moves: byListInduction(byRfl, { wrong: 'exact ih', right: ['exact _root_.congrArg (List.cons x) ih', 'simp'] }),
  },
  {
    name: 'length_map',
    statement: '(α β : Type) (f : α → β) (xs : List α) : (xs.map f).length = xs.length',
    moves: byListInduction(byRfl, { wrong: 'exact ih', right: ['simp [List.map, ih]', 'simp'] }),
  },
  {
    name: 'not_not',
    statement: '(b : Bool) : (!(!b)) = b',
    moves: [
      {
        wrong: 'contradiction',
        right: ['cases b'],
        write: 'cases b with\n| false => exact sorry\n| true => exact sorry',
      },
      byRfl,
      byRfl,
    ],
  },
];
