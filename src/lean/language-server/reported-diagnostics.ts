import type { Turns } from '../../core/reading-turns.ts';
import { everyInPortions } from '../reading/checked-list.ts';
import type { LspDiagnostic } from './lean-protocol.ts';

const warningSeverity = 2;

/** What may be kept of what is said about a text: more than a message of Lean can hold, and more than anybody reads. */
const maxKept = { diagnostics: 20_000, characters: 8 * 1024 * 1024 };

interface Report {
  readonly diagnostics: readonly LspDiagnostic[];
  /** Each of them in words. */
  readonly words: readonly string[];
}

/**
 * What is known about a version of a text. Lean only ever adds to its reports about a version, so a report that lacks an
 * error or a warning of an earlier one is not Lean's: code under test can write to Lean's stdout. What was said against a
 * text stays said. A report costs in proportion to itself and the one before, however much is known.
 */
export class ReportedDiagnostics {
  /** Errors and warnings that the last report lacks, by their words. */
  readonly #missing = new Map<string, LspDiagnostic>();
  #missingCharacters = 0;
  #last: Report = { diagnostics: [], words: [] };

  /** All that is known. */
  get all(): readonly LspDiagnostic[] {
    const { diagnostics } = this.#last;
    return this.#missing.size === 0 ? diagnostics : [...this.#missing.values(), ...diagnostics];
  }

  /**
   * Adds a report.
   *
   * @returns whether it was added; `false` when that would be more than is kept
   */
  async add(diagnostics: readonly LspDiagnostic[], turns: Turns): Promise<boolean> {
    const characters = diagnostics.reduce((sum, { message }) => sum + message.length, 0);
    if (diagnostics.length > maxKept.diagnostics || characters > maxKept.characters) return false;
    const words: string[] = [];
    const reported = new Set<string>();
    const note = (diagnostic: LspDiagnostic): boolean => {
      const inWord = inWords(diagnostic);
      words.push(inWord);
      reported.add(inWord);
      return true;
    };
    await everyInPortions(diagnostics, note, turns);
    const before = this.#last;
    this.#last = { diagnostics, words };
    for (const word of reported) this.#forget(word);
    for (const [index, diagnostic] of before.diagnostics.entries()) {
      const word = before.words[index] ?? '';
      if (isObjection(diagnostic) && !reported.has(word)) this.#miss(word, diagnostic);
    }
    return (
      this.#missing.size + diagnostics.length <= maxKept.diagnostics &&
      this.#missingCharacters + characters <= maxKept.characters
    );
  }

  #miss(words: string, diagnostic: LspDiagnostic): void {
    this.#forget(words);
    this.#missing.set(words, diagnostic);
    this.#missingCharacters += diagnostic.message.length;
  }

  #forget(words: string): void {
    this.#missingCharacters -= this.#missing.get(words)?.message.length ?? 0;
    this.#missing.delete(words);
  }
}

/** The same for the same diagnostics and for no others. */
function inWords({ range, fullRange = range, severity, message }: LspDiagnostic): string {
  const numbers = [range, fullRange].flatMap(({ start, end }) => [
    start.line,
    start.character,
    end.line,
    end.character,
  ]);
  return `${[severity ?? '', ...numbers].join(' ')} ${message}`;
}

/** A diagnostic without a severity counts as an error. */
function isObjection({ severity = 1 }: LspDiagnostic): boolean {
  return severity <= warningSeverity;
}
