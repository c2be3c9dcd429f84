import { Pieces } from '../core/pieces.ts';
import type { GoalList, Span } from './diagnostic.ts';
import { askGoalsAround } from './goals-around.ts';
import type { Completion, Definition, InspectionAnswer, InspectionKind } from './inspection.ts';
import type { DocumentQuestions } from './language-server/document-questions.ts';
import { documentUri, type LspPosition, type LspRange } from './language-server/lean-protocol.ts';
import type { CompletionItem, LocationLink } from './language-server/question-protocol.ts';
import { parseGoals } from './parse-goal.ts';
import type { PlacedCode } from './placed-code.ts';
import { completionPlace, firstCompletions } from './rank-completions.ts';
import { LineIndex } from './source/line-index.ts';
import { tokenize } from './source/lexer.ts';

/** A text in a server's document. */
export interface AskedText {
  readonly questions: Pick<DocumentQuestions, keyof DocumentQuestions>;
  readonly placed: PlacedCode;
  /** The whole document. */
  readonly document: string;
}

/** So many completions are told. */
const mostCompletions = 50;
/** So many places where a name is defined are told. */
const mostDefinitions = 24;
/** Of so many the type is asked for, where Lean leaves it out at first. */
const mostResolved = 24;

/**
 * Asks about a place in a text.
 *
 * @returns `undefined` when Lean has nothing there
 * @throws when Lean refuses or ends
 */
export async function inspectPlace(
  text: AskedText,
  offset: number,
  what: InspectionKind,
): Promise<InspectionAnswer | undefined> {
  switch (what) {
    case 'goal':
      return await goal(text, offset);
    case 'term-goal':
      return await termGoal(text, offset);
    case 'hover':
      return await hover(text, offset);
    case 'completions':
      return await completions(text, offset);
    case 'definition':
      return await definition(text, offset);
  }
}

async function goal({ questions, placed }: AskedText, offset: number): Promise<InspectionAnswer | undefined> {
  const around = await askGoalsAround(questions, placed, offset);
  if (around === undefined) return undefined;
  const { before, after } = around;
  const parsed = (goals: readonly string[]): GoalList => parseGoals({ goals, more: 0 });
  return { what: 'goal', before: parsed(before), ...(after && { after: parsed(after) }) };
}

async function termGoal(text: AskedText, offset: number): Promise<InspectionAnswer | undefined> {
  const found = await atWord(text, offset, (position) => text.questions.termGoal(position));
  const [goal] = parseGoals({ goals: found === undefined ? [] : [found.goal], more: 0 }).goals;
  return found && goal && { what: 'term-goal', goal, ...spanOf(text.placed, found.range) };
}

async function hover(text: AskedText, offset: number): Promise<InspectionAnswer | undefined> {
  const found = await atWord(text, offset, (position) => text.questions.hover(position));
  if (found === undefined) return undefined;
  return { what: 'hover', markdown: found.markdown, ...(found.range && spanOf(text.placed, found.range)) };
}

async function completions({ questions, placed }: AskedText, offset: number): Promise<InspectionAnswer | undefined> {
  const items = await questions.completions(placed.toLsp(offset));
  if (items.length === 0) return undefined;
  const shown = firstCompletions(items, completionPlace(placed.code, offset), mostCompletions);
  const detailed = await Promise.all(
    shown.map(async (item, index) => {
      const isBare = item['data'] !== undefined && item.detail == null;
      return index < mostResolved && isBare ? await questions.resolveCompletion(item) : item;
    }),
  );
  return { what: 'completions', completions: detailed.map(toCompletion), omitted: items.length - shown.length };
}

async function definition(text: AskedText, offset: number): Promise<InspectionAnswer | undefined> {
  const [links, about] = await Promise.all([
    atWord(text, offset, async (position) => {
      const found = await text.questions.definitions(position);
      return found.length === 0 ? undefined : found;
    }),
    atWord(text, offset, (position) => text.questions.hover(position)).catch(() => undefined),
  ]);
  if (links === undefined && about === undefined) return undefined;
  const shown = (links ?? []).slice(0, mostDefinitions);
  const lines = new LineIndex(text.document);
  return {
    what: 'definition',
    definitions: shown.map((link) => toDefinition(text, lines, link)),
    omitted: (links?.length ?? 0) - shown.length,
    ...(about && { markdown: about.markdown }),
  };
}

/** The answer at an offset; where Lean has none, and a word ends there, the answer at that word. */
async function atWord<Answer>(
  { placed }: AskedText,
  offset: number,
  ask: (position: LspPosition) => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const answer = await ask(placed.toLsp(offset));
  if (answer !== undefined) return answer;
  const pieces = new Pieces();
  for (const { start, end } of tokenize(placed.code)) {
    if (pieces.stepEnds()) await pieces.next();
    if (start >= offset) break;
    if (end === offset) return await ask(placed.toLsp(start));
  }
  return undefined;
}

function spanOf(placed: PlacedCode, range: LspRange): { span: Span } | undefined {
  const start = placed.fromLsp(range.start);
  const end = placed.fromLsp(range.end);
  return start === undefined || end === undefined ? undefined : { span: { start, end } };
}

function toCompletion({ label, detail, documentation }: CompletionItem): Completion {
  const text = typeof documentation === 'string' ? documentation : documentation?.value;
  return { label, ...(detail != null && { detail }), ...(text !== undefined && { documentation: text }) };
}

function toDefinition(
  { placed, document }: AskedText,
  lines: LineIndex,
  { targetUri, targetRange }: LocationLink,
): Definition {
  if (targetUri !== documentUri) {
    const leanPosition = ({ line, character }: LspPosition) => ({ line: line + 1, column: character });
    const span = { start: leanPosition(targetRange.start), end: leanPosition(targetRange.end) };
    return { where: 'file', span, file: targetUri.replace(/^file:\/\//, '') };
  }
  const text = document.slice(lines.offsetOfLsp(targetRange.start), lines.offsetOfLsp(targetRange.end));
  const inText = spanOf(placed, targetRange);
  const inDocument = { start: lines.leanOfLsp(targetRange.start), end: lines.leanOfLsp(targetRange.end) };
  return { where: inText ? 'text' : 'before', span: inText?.span ?? inDocument, text };
}
