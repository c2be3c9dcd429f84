import type { Deadline } from '../core/deadline.ts';
import { declarationAt } from '../lean/declaration.ts';
import { findSorries } from '../lean/source/sorry.ts';
import type { ElaboratedText, TextSandbox } from './text-sandbox.ts';

/**
 * Whether the declaration at a place rests on a `sorry` in another one: asks Lean for its axioms, in a command behind the
 * text. Asks nothing where the document has no other `sorry`.
 *
 * @param start offset in the text, and `end`: the piece whose own `sorry` do not count
 * @returns `undefined` when it cannot be told
 */
export async function restsOnSorry(
  sandbox: TextSandbox,
  { placed, server }: ElaboratedText,
  { start, end }: { readonly start: number; readonly end: number },
  deadline: Deadline,
): Promise<boolean | undefined> {
  const own = (await findSorries(placed.code)).filter((sorry) => sorry.start >= start && sorry.end <= end);
  if ((await findSorries(placed.text)).length === own.length) return false;
  const declarations = await Promise.race([server.declarations().catch(() => []), deadline.stopped]);
  if (typeof declarations === 'string') {
    sandbox.giveUp();
    return undefined;
  }
  const name = declarationAt(declarations, placed.inText(start))?.name;
  if (name === undefined) return undefined;
  const answer = await sandbox.answerBehind(placed.code, `#print axioms ${name}`, deadline);
  return answer === undefined ? undefined : answer.includes('sorryAx');
}
