export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A place in a text as Lean prints it: lines from 1, columns from 0 in Unicode code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A piece of a text; the end is not part of it. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** The order of the text, of what begins in it. */
export function byPlace(a: Pick<Span, 'start'>, b: Pick<Span, 'start'>): number {
  return a.start.line - b.start.line || a.start.column - b.start.column;
}

/** One message of Lean about a piece of text. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
  /** The file that it is about, where that is not the text in question but one that it imports. */
  readonly file?: string;
  /** What Lean calls this error, where it has a name for it, for instance `lean.unknownIdentifier`. */
  readonly name?: string;
}

/** The names that Lean gives to errors; meta code may give others. */
const errorName = /^[\p{L}\p{N}_.]{1,100}$/u;

/** A name as Lean gives it to errors, as a part of a diagnostic; nothing when it is none. */
export function namedError(name: string | undefined): Pick<Diagnostic, 'name'> {
  return name !== undefined && errorName.test(name) ? { name } : {};
}

/** Whether Lean rejects something with a message. */
export function isError({ severity }: Pick<Diagnostic, 'severity'>): boolean {
  return severity === 'error';
}

/** Whether a message says that something was left open with `sorry`. */
export function usesSorry({ severity, message }: Pick<Diagnostic, 'severity' | 'message'>): boolean {
  return severity === 'warning' && /declaration uses [`']sorry/.test(message);
}

/** The first message with which Lean rejects something. */
export function firstError(diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  return diagnostics.find(isError);
}

/** The longest headline, in UTF-16 units; code under test chooses what a message says. */
const maxHeadlineLength = 300;

/** The first line of a message, for where one line has to do; says how much is missing when it is too long for that. */
export function headlineOf({ message }: Pick<Diagnostic, 'message'>): string {
  const text = message.trimStart();
  const end = text.indexOf('\n');
  const line = (end < 0 ? text : text.slice(0, end)).trimEnd();
  if (line.length <= maxHeadlineLength) return line;
  return `${line.slice(0, maxHeadlineLength).toWellFormed()}… (${line.length - maxHeadlineLength} more characters)`;
}

/** Hypotheses that Lean prints on one line, because they have the same type. Without a name where Lean shows none. */
export interface Hypothesis {
  readonly names: readonly string[];
  readonly type: string;
  /** What a local definition stands for. */
  readonly value?: string;
}

/** Something that is left to prove, or a term that is left to give. */
export interface Goal {
  /** All of it, as Lean prints it. */
  readonly rendered: string;
  /** The name of the case that it is, when it has one. */
  readonly caseName?: string;
  readonly hypotheses: readonly Hypothesis[];
  readonly target: string;
}

/** A goal that a text leaves open, and where. */
export interface OpenGoal {
  /** What leaves it open: a `sorry`, or an error that says so. */
  readonly origin: 'sorry' | 'unsolved-goals';
  /** Which `sorry` of the text it is, from 1; absent for an error. */
  readonly sorry?: number;
  /** Where the `sorry` or the error begins. */
  readonly start: Position;
  readonly goal: Goal;
}

/** So many goals of a list are kept: who reads them has no use for more. */
export const maxGoals = 24;

/** The first of a list of goals, which may have a million, and how many more there are at least. */
export interface GoalList<Item = Goal> {
  readonly goals: readonly Item[];
  readonly more: number;
}

/** A list without goals. */
export const noGoals: GoalList<never> = { goals: [], more: 0 };

/**
 * The goals that a text leaves open, in its order. Places that Lean was not asked about, or about which it did not tell in
 * time, are among those that there are more.
 */
export type OpenGoals = GoalList<OpenGoal>;
