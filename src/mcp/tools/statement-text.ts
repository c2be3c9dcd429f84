/** A theorem to be proved, in parts. */
export interface StatedTheorem {
  readonly name: string;
  /** What it says, as it stands behind the colon. */
  readonly type: string;
  /** Imports, and what else stands before it; absent: nothing. */
  readonly header?: string | undefined;
}

/** The text of a statement that was given in parts. The type has lines of its own, so that a comment may end it. */
export function statementText({ name, type, header = '' }: StatedTheorem): string {
  const before = header.trim() === '' ? '' : `${header.trimEnd()}\n\n`;
  return `${before}theorem ${name} :\n  ${type.trim()}\n  := sorry\n`;
}
