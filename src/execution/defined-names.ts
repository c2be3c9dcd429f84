import type { Declaration } from '../lean/declaration.ts';
import { hiddenDeclarations, nothingOpen, type OpenScopes } from '../lean/source/hidden-declarations.ts';
import type { AcceptedStep } from '../sessions/session.ts';

/** What a step defines, and what it leaves open. */
export interface DefinedNames {
  readonly names: readonly string[];
  readonly leavesOpen: OpenScopes;
}

/** So many names of a step are kept, and characters of them in all where its code has fewer. */
const maxNames = 1000;
const minCharacters = 16_000;

/**
 * The full names of what the last step of a text defines, from what Lean says that it declares and from what that leaves
 * out. What has no name (an `example`, an instance without one) is left out.
 *
 * @param steps those before
 */
export async function definedNames(
  declarations: readonly Declaration[],
  steps: readonly AcceptedStep[],
  code: string,
): Promise<DefinedNames> {
  const { names: hidden, end: leavesOpen } = await hiddenDeclarations(code, await openBehind(steps));
  const names = new Set<string>();
  let left = Math.max(minCharacters, code.length);
  const add = (name: string): void => {
    if (names.size >= maxNames || names.has(name) || name.length > left) return;
    left -= name.length;
    names.add(name);
  };
  for (const { name } of declarations) if (name !== undefined) add(name);
  for (const name of hidden) add(name);
  return { names: [...names], leavesOpen };
}

/** What steps leave open together. Each is read once: what a step leaves open is kept with it. */
async function openBehind(steps: readonly AcceptedStep[]): Promise<OpenScopes> {
  const known = steps.findLastIndex(({ leavesOpen }) => leavesOpen !== undefined);
  let open = steps[known]?.leavesOpen ?? nothingOpen;
  for (const { code } of steps.slice(known + 1)) open = (await hiddenDeclarations(code, open)).end;
  return open;
}
