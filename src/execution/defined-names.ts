import type { Declaration } from '../lean/outline.ts';
import { hiddenDeclarations } from '../lean/source/hidden-declarations.ts';
import { LineIndex } from '../lean/source/line-index.ts';

/**
 * The full names of what a text defines behind its first lines, from what Lean says that it declares and from what that
 * leaves out. What has no name (an `example`, an instance without one) is left out.
 */
export function definedNames(
  declarations: readonly Declaration[],
  text: string,
  linesBefore: number,
): readonly string[] {
  const begin = new LineIndex(text).offsetOfLsp({ line: linesBefore, character: 0 });
  const told = declarations.flatMap(({ name, nameStart }) => (nameStart < begin ? [] : (name ?? [])));
  return [...new Set([...told, ...hiddenDeclarations(text, begin)])];
}
