/*
 * Reads what the program that elaborates has printed. For a submission all of it may have been made up by the submission,
 * so nothing here is believed: messages are shown as the submission's own, and the export goes to the judge unread.
 */
import type { Diagnostic, Severity } from '../lean/diagnostic.ts';
import type { ElaboratedStatement, StatedDeclaration } from './verification.ts';

/** A declaration of a statement, with the word by which the programs call it. */
export interface NamedDeclaration extends StatedDeclaration {
  readonly word: string;
}

/** What came of a text. */
export type Answer = { readonly diagnostics: readonly Diagnostic[] } & (
  | { readonly kind: 'rejected' }
  /** The statement has no theorem, or no definition, of that name. */
  | { readonly kind: 'missing'; readonly name: string }
  | {
      readonly kind: 'elaborated';
      readonly targets: readonly NamedDeclaration[];
      readonly holes: readonly NamedDeclaration[];
      readonly declarations: Pick<ElaboratedStatement, 'definitions' | 'axioms' | 'open'>;
      readonly export: Buffer;
    }
);

/** What came out of a text that Lean accepted. */
export type ElaboratedAnswer = Extract<Answer, { readonly kind: 'elaborated' }>;

/** The longest part of an answer before the export, in bytes. */
const maxHead = 16 * 1024 * 1024;
const lineFeed = 0x0a;

/** The line on which an answer begins: what came before it was written by the text's own code. */
function answerMark(nonce: string): string {
  return `\nanswer ${nonce}\n`;
}

/** How an export ends. */
const exportEnd = '\nend\n';

/** Follows output as it comes, and tells when there is a whole answer with an export. What the text's own code writes is none. */
export class AnswerEnd {
  readonly #mark: string;
  readonly #kept: number;
  #hasBegun = false;
  /** The last of what came, by which a mark is found that came in pieces. */
  #tail = '';

  constructor(nonce: string) {
    this.#mark = answerMark(nonce);
    this.#kept = Math.max(this.#mark.length, exportEnd.length);
  }

  /** @returns whether what has come so far ends with the end of an answer */
  take(bytes: Buffer): boolean {
    let seen = this.#tail + bytes.toString('latin1');
    if (!this.#hasBegun) {
      const at = seen.indexOf(this.#mark);
      this.#hasBegun = at >= 0;
      if (this.#hasBegun) seen = seen.slice(at + this.#mark.length);
    }
    this.#tail = seen.slice(-this.#kept);
    return this.#hasBegun && seen.endsWith(exportEnd);
  }
}

/** @returns `undefined` when it is no whole answer */
export function readAnswer(output: Buffer, nonce: string): Answer | undefined {
  const mark = answerMark(nonce);
  const start = output.indexOf(mark);
  if (start < 0) return undefined;
  const head = new Head();
  for (let at = start + mark.length; at < output.length && at - start < maxHead;) {
    const end = output.indexOf(lineFeed, at);
    if (end < 0) return undefined;
    const [word = '', ...rest] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    const { diagnostics, targets, holes, definitions, axioms, open } = head;
    if (word === 'rejected') return { kind: 'rejected', diagnostics };
    if (word === 'missing') return { kind: 'missing', name: unhex(rest[0] ?? '') ?? '', diagnostics };
    if (word === 'export') {
      const declarations = { definitions, axioms, open };
      return { kind: 'elaborated', diagnostics, targets, holes, declarations, export: output.subarray(at) };
    }
    if (!head.take(word, rest)) return undefined;
  }
  return undefined;
}

const severities: readonly string[] = ['error', 'warning', 'information'] satisfies Severity[];

/** The lines before the export. */
class Head {
  readonly diagnostics: Diagnostic[] = [];
  readonly targets: NamedDeclaration[] = [];
  readonly holes: NamedDeclaration[] = [];
  readonly definitions: NamedDeclaration[] = [];
  readonly axioms: NamedDeclaration[] = [];
  readonly open: NamedDeclaration[] = [];

  /** @returns whether it is a line that there can be */
  take(word: string, rest: readonly string[]): boolean {
    if (word === 'message') return push(this.diagnostics, toDiagnostic(rest));
    const list = {
      target: this.targets,
      hole: this.holes,
      definition: this.definitions,
      axiom: this.axioms,
      open: this.open,
    }[word];
    return list !== undefined && push(list, toDeclaration(rest));
  }
}

function push<Item>(list: Item[], item: Item | undefined): boolean {
  if (item === undefined) return false;
  list.push(item);
  return true;
}

function toDiagnostic([severity = '', ...rest]: readonly string[]): Diagnostic | undefined {
  const numbers = rest.slice(0, 4).map(wholeNumber);
  const [line, column, endLine, endColumn] = numbers;
  const message = unhex(rest[4] ?? '');
  if (!severities.includes(severity) || message === undefined || rest.length !== 5) return undefined;
  if (line === undefined || column === undefined || endLine === undefined || endColumn === undefined) return undefined;
  return {
    severity: severity as Severity,
    start: { line, column },
    end: { line: endLine, column: endColumn },
    message,
  };
}

function toDeclaration(words: readonly string[]): NamedDeclaration | undefined {
  const [word, name, signature] = words.map(unhex);
  if (word === undefined || name === undefined || signature === undefined || words.length !== 3) return undefined;
  return /^(?:\.(?:s(?:[0-9a-f]{2})*|n\d{1,20}))+$/.test(word) ? { word, name, signature } : undefined;
}

function wholeNumber(word: string): number | undefined {
  return /^\d{1,9}$/.test(word) ? Number(word) : undefined;
}

function unhex(digits: string): string | undefined {
  if (!/^(?:[0-9a-f]{2})*$/.test(digits)) return undefined;
  const text = Buffer.from(digits, 'hex').toString('utf8');
  return text.includes('\uFFFD') ? text.replaceAll('\uFFFD', '?') : text;
}

/** A text as the programs read it: its UTF-8 in hexadecimal digits. */
export function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** A name with dots as the word by which the programs call it. */
export function nameToWord(name: string): string {
  return name
    .split('.')
    .map((component) => `.s${hex(component)}`)
    .join('');
}
