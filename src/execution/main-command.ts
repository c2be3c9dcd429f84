/* The command that defines `main`, as a piece of a session's text: a session runs `main` and does not keep it. */
import type { LspSymbol } from '../lean/lean-server.ts';
import { commandAround, type TextRange } from '../lean/source/command-around.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import type { MainDefinition } from '../lean/source/main-definition.ts';
import { documentText, type Extension } from '../sessions/session-source.ts';

/**
 * Finds the command, in the outline that Lean gives of the text; where that leaves it out, as it does behind `open … in`,
 * in the text itself.
 *
 * @param main where it is defined in the code
 * @returns offsets in the whole text of the session; `undefined` when it cannot be told from what stands beside it
 */
export async function mainCommand(
  symbols: readonly LspSymbol[],
  extension: Extension,
  code: string,
  main: MainDefinition,
): Promise<TextRange | undefined> {
  const inCode = new LineIndex(code);
  const inText = new LineIndex(documentText(extension.source));
  const name = inCode.lspPosition(main.nameStart);
  const symbol = symbols.flatMap(withChildren).find(({ selectionRange: { start } }) => {
    return start.line - extension.linesBefore === name.line && start.character === name.character;
  });
  if (symbol !== undefined) {
    return { start: inText.offsetOfLsp(symbol.range.start), end: inText.offsetOfLsp(symbol.range.end) };
  }
  const command = await commandAround(code, main.nameStart);
  if (command === undefined) return undefined;
  const toText = (offset: number): number => {
    const { line, character } = inCode.lspPosition(offset);
    return inText.offsetOfLsp({ line: line + extension.linesBefore, character });
  };
  return { start: toText(command.start), end: toText(command.end) };
}

function withChildren(symbol: LspSymbol): LspSymbol[] {
  return [symbol, ...(symbol.children ?? []).flatMap(withChildren)];
}
