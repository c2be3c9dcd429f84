/* The command that defines `main`, as a piece of a session's text: a session runs `main` and does not keep it. */
import type { Declaration } from '../lean/declaration.ts';
import { commandAround, type TextRange } from '../lean/source/command-around.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import type { MainDefinition } from '../lean/source/main-definition.ts';
import { documentText, type Extension } from '../sessions/session-source.ts';

/**
 * Finds the command, in what Lean says that the text declares; where that leaves it out, as it does behind `open … in`, in
 * the text itself.
 *
 * @param main where it is defined in the code
 * @returns offsets in the whole text of the session; `undefined` when it cannot be told from what stands beside it
 */
export async function mainCommand(
  declarations: readonly Declaration[],
  extension: Extension,
  code: string,
  main: MainDefinition,
): Promise<TextRange | undefined> {
  const inCode = new LineIndex(code);
  const inText = new LineIndex(documentText(extension.source));
  const toText = (offset: number): number => {
    const { line, character } = inCode.lspPosition(offset);
    return inText.offsetOfLsp({ line: line + extension.linesBefore, character });
  };
  const nameStart = toText(main.nameStart);
  const declared = declarations.find((declaration) => declaration.nameStart === nameStart);
  if (declared !== undefined) return { start: declared.start, end: declared.end };
  const command = await commandAround(code, main.nameStart);
  return command && { start: toText(command.start), end: toText(command.end) };
}
