/** The names that commands declare, and Lean's document symbols. */
import { mapPositions, outward, positionAt } from './text.mjs';

const declaration =
  /^(?:\/--[^]*?-\/\s*|@\[[^\]]*\]\s*|(?:private|protected|noncomputable|partial|unsafe)\s+)*(?:abbrev|axiom|class|constant|def|inductive|opaque|structure|theorem)\s+([\p{L}_][\p{L}\p{N}_'!?.]*)/u;
const scope = /^(namespace|end|section|open)(?:\s+([\p{L}_][\p{L}\p{N}_'.]*))?$/u;

/** @returns {string | undefined} */
export const declaredName = (text) => declaration.exec(text)?.[1];

/** A command that changes how names are read. */
export function scopeChange(text) {
  const found = scope.exec(text);
  return found === null ? undefined : { word: found[1], target: found[2] };
}

/** Lean's document symbols of some commands of a text. */
export function symbols(text, commands) {
  const root = { children: [] };
  const path = [root];
  for (const command of commands) {
    const origin = positionAt(text, command.offset);
    const range = (offset, length) =>
      mapPositions({ start: positionAt(command.text, offset), end: positionAt(command.text, offset + length) }, (at) =>
        outward(at, origin),
      );
    const { word, target } = scopeChange(command.text) ?? {};
    if (word === 'end' && path.length > 1) path.pop().range.end = range(0, command.text.length).end;
    const name = word === 'namespace' ? target : (declaredName(command.text) ?? /^example\b/.exec(command.text)?.[0]);
    if (name === undefined) continue;
    // The name may be a letter of the words before it.
    const declared = declaration.exec(command.text)?.[0].length;
    const at = declared === undefined ? command.text.indexOf(name) : declared - name.length;
    const selectionRange = range(at, name.length);
    const symbol = { name, kind: word === undefined ? 6 : 3, range: range(0, command.text.length), selectionRange };
    (path.at(-1).children ??= []).push(symbol);
    if (word !== undefined) path.push(symbol);
  }
  return root.children;
}
