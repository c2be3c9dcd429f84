/* What the elaborator said about a text, in the terms of this program: places are in the whole text that Lean was given. */
import type { Declaration, DeclaredConstants } from '../declaration.ts';
import {
  byPlace,
  maxGoals,
  namedError,
  type Diagnostic,
  type OpenGoal,
  type OpenGoals,
  type Position,
} from '../diagnostic.ts';
import type { SorryUsed } from '../lean.ts';
import { LineIndex } from '../source/line-index.ts';
import { findSorries } from '../source/sorry.ts';
import type { SentDeclaration, SentGoal, SentMessage, SentSorry } from './elaborator-protocol.ts';

/** The end of `open … in`, `set_option … in` and the like before a declaration, and how far back that is looked for. */
const behindIn = /(?:^|\s)in\s+$/;
const maxGap = 200;

/** A text, of which the elaborator was sent the part from a line on. */
export class SentPart {
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #linesBefore: number;

  /** @param from where the part begins, at the start of a line */
  constructor(text: string, from: number) {
    this.#text = text;
    this.#lines = new LineIndex(text);
    this.#linesBefore = this.#lines.leanPosition(from).line - 1;
  }

  /** The line of the text that is this line of the part. */
  lineOf(line: number): number {
    return line + this.#linesBefore;
  }

  /** Lean's messages, in the order of the text. */
  diagnostics(messages: readonly SentMessage[]): Diagnostic[] {
    return messages
      .map(({ severity, pos, endPos = pos, text, textBytes, name }) => ({
        severity,
        start: this.#place(pos),
        end: this.#place(endPos),
        message: textBytes === undefined ? text.trimEnd() : `${text}… (cut: ${textBytes} bytes in all)`,
        ...namedError(name),
      }))
      .sort(byPlace);
  }

  /** Every `sorry` that the text itself has left in a term. */
  sorries(sent: readonly SentSorry[]): SorryUsed[] {
    return sent
      .filter(({ synthetic }) => synthetic !== true)
      .map(({ declaration, pos }) => ({ declaration, ...(pos !== undefined && { start: this.#place(pos) }) }));
  }

  /**
   * What commands declare behind a place of the text, as an outline has it: what stands inside of a declaration (constructors,
   * fields, what `deriving` and `where` add) belongs to that, and what is only a part of its command is left out.
   */
  declarations(sent: readonly SentDeclaration[], newFrom: number): Declaration[] {
    let outerEnd = 0;
    const isOuter = ({ start, end }: Declaration): boolean => {
      if (start < outerEnd) return false;
      outerEnd = end;
      return true;
    };
    return sent
      .map(({ name, line, pos = { line, column: 0 }, endPos = pos, namePos = pos }) => ({
        name,
        start: this.#offset(pos),
        end: this.#offset(endPos),
        nameStart: this.#offset(namePos),
      }))
      .filter((declaration) => isOuter(declaration) && declaration.nameStart >= newFrom)
      .filter(({ start }) => !behindIn.test(this.#text.slice(Math.max(0, start - maxGap), start)));
  }

  /** What the environment knows of what stands behind a place of the text. */
  declared(sent: readonly SentDeclaration[], omitted: number, newFrom: number): DeclaredConstants {
    const constants = sent
      .map(({ name, kind, type, line, pos = { line, column: 0 }, axioms }) => ({ name, kind, type, axioms, pos }))
      .filter(({ pos }) => this.#offset(pos) >= newFrom)
      .map(({ pos, ...constant }) => ({ ...constant, start: this.#place(pos) }));
    return { constants, more: omitted };
  }

  /** What is left open behind a place of the text. */
  async openGoals(sent: readonly SentGoal[], omitted: number, newFrom: number): Promise<OpenGoals> {
    const ofNew = sent.filter(({ pos }) => this.#offset(pos) >= newFrom);
    const shown = ofNew.slice(0, maxGoals);
    const sorries = shown.some(({ origin }) => origin === 'sorry') ? await findSorries(this.#text.slice(newFrom)) : [];
    const numbers = new Map(sorries.map(({ start, number }) => [newFrom + start, number]));
    const goals = shown.map(({ origin, pos, goal: { rendered, case: caseName, hypotheses, target } }): OpenGoal => {
      const number = origin === 'sorry' ? numbers.get(this.#offset(pos)) : undefined;
      return {
        origin,
        ...(number !== undefined && { sorry: number }),
        start: this.#place(pos),
        goal: {
          rendered,
          ...(caseName !== undefined && { caseName }),
          hypotheses: hypotheses.map(({ names, type, value }) => ({
            names: names.filter((name) => name !== ''),
            type,
            ...(value !== undefined && { value }),
          })),
          target,
        },
      };
    });
    return { goals, more: omitted + ofNew.length - shown.length };
  }

  #offset({ line, column }: Position): number {
    return this.#lines.offsetOfLean({ line: line + this.#linesBefore, column });
  }

  /** Inside of the text, wherever a place claims to be. */
  #place(position: Position): Position {
    return this.#lines.leanPosition(this.#offset(position));
  }
}
