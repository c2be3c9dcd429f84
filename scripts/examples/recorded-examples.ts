/* What came of the examples, as it was seen: docs/examples.json, from which `npm run docs` writes it into the pages. */
import { isDeepStrictEqual } from 'node:util';
import type { ExampleCall } from './calls.ts';

export interface RecordedCall {
  readonly name: string;
  readonly tool: string;
  /** As they were sent, with the session's handle. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly structured: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface RecordedExamples {
  /** The Lean that answered, in every one of them. */
  readonly lean_version: string;
  readonly calls: readonly RecordedCall[];
  /** What `doctor --attack` printed about some attacks, and the grade. Not compared: it tells of a machine, too. */
  readonly attacks?: readonly string[];
}

/** Where examples and what was recorded of them part: what was asked, and who answered. One sentence each. */
export function exampleProblems(examples: readonly ExampleCall[], recorded: RecordedExamples): string[] {
  const missing = examples.flatMap(({ name, tool, arguments: given }) => {
    const call = recorded.calls.find((candidate) => candidate.name === name);
    if (call === undefined) return [`example ${name} was never made`];
    const sent = { ...call.arguments, session_id: given['session_id'] };
    const isSame = call.tool === tool && isDeepStrictEqual(sent, { ...given, session_id: given['session_id'] });
    return isSame ? [] : [`example ${name} was made by another call than the one that stands there now`];
  });
  const foreign = recorded.calls.flatMap(({ name, structured }) => {
    const { lean_version: version = recorded.lean_version } = structured;
    const byOther =
      version === recorded.lean_version
        ? []
        : [`example ${name} was made by Lean ${String(version)}, not ${recorded.lean_version}`];
    const isKnown = examples.some((example) => example.name === name);
    return isKnown ? byOther : [...byOther, `example ${name} is in no list any more`];
  });
  return [...missing, ...foreign];
}

/** Examples of which the program or Lean now says something else, by name. */
export function changedExamples(before: RecordedExamples, now: RecordedExamples): string[] {
  return now.calls.flatMap((call) => {
    const old = before.calls.find(({ name }) => name === call.name);
    return isDeepStrictEqual(old, call) ? [] : [call.name];
  });
}

/**
 * What is the same whenever it is made: times and ages are left out, which say something about a machine only, and handles are
 * numbered in the order in which they come.
 */
export function settled(calls: readonly RecordedCall[]): RecordedCall[] {
  const handles = new Map<string, string>();
  const text = JSON.stringify(calls, (name, value: unknown) => (times.has(name) ? undefined : value))
    .replaceAll(/(?:cold start; )?\b\d+ ms \(queue \d+, sandbox \d+, elaborate \d+(?:, run \d+)?\)/g, '…')
    .replaceAll(/\b\d+ (?:s|min)\b(?= old)|(?<=idle for )\d+ (?:s|min)\b/g, '… s')
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, (handle) => {
      const known = handles.get(handle) ?? `${String(handles.size + 1).repeat(8)}-5e55-4000-8000-000000000000`;
      handles.set(handle, known);
      return known;
    });
  return JSON.parse(text) as RecordedCall[];
}

const times: ReadonlySet<string> = new Set(['timings_ms', 'elapsed_ms', 'age_seconds', 'idle_seconds', 'created']);

/** What a page shows of an example. */
export type ExamplePart = 'code' | 'arguments' | 'structured' | 'text' | 'goal';

/** The parts of an example as Markdown. Throws for one that was never made. */
export function renderExample({ calls }: RecordedExamples, name: string, parts: readonly ExamplePart[]): string {
  const call = calls.find((candidate) => candidate.name === name);
  if (call === undefined) throw new Error(`example ${name} was never made. Run: npm run examples`);
  return parts.map((part) => renderPart(call, part)).join('\n\n');
}

function renderPart({ arguments: given, structured, text }: RecordedCall, part: ExamplePart): string {
  const json = (value: unknown): string => fenced('json', JSON.stringify(value, undefined, 2));
  switch (part) {
    case 'code':
      return fenced('lean', String(given['code']).trimEnd());
    case 'arguments':
      return json(given);
    case 'structured':
      return json(structured);
    case 'goal':
      return json((structured['goals'] as readonly unknown[] | undefined)?.[0]);
    case 'text':
      return fenced('text', text);
  }
}

function fenced(language: string, content: string): string {
  return `\`\`\`${language}\n${content}\n\`\`\``;
}
