/**
 * What a piece of Lean source is. Documentation comments (`/-- … -/`, `/-! … -/`) are syntax to Lean, other comments
 * are white space. An interpolated string comes as several `string` tokens with the tokens of its terms between them.
 * Keywords are identifiers; a `name` is a name literal such as `` `Nat.succ ``.
 */
type TokenKind = 'comment' | 'doc-comment' | 'string' | 'char' | 'name' | 'number' | 'identifier' | 'symbol';

/** A piece of Lean source, in UTF-16 offsets; `end` is exclusive. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}
