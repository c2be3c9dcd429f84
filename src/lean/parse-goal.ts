import { maxGoals, type Goal, type GoalList, type Hypothesis } from './diagnostic.ts';
import { tokenize } from './source/lexer.ts';

/** Goals of so many characters together are taken apart; what is longer nobody reads by its parts. */
const maxParsed = 64 * 1024;

/** Takes the first goals of a list apart, as far as they are not too long; the others are counted. */
export function parseGoals({ goals, more }: GoalList<string>): GoalList {
  let left = maxParsed;
  const parsed = goals.slice(0, maxGoals).map((rendered) => {
    left -= rendered.length;
    return left >= 0 ? parseGoal(rendered) : undivided(rendered);
  });
  return { goals: parsed, more: more + goals.length - parsed.length };
}

/** A goal without its hypotheses. */
function undivided(rendered: string): Goal {
  const target = rendered.startsWith('⊢ ') ? 0 : rendered.lastIndexOf('\n⊢ ') + 1;
  return { rendered, hypotheses: [], target: rendered.slice(target).replace(targetSign, '') };
}

/**
 * Takes a goal apart as Lean prints it: the name of its case, a line for each group of hypotheses, the target behind `⊢`
 * (`|` in a conversion). What goes over several lines is indented by two. Takes any text; what it does not understand
 * becomes the target.
 */
export function parseGoal(rendered: string): Goal {
  const lines = rendered.split('\n');
  const caseName = /^case (\S.*)$/.exec(lines[0] ?? '')?.[1];
  if (caseName !== undefined) lines.shift();
  const targetAt = lines.findIndex(isTarget);
  const before = targetAt < 0 ? [] : lines.slice(0, targetAt);
  const target = lines.slice(Math.max(0, targetAt)).join('\n').replace(targetSign, '');
  return {
    rendered,
    ...(caseName !== undefined && { caseName }),
    hypotheses: entries(before).map(parseHypothesis),
    target: outdent(target),
  };
}

/** Whether a goal's target begins with this line. */
export function isTarget(line: string): boolean {
  return targetSign.test(line);
}

const targetSign = /^[⊢|∣] /u;
const unnamed = /^ ?:(?!=)/;

/** Lines with those that continue them. */
function entries(lines: readonly string[]): string[] {
  const starts = lines.flatMap((line, index) => (index > 0 && /^\s/.test(line) && !unnamed.test(line) ? [] : [index]));
  return starts.map((start, index) => lines.slice(start, starts[index + 1]).join('\n'));
}

function parseHypothesis(entry: string): Hypothesis {
  const { names = '', rest } = /^(?<names>(?:«[^»]*»|[^:«])*):(?<rest>[^]*)$/u.exec(entry)?.groups ?? {};
  if (rest === undefined) return { names: [], type: outdent(entry) };
  const nameList = splitNames(names);
  const splitAt = nameList.length === 1 ? valueStart(rest) : undefined;
  if (splitAt === undefined) return { names: nameList, type: outdent(rest) };
  return {
    names: nameList,
    type: outdent(rest.slice(0, splitAt).trimEnd()),
    value: outdent(rest.slice(splitAt + 2)),
  };
}

/** Names with white space between them; within « » it is part of a name. */
function splitNames(text: string): readonly string[] {
  const names: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    const c = text[at];
    if (c === '«' || c === '»') isQuoted = c === '«';
    if (c !== undefined && (isQuoted || !/\s/.test(c))) continue;
    if (at > start) names.push(text.slice(start, at));
    start = at + 1;
  }
  return names;
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
