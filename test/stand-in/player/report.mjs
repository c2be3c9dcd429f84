/** What the stand-in's elaborator tells of a text beside Lean's messages. Commands come as `elaborated` entries. */
import { declaredName } from './symbols.mjs';
import { inward, offsetAt, positionAt } from './text.mjs';

const sorryWarning = "declaration uses 'sorry'";

/** Each `sorry` that Lean warns of. */
export function sorriesOf(done, leanPosition) {
  return done.flatMap(({ command, diagnostics }) =>
    diagnostics
      .filter(({ message }) => message === sorryWarning)
      .map(({ range }) => ({ declaration: declaredName(command.text) ?? '_example', pos: leanPosition(range.start) })),
  );
}

/** What the commands declare. Of types it knows what stands there. */
export function declarationsOf(done, most, position) {
  const all = done.flatMap(({ command, before, state, diagnostics }) => {
    const name = declaredName(command.text);
    if (name === undefined || before.names.size === state.names.size) return [];
    const namespaces = before.scopes.filter((scope) => scope !== '');
    const word = [...command.text.matchAll(/[^\s:({\[]+/g)].find(([written]) => written === name);
    const at = command.offset + (word?.index ?? 0);
    const [pos, endPos] = [position(command.offset), position(command.offset + command.text.length)];
    const usesSorry = diagnostics.some(({ message }) => message === sorryWarning);
    const kind =
      /\b(?:theorem|axiom|structure|class|inductive|opaque|instance)\b/.exec(command.text)?.[0] ?? 'definition';
    const fullName = [...namespaces, name].join('.');
    const axioms = kind === 'axiom' ? [fullName] : usesSorry ? ['sorryAx'] : (state.names.get(fullName)?.axioms ?? []);
    const type = state.names.get(fullName)?.type ?? /:\s*([^:]*?)\s*:=/.exec(command.text)?.[1] ?? '';
    return [
      { name: fullName, kind, type, line: pos.line, pos, endPos, namePos: position(at), axioms, sorry: usesSorry },
    ];
  });
  return { items: all.slice(0, most), omitted: Math.max(0, all.length - most) };
}

/** What is left open: at each `sorry`, as far as recordings know, and in errors that say so. */
export function goalsOf(text, done, most, leanPosition, position) {
  const all = done.flatMap(({ command, answers = [], diagnostics }) => {
    const origin = positionAt(text, command.offset);
    const ask = (method, offset) => {
      const { line, character } = inward(positionAt(text, command.offset + offset), origin);
      return answers.find(
        (item) => item.method === method && item.position.line === line && item.position.character === character,
      )?.result;
    };
    const goals = (offset) => ask('$/lean/plainGoal', offset)?.goals;
    const atSorries = [...command.text.matchAll(/(exact\s+)?(?<![\w.])sorry(?![\w.])/g)].flatMap((found) => {
      const start = found.index + (found[1]?.length ?? 0);
      const term = ask('$/lean/plainTermGoal', start);
      const [before, after] =
        found[1] === undefined ? [goals(start), goals(start + 1)] : [goals(found.index), goals(start) ?? []];
      const rendered =
        found[1] === undefined && isAbout(term, command.text, start)
          ? [term.goal]
          : after === undefined
            ? []
            : beyond(before ?? [], after);
      const pos = position(command.offset + start);
      return rendered.map((goal) => ({ origin: 'sorry', pos, goal: parsed(goal) }));
    });
    const inErrors = diagnostics
      .filter(({ severity, message }) => severity === 1 && message.startsWith('unsolved goals\n'))
      .flatMap(({ fullRange, message }) =>
        message
          .slice('unsolved goals\n'.length)
          .trimEnd()
          .split(/\n\n(?=[^\n]*)/)
          .map((goal) => ({ origin: 'unsolved-goals', pos: leanPosition(fullRange.start), goal: parsed(goal) })),
      );
    return [...atSorries, ...inErrors];
  });
  return { items: all.slice(0, most), omitted: Math.max(0, all.length - most) };
}

function isAbout(term, text, start) {
  if (term?.range === undefined) return false;
  return offsetAt(text, term.range.start) === start && offsetAt(text, term.range.end) === start + 'sorry'.length;
}

/** The goals that are only in the first list. */
function beyond(goals, others) {
  const left = [...others];
  return goals.filter((goal) => {
    const at = left.indexOf(goal);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** A goal by its parts. */
function parsed(rendered) {
  const lines = rendered.split('\n');
  const name = /^case (\S.*)$/.exec(lines[0])?.[1];
  if (name !== undefined) lines.shift();
  const at = Math.max(
    0,
    lines.findIndex((line) => line.startsWith('⊢ ')),
  );
  const entries = [];
  for (const line of lines.slice(0, at)) {
    if (line.startsWith(' ') && entries.length > 0) entries[entries.length - 1] += `\n${line.replace(/^ {2}/, '')}`;
    else entries.push(line);
  }
  const hypotheses = entries.map((entry) => {
    const [, names = '', type = entry, value] = /^([^:]*?)\s*:\s*([^]*?)(?:\s*:=\s*([^]*))?$/.exec(entry) ?? [];
    return { names: names.split(/\s+/).filter((word) => word !== ''), type, ...(value !== undefined && { value }) };
  });
  const target = lines
    .slice(at)
    .map((line) => line.replace(/^(?:⊢ | {2})/, ''))
    .join('\n');
  return { rendered, ...(name !== undefined && { case: name }), hypotheses, target };
}
