import type { Goal, Hypothesis } from './diagnostic.ts';
import { tokenize } from './source/lexer.ts';

/**
 * Takes a goal apart as Lean prints it: the name of its case, a line for each group of hypotheses, the target behind `⊢`
 * (`|` in a conversion). What goes over several lines is indented by two. Takes any text; what it does not understand
 * becomes the target.
 */
export function parseGoal(rendered: string): Goal {
  const lines = rendered.split('\n');
  const caseName = /^case (\S.*)$/.exec(lines[0] ?? '')?.[1];
  if (caseName !== undefined) lines.shift();
  const targetAt = lines.findIndex((line) => targetLine.test(line));
  const before = targetAt < 0 ? [] : lines.slice(0, targetAt);
  const target = lines.slice(Math.max(0, targetAt)).join('\n').replace(targetLine, '');
  return {
    rendered,
    ...(caseName !== undefined && { caseName }),
    hypotheses: entries(before).map(parseHypothesis),
    target: outdent(target),
  };
}

/** The goals in the message of an unsolved-goals error; none for other messages. */
export function goalsInMessage(message: string): readonly Goal[] {
  const goals = /^(?:error: )?unsolved goals\n([^]+)$/.exec(message)?.[1];
  // Each goal ends with its target; an empty line elsewhere belongs to the goal.
  return goals === undefined ? [] : joinUnfinished(goals.trimEnd().split('\n\n')).map(parseGoal);
}

const targetLine = /^[⊢|∣] /u;
const unnamed = /^ ?:(?!=)/;

function joinUnfinished(pieces: readonly string[]): string[] {
  const goals: string[] = [];
  let open = false;
  for (const piece of pieces) {
    if (open) goals.push(`${goals.pop() ?? ''}\n\n${piece}`);
    else goals.push(piece);
    open = !piece.split('\n').some((line) => targetLine.test(line));
  }
  return goals;
}

/** Lines with those that continue them. */
function entries(lines: readonly string[]): string[] {
  const all: string[] = [];
  for (const line of lines) {
    const continues = /^\s/.test(line) && !unnamed.test(line);
    if (continues && all.length > 0) all.push(`${all.pop() ?? ''}\n${line}`);
    else all.push(line);
  }
  return all;
}

function parseHypothesis(entry: string): Hypothesis {
  const { names = '', rest } = /^(?<names>(?:«[^»]*»|[^:«])*):(?<rest>[^]*)$/u.exec(entry)?.groups ?? {};
  if (rest === undefined) return { names: [], type: outdent(entry) };
  const nameList = names.match(/(?:«[^»]*»|[^\s«])+/gu) ?? [];
  const splitAt = nameList.length === 1 ? valueStart(rest) : undefined;
  if (splitAt === undefined) return { names: nameList, type: outdent(rest) };
  return {
    names: nameList,
    type: outdent(rest.slice(0, splitAt).trimEnd()),
    value: outdent(rest.slice(splitAt + 2)),
  };
}

function outdent(text: string): string {
  return text.replaceAll('\n  ', '\n').trimStart();
}

const bindingWords: ReadonlySet<string> = new Set(['let', 'have', 'letI', 'haveI', 'let_fun', 'let_delayed']);

/** Where the `:=` is that separates a type from a value: in no brackets, and not of a `let` in the type. */
function valueStart(text: string): number | undefined {
  let depth = 0;
  let bindings = 0;
  let colonEnd = -1;
  for (const { start, end } of tokenize(text)) {
    const word = text.slice(start, end);
    if ('([{⟨'.includes(word)) depth += 1;
    else if (')]}⟩'.includes(word.charAt(0))) depth -= 1;
    else if (depth === 0 && bindingWords.has(word)) bindings += 1;
    else if (depth === 0 && word === '=' && colonEnd === start) {
      if (bindings === 0) return start - 1;
      bindings -= 1;
    }
    colonEnd = word === ':' ? end : -1;
  }
  return undefined;
}
