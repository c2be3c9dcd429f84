/* The command that defines `main`, as a piece of a session's text: a session runs `main` and does not keep it. */
import type { Declaration } from '../lean/declaration.ts';
import type { PlacedCode } from '../lean/placed-code.ts';
import { commandAround, type TextRange } from '../lean/source/command-around.ts';
import type { MainDefinition } from '../lean/source/main-definition.ts';

/**
 * Finds the command, in what Lean says that the text declares; where that leaves it out, as it does behind `open … in`, in
 * the text itself.
 *
 * @param main where it is defined in the code
 * @returns offsets in the whole text; `undefined` when it cannot be told from what stands beside it
 */
export async function mainCommand(
  declarations: readonly Declaration[],
  placed: PlacedCode,
  main: MainDefinition,
): Promise<TextRange | undefined> {
  const nameStart = placed.inText(main.nameStart);
  const declared = declarations.find((declaration) => declaration.nameStart === nameStart);
  if (declared !== undefined) return { start: declared.start, end: declared.end };
  const command = await commandAround(placed.code, main.nameStart);
  return command && { start: placed.inText(command.start), end: placed.inText(command.end) };
}
