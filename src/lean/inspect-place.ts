import { Pieces } from '../core/pieces.ts';
import type { GoalList, Span } from './diagnostic.ts';
import { askGoalsAround } from './goals-around.ts';
import type { Completion, Definition, InspectionAnswer, InspectionKind } from './inspection.ts';
import { parseGoals } from './parse-goal.ts';
import type { PlacedCode } from './placed-code.ts';
import type { DefinitionPlace, Piece, Questions } from './questions.ts';
import { completionPlace, firstCompletions } from './rank-completions.ts';
import { tokenize } from './source/lexer.ts';

/** Code in a text that Lean has elaborated. */
export interface AskedCode {
  readonly questions: Questions;
  readonly placed: PlacedCode;
}

/** So many completions are told. */
const maxCompletions = 50;
/** So many places where a name is defined are told. */
const maxDefinitions = 24;
/** Of so many the type is asked for, where Lean leaves it out at first. */
const maxCompleted = 24;

/**
 * Asks about a place.
 *
 * @param offset in the whole text; the answer's places are in the code
 * @returns `undefined` when Lean has nothing there
 * @throws when Lean refuses or ends
 */
export async function inspectPlace(
  asked: AskedCode,
  offset: number,
  what: InspectionKind,
): Promise<InspectionAnswer | undefined> {
  switch (what) {
    case 'goal':
      return await goal(asked, offset);
    case 'term-goal':
      return await termGoal(asked, offset);
    case 'hover':
      return await hover(asked, offset);
    case 'completions':
      return await completions(asked, offset);
    case 'definition':
      return await definition(asked, offset);
  }
}

async function goal({ questions, placed }: AskedCode, offset: number): Promise<InspectionAnswer | undefined> {
  const around = await askGoalsAround(questions, placed.text, offset);
  if (around === undefined) return undefined;
  const { before, after } = around;
  const parsed = (goals: readonly string[]): GoalList => parseGoals({ goals, more: 0 });
  return { what: 'goal', before: parsed(before), ...(after && { after: parsed(after) }) };
}

async function termGoal(asked: AskedCode, offset: number): Promise<InspectionAnswer | undefined> {
  const found = await atWord(asked, offset, (place) => asked.questions.termGoal(place));
  const [goal] = parseGoals({ goals: found === undefined ? [] : [found.goal], more: 0 }).goals;
  return found && goal && { what: 'term-goal', goal, ...spanOf(asked.placed, found.piece) };
}

async function hover(asked: AskedCode, offset: number): Promise<InspectionAnswer | undefined> {
  const found = await atWord(asked, offset, (place) => asked.questions.hover(place));
  if (found === undefined) return undefined;
  return { what: 'hover', markdown: found.markdown, ...(found.piece && spanOf(asked.placed, found.piece)) };
}

async function completions({ questions, placed }: AskedCode, offset: number): Promise<InspectionAnswer | undefined> {
  const items = await questions.completions(offset);
  if (items.length === 0) return undefined;
  const shown = firstCompletions(items, completionPlace(placed.text, offset), maxCompletions);
  const detailed = await Promise.all(
    shown.map(async ({ label, detail, documentation, complete }, index): Promise<Completion> => {
      if (index < maxCompleted && complete !== undefined) return await complete();
      return { label, ...(detail !== undefined && { detail }), ...(documentation !== undefined && { documentation }) };
    }),
  );
  return { what: 'completions', completions: detailed, omitted: items.length - shown.length };
}

async function definition(asked: AskedCode, offset: number): Promise<InspectionAnswer | undefined> {
  const [links, about] = await Promise.all([
    atWord(asked, offset, async (place) => {
      const found = await asked.questions.definitions(place);
      return found.length === 0 ? undefined : found;
    }),
    atWord(asked, offset, (place) => asked.questions.hover(place)).catch(() => undefined),
  ]);
  if (links === undefined && about === undefined) return undefined;
  const shown = (links ?? []).slice(0, maxDefinitions);
  return {
    what: 'definition',
    definitions: shown.map((place) => toDefinition(asked.placed, place)),
    omitted: (links?.length ?? 0) - shown.length,
    ...(about && { markdown: about.markdown }),
  };
}

/** The answer at an offset; where Lean has none, and a word ends there, the answer at that word. */
async function atWord<Answer>(
  { placed }: AskedCode,
  offset: number,
  ask: (place: number) => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const answer = await ask(offset);
  if (answer !== undefined) return answer;
  const pieces = new Pieces();
  for (const { start, end } of tokenize(placed.text)) {
    if (pieces.stepEnds()) await pieces.next();
    if (start >= offset) break;
    if (end === offset) return await ask(start);
  }
  return undefined;
}

function spanOf(placed: PlacedCode, { start, end }: Piece): { span: Span } | undefined {
  const [from, to] = [placed.inCode(placed.lines.leanPosition(start)), placed.inCode(placed.lines.leanPosition(end))];
  return from && to && { span: { start: from, end: to } };
}

function toDefinition(placed: PlacedCode, place: DefinitionPlace): Definition {
  if ('file' in place) return { where: 'file', ...place };
  const { start, end } = place.piece;
  const inCode = spanOf(placed, place.piece);
  const inText = { start: placed.lines.leanPosition(start), end: placed.lines.leanPosition(end) };
  return { where: inCode ? 'text' : 'before', span: inCode?.span ?? inText, text: placed.text.slice(start, end) };
}
