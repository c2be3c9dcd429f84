/*
 * What Lean says to try, out of its messages. Leans say it in three ways:
 *
 *   Try this: exact h                       until 4.22, several as `Try these:` with lines `• exact h`
 *   Try this:⏎  exact h                     4.23 and 4.24, several as lines `  • exact h`
 *   Try this:⏎  [apply] exact h             since 4.25, several as such lines
 *
 * Further lines of a suggestion are indented as far as its own text is nested in the message. Programs can print the same:
 * all of it is text of theirs.
 */
import type { Diagnostic } from './diagnostic.ts';

/** Something that Lean says to try. */
export interface Suggestion {
  /** What to put in. Further lines stand below its first as they are to in the code. */
  readonly text: string;
  /** What is left to prove with it, where Lean tells. */
  readonly remaining: readonly string[];
}

type Said = Pick<Diagnostic, 'severity' | 'message'>;

/** So much of a message is read, in UTF-16 units; a suggestion that goes on behind it is none. */
const maxRead = 64 * 1024;
/** So many goals that are left are read. */
const maxRemaining = 24;

/**
 * The suggestions in a message, the first ones first. Takes any text, and time that grows with `maxRead` at most.
 *
 * @param most how many are wanted
 */
export function readSuggestions({ severity, message }: Said, most: number): Suggestion[] {
  if (!saysTry({ severity, message })) return [];
  const isWhole = message.length <= maxRead;
  const [header = '', ...body] = message.slice(0, maxRead).split('\n');
  const [entries, indent] = divide(header, body);
  const whole = isWhole ? entries : entries.slice(0, -1);
  const suggestions: Suggestion[] = [];
  for (const entry of whole) {
    if (suggestions.length >= most) break;
    const suggestion = readEntry(entry.map((line, index) => (index === 0 ? line : outdent(line, indent))));
    if (suggestion !== undefined) suggestions.push(suggestion);
  }
  return suggestions;
}

/** Whether a message can have suggestions in it. */
export function saysTry({ severity, message }: Said): boolean {
  if (severity !== 'information') return false;
  return message.startsWith('Try this') || message.startsWith('Try these');
}

/** What a suggestion in a list begins with, and how far its further lines are indented. */
const markers = [
  ['  [apply] ', 2],
  ['  • ', 4],
  ['• ', 0],
] as const;
const inline = 'Try this: ';

/** The lines of each suggestion, and how far they are indented from the second on. */
function divide(header: string, body: readonly string[]): [entries: string[][], indent: number] {
  const first = header.startsWith(inline) ? header.slice(inline.length).replace(/^\[apply\] /, '') : '';
  if (first.trim() !== '') return [[[first, ...body]], 0];
  if (!header.trimEnd().endsWith(':')) return [[], 0];
  const [marker, indent] = markers.find(([begin]) => body[0]?.startsWith(begin)) ?? ['', 2];
  if (marker === '') return [body[0]?.startsWith('  ') ? [[body[0].slice(2), ...body.slice(1)]] : [], indent];
  const entries: string[][] = [];
  for (const line of body) {
    if (line.startsWith(marker)) entries.push([line.slice(marker.length)]);
    else entries.at(-1)?.push(line);
  }
  return [entries, indent];
}

function outdent(line: string, indent: number): string {
  const begin = line.search(/\S/);
  return line.slice(begin < 0 ? indent : Math.min(indent, begin));
}

/** Lean marks what it would delete and insert with these; such a text is a picture of a change. */
const changeMarks = /[\u0332\u0335]/u;
/** An attribute is shown with what stands around it. */
const attribute = /^\[/;
/** Mathlib’s `hint` marks what closes the goal. */
const closesMark = /^🎉\uFE0F? /u;
const remainingHeader = /^(?:-- )?Remaining subgoals:/;

function readEntry(lines: readonly string[]): Suggestion | undefined {
  const { code, notes } = withoutNotes(lines);
  const text = code.join('\n').replace(closesMark, '').trim();
  if (text === '' || changeMarks.test(text) || attribute.test(text)) return undefined;
  return { text, remaining: readRemaining(notes) };
}

/** What is to be put in, and what is told behind it of goals that are left. */
function withoutNotes(lines: readonly string[]): { code: readonly string[]; notes: readonly string[] } {
  const find = (test: (line: string, previous: string) => boolean): number =>
    lines.findIndex((line, index) => index > 0 && test(line, lines[index - 1] ?? ''));
  const remaining = find((line) => remainingHeader.test(line));
  if (remaining > 0) return { code: lines.slice(0, remaining), notes: lines.slice(remaining + 1) };
  // `rw?` tells the goal behind the rewriting.
  const isRewriting = /^(?:\(expose_names; )?rw \[/.test(lines[0] ?? '');
  const goal = isRewriting ? find((line) => line.startsWith('-- ')) : -1;
  if (goal > 0) return { code: lines.slice(0, goal), notes: lines.slice(goal) };
  // Mathlib’s `ring` says more, in sentences, behind an empty line.
  const prose = find((line, previous) => previous.trim() === '' && /^\p{Lu}/u.test(line));
  return { code: lines.slice(0, prose > 0 ? prose : lines.length), notes: [] };
}

function readRemaining(notes: readonly string[]): string[] {
  const goals: string[][] = [];
  for (const line of notes) {
    const text = line.replace(/^-- /, '');
    if (goals.length === 0 || text.startsWith('⊢ ')) goals.push([text.replace(/^⊢ /, '')]);
    else goals.at(-1)?.push(text);
    if (goals.length > maxRemaining) break;
  }
  const told = goals.map((goal) => goal.join('\n').trim()).filter((goal) => goal !== '' && goal !== 'no goals');
  return told.slice(0, maxRemaining);
}
